// axo as a child process: exit status, streams, keys.
#include "core/diagram/changes.h"
#include "core/diagram/text.h"
#include "core/trainers/run.h"

#include <QtTest>

#include <csignal>

namespace
{

struct Ended {
    int status = -1;
    QByteArray out, err;
    QList<QJsonObject> lines() const
    {
        QList<QJsonObject> objects;
        for (const QByteArray& line : out.split('\n')) {
            if (!line.isEmpty()) objects << QJsonDocument::fromJson(line).object();
        }
        return objects;
    }
};

Ended axo(const QStringList& arguments)
{
    QProcess process;
    process.start(AXO_BINARY_DIR "/axo", arguments);
    process.waitForFinished(60'000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace

class TestAxo : public QObject
{
    Q_OBJECT

private slots:
    void trainEndsWithAResultOfStableKeys()
    {
        const Ended ended = axo({"train", "digits-mlp", "--steps", "60", "--json"});
        QCOMPARE(ended.status, 0);
        QVERIFY(ended.err.isEmpty());
        const auto lines = ended.lines();
        QVERIFY(lines.size() >= 2);
        const QJsonObject result = lines.last()["result"].toObject();
        for (const char* key :
             {"steps", "epochs", "seconds", "steps_per_second", "loss", "accuracy", "validation_loss",
              "validation_accuracy", "test_loss", "test_accuracy", "backend", "seed", "parameters"}) {
            QVERIFY2(result.contains(key), key);
        }
        QCOMPARE(result["steps"].toInt(), 60);
        QCOMPARE(result["backend"].toString(), QString("cpu"));
        QCOMPARE(lines.first()["step"].toInt(), 60);
    }

    void theSameSeedPrintsTheSameLoss()
    {
        const QStringList command{"train", "playground", "--steps", "50", "--seed", "5", "--json"};
        const auto loss = [](const Ended& ended) {
            return ended.lines().last()["result"].toObject()["loss"].toDouble();
        };
        QCOMPARE(loss(axo(command)), loss(axo(command)));
    }

    void badInputIsExplainedOnStderrWithStatusTwo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        QTest::newRow("no such preset") << QStringList{"train", "nothing"} << "playground";
        QTest::newRow("no such data") << QStringList{"train", "digits-mlp", "--data", "mnits"} << "mnits";
        QTest::newRow("rate that does not parse")
            << QStringList{"train", "digits-mlp", "--rate", "0.1*("} << "rate";
        QTest::newRow("no such backend")
            << QStringList{"train", "digits-mlp", "--backend", "abacus"} << "cpu";
        QTest::newRow("no such option") << QStringList{"train", "--fast"} << "--fast";
        QTest::newRow("no such kind") << QStringList{"list", "dragons"} << "dragons";
        QTest::newRow("no command") << QStringList{} << "subcommand";
        QTest::newRow("no such case") << QStringList{"bench", "--filter", "zzz"} << "playground-500";
        const QStringList measure{"measure", "digits-mlp", "--instrument"};
        QTest::newRow("no such instrument") << measure + QStringList{"garm"} << "gram";
        QTest::newRow("no such wire") << measure + QStringList{"gram", "--at", "relu.y"} << "relu1.y";
        QTest::newRow("no such setting") << measure + QStringList{"cka", "--set", "kernal=rbf"} << "kernel";
        QTest::newRow("a change that does not fit")
            << measure + QStringList{"confusion", "--edit", "relu.y = 0"} << "relu1.y";
        QTest::newRow("a batch too small")
            << measure + QStringList{"cka", "--set", "form=debiased", "--set", "examples=3"} << "at least 4";
        QTest::newRow("nothing to compare with")
            << QStringList{"compare", "digits-mlp", "--instrument", "cka"} << "--with-seed";
        QTest::newRow("no checkpoint") << QStringList{"train", "--resume", "/nonexistent"} << "/nonexistent";
    }

    void badInputIsExplainedOnStderrWithStatusTwo()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        const Ended ended = axo(arguments);
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.err.contains(says.toUtf8()), ended.err);
    }

    void checkGivesAllErrorsAtOnce()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath("bad.axo"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            QByteArray("{'axo': 1, 'data': {'name': 'iris'}, 'train': {'optimiser': 'adam', 'rate': '0.1'},"
                       "'blocks': [{'id': 'data', 'kind': 'data'},"
                       "{'id': 'a', 'kind': 'linear', 'settings': {'to': 'channel: 2*('}},"
                       "{'id': 'b', 'kind': 'activation', 'settings': {'formula': 'wobble(x)'}}],"
                       "'wires': [['data.x', 'a.x'], ['data.x', 'b.x']]}")
                .replace('\'', '"'));
        file.close();
        const Ended ended = axo({"check", file.fileName(), "--json"});
        QCOMPARE(ended.status, 2);
        const auto lines = ended.lines();
        QVERIFY(lines.size() >= 3);
        QVERIFY(lines.last()["result"].toObject()["errors"].toInt() >= 2);
        for (const char* key : {"where", "what", "hint"}) QVERIFY(lines.first().contains(key));
        QCOMPARE(axo({"check", "digits-mlp"}).status, 0);
    }

    void listsHaveANameInEveryEntry_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind :
             {"ops", "functions", "blocks", "data", "optimisers", "instruments", "presets", "backends"}) {
            QTest::newRow(kind) << kind;
        }
    }

    void listsHaveANameInEveryEntry()
    {
        QFETCH(QString, kind);
        const Ended ended = axo({"list", kind, "--json"});
        QCOMPARE(ended.status, 0);
        QVERIFY(ended.lines().size() >= 2);
        for (const QJsonObject& entry : ended.lines()) {
            QVERIFY(!entry["name"].toString().isEmpty());
            QVERIFY(entry.contains("help"));
        }
    }

    void changesOfTheDocumentAreLookedAt()
    {
        core::Document document = core::preset("digits-mlp");
        core::setChanges(document, {{"relu1.y = 0"}, {}});
        QTemporaryDir folder;
        const QString path = folder.filePath("changed.axo");
        core::saveDocument(document, path.toStdString());
        const auto largest = [](const Ended& ended, const char* part = nullptr) {
            QJsonObject reading = ended.lines().last()["result"].toObject();
            if (part) reading = reading[part].toObject();
            double most = 0;
            for (const QJsonValue& value : reading["values"].toArray())
                most = std::max(most, std::abs(value.toDouble()));
            return most;
        };
        const QStringList question{path, "--instrument", "activations", "--at", "relu1.y", "--json"};
        QCOMPARE(largest(axo(QStringList{"measure"} + question)), 0.0);
        const double unchanged = largest(axo(QStringList{"measure"} + question + QStringList{"--unchanged"}));
        QVERIFY(unchanged > 0);
        const Ended both = axo(QStringList{"compare"} + question + QStringList{"--with-unchanged"});
        QCOMPARE(largest(both, "first"), 0.0);
        QCOMPARE(largest(both, "second"), unchanged);
        QCOMPARE(largest(both, "difference"), unchanged);
        const Ended halved = axo(QStringList{"compare"} + question +
                                 QStringList{"--unchanged", "--with-edit", "relu1.y *= 0.5"});
        QCOMPARE(float(largest(halved, "difference")), float(unchanged / 2));
    }

    void instrumentsOfTwoNetworksAreReadOnce()
    {
        const Ended ended =
            axo({"compare", "digits-mlp", "--instrument", "cka", "--with-seed", "5", "--json"});
        const QJsonObject result = ended.lines().last()["result"].toObject();
        QVERIFY(!result.contains("first"));
        const QJsonArray values = result["values"].toArray();
        QVERIFY(std::abs(values[0].toDouble() - 1) < 1e-6); // both see the same inputs
        QVERIFY(values[5].toDouble() < 0.999);
    }

    void aRunsFolderIsLookedAt()
    {
        QTemporaryDir folder;
        const QString run = folder.filePath("run"), other = folder.filePath("other");
        QCOMPARE(axo({"train", "digits-mlp", "--steps", "80", "--run", run}).status, 0);
        QCOMPARE(axo({"train", "digits-mlp", "--steps", "80", "--seed", "4", "--run", other}).status, 0);
        const auto result = [](const QStringList& arguments) {
            const Ended ended = axo(arguments + QStringList{"--json"});
            return ended.lines().isEmpty() ? QJsonObject() : ended.lines().last()["result"].toObject();
        };
        const QStringList question{"--instrument", "weights", "--at", "output.weight"};
        const QJsonObject end = result(QStringList{"measure", run} + question),
                          begin = result(QStringList{"measure", run, "--moment", "0"} + question);
        QCOMPARE(end["step"].toInt(), 80);
        QCOMPARE(begin["step"].toInt(), 0);
        // The same bits as a run that is made for the look.
        QCOMPARE(end["values"],
                 result(QStringList{"measure", "digits-mlp", "--steps", "80"} + question)["values"]);
        QVERIFY(begin["values"] != end["values"]);
        const QJsonObject both = result(QStringList{"compare", run, "--with-moment", "0"} + question);
        QCOMPARE(both["first"].toObject()["values"], end["values"]);
        QCOMPARE(both["second"].toObject()["values"], begin["values"]);
        const QJsonArray cka =
            result({"compare", run, "--with", other, "--instrument", "cka"})["values"].toArray();
        QVERIFY(cka[0].toDouble() > 0.999 && cka[5].toDouble() < 0.999);
        QCOMPARE(axo({"measure", folder.path(), "--instrument", "cka"}).status, 2); // no run in it
    }

    void benchPrintsItsKeys()
    {
        const Ended ended = axo({"bench", "--filter", "playground-10", "--json"});
        QCOMPARE(ended.status, 0);
        const auto lines = ended.lines();
        QCOMPARE(lines.size(), qsizetype(1));
        for (const char* key :
             {"name", "backend", "median_us", "p10_us", "p90_us", "kernels", "flops", "arena_bytes"}) {
            QVERIFY2(lines[0].contains(key), key);
        }
        QCOMPARE(lines[0]["name"].toString(), QString("playground-10"));
    }

    void aCheckpointResumesAndAReportIsComplete()
    {
        QTemporaryDir folder;
        const QString checkpoint = folder.filePath("run.safetensors"), report = folder.filePath("report");
        const QString initial = folder.filePath("initial.safetensors");
        QCOMPARE(
            axo({"train", "digits-mlp", "--steps", "30", "--save", checkpoint, "--export-initial", initial})
                .status,
            0);
        QVERIFY(QFileInfo(initial).size() > 1000);
        const Ended resumed =
            axo({"train", "--resume", checkpoint, "--steps", "30", "--report", report, "--json"});
        QCOMPARE(resumed.status, 0);
        const Ended straight = axo({"train", "digits-mlp", "--steps", "60", "--json"});
        const auto loss = [](const Ended& ended) {
            return ended.lines().last()["result"].toObject()["loss"].toDouble();
        };
        QCOMPARE(loss(resumed), loss(straight));

        QFile page(report + "/index.html");
        QVERIFY(page.open(QIODevice::ReadOnly));
        const QByteArray html = page.readAll();
        QVERIFY(html.contains("<svg") && html.contains("samples.png"));
        QVERIFY(!html.contains("http")); // needs nothing else
        QFile picture(report + "/samples.png");
        QVERIFY(picture.open(QIODevice::ReadOnly));
        QVERIFY(picture.read(8) == QByteArray("\x89PNG\r\n\x1a\n", 8));
        QFile json(report + "/report.json");
        QVERIFY(json.open(QIODevice::ReadOnly));
        QVERIFY(QJsonDocument::fromJson(json.readAll()).object().contains("result"));
    }

    void anInterruptStopsWithAResult()
    {
        QProcess process;
        process.start(AXO_BINARY_DIR "/axo", {"train", "playground", "--epochs", "100000000", "--json"});
        QVERIFY(process.waitForReadyRead(20'000)); // the first line: it trains
        ::kill(pid_t(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(20'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 0);
        const QByteArray last = process.readAllStandardOutput().trimmed().split('\n').last();
        QVERIFY(QJsonDocument::fromJson(last).object().contains("result"));
    }

    void infoKnowsTheBackends()
    {
        const Ended ended = axo({"info", "--json"});
        QCOMPARE(ended.status, 0);
        QVERIFY(ended.lines().first()["backends"].toArray().size() >= 2);
    }

    void exportsTheTermAsTextThatIsTheSameDiagram()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("mlp.txt");
        QCOMPARE(axo({"export", "digits-mlp", "--to", "term", "--out", path}).status, 0);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        core::Errors errors;
        const core::Diagram before = core::preset("digits-mlp").diagram,
                            after = core::diagramFrom(file.readAll().toStdString(),
                                                      core::BlockLibrary::builtIn(), {}, errors);
        QVERIFY(errors.empty());
        QCOMPARE(after.blocks.size(), before.blocks.size());
        for (const core::Block& block : before.blocks) {
            QVERIFY2(after.find(block.id), block.id.c_str());
            QCOMPARE(after.find(block.id)->settings, block.settings);
        }
    }
};

QTEST_GUILESS_MAIN(TestAxo)
#include "test_axo.moc"
