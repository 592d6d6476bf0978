// axo train where the graphics processor fails: it goes on with cpu, says so, and ends as cpu would.
#include "core/backend/vulkan/vulkan.h"

#include <QtTest>

#include <dlfcn.h>

namespace
{

struct Ended {
    int status = -1;
    QJsonObject result;
    QString err;
};

Ended axo(const QStringList& arguments, const QProcessEnvironment& environment)
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(AXO_BINARY_DIR "/axo", arguments);
    process.waitForFinished(250'000);
    const QByteArray last = process.readAllStandardOutput().trimmed().split('\n').last();
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QJsonDocument::fromJson(last).object()["result"].toObject(), process.readAllStandardError()};
}

/// The file that a function comes from.
QString fileOf(void* function)
{
    Dl_info info{};
    return function && dladdr(function, &info) ? QFileInfo(info.dli_fname).canonicalFilePath() : QString();
}

/// Puts the loader that can fail between the program and the real one; why there is none to put it before.
std::string throughOurLoader(QProcessEnvironment& environment)
{
    try {
        const core::vulkan::Api api = core::vulkan::loadApi();
        core::makeVulkan("cpu");
        environment.insert("AXO_LOADER", fileOf(reinterpret_cast<void*>(api.getInstanceProcAddr)));
    } catch (const core::Error& error) {
        return "no Vulkan here: " + error.text();
    }
    environment.insert("LD_LIBRARY_PATH", AXO_BINARY_DIR "/tests/faulty-loader");
    return {};
}

} // namespace

class TestMachine : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_checkpoint;
    double m_expected = 0;

    QProcessEnvironment environment() const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_CACHE_HOME", AXO_BINARY_DIR "/vulkan-cache");
        return environment;
    }

private slots:
    void initTestCase()
    {
        m_checkpoint = m_folder.filePath("start.safetensors");
        const QStringList begin{"train", "digits-mlp", "--steps", "20", "--save", m_checkpoint, "--json"};
        QCOMPARE(axo(begin, environment()).status, 0);
        const Ended straight = axo({"train", "digits-mlp", "--steps", "120", "--json"}, environment());
        QCOMPARE(straight.result["steps"].toInt(), 120);
        m_expected = straight.result["loss"].toDouble();
    }

    void trainingGoesOnWithTheCpu_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<int>("good");
        QTest::addColumn<int>("least");
        QTest::addColumn<QString>("word");
        QTest::newRow("no loader") << "loader" << 0 << 0 << "no Vulkan loader";
        QTest::newRow("no device") << "device" << 0 << 0 << "vulkan";
        QTest::newRow("no memory") << "vkAllocateMemory" << 0 << 0 << "memory";
        QTest::newRow("no memory while building") << "vkAllocateMemory" << 4 << 0 << "memory";
        QTest::newRow("pipeline refused") << "vkCreateComputePipelines" << 2 << 0 << "compiling";
        QTest::newRow("lost at once") << "vkQueueSubmit" << 0 << 0 << "lost";
        // Seven submits train these 100 steps; nothing is kept before the last of them. Where the whole has
        // taken 10 s by then, the steps are kept behind it.
        QTest::newRow("lost on the way") << "vkQueueSubmit" << 3 << 30 << "submitting a step";
        QTest::newRow("lost when it is trained") << "vkQueueSubmit" << 14 << 0 << "lost";
    }
    void trainingGoesOnWithTheCpu()
    {
        QFETCH(QString, fault);
        QFETCH(int, good);
        QFETCH(int, least);
        QFETCH(QString, word);
        QProcessEnvironment broken = environment();
        if (fault == "loader") { // some library, but no loader
            const QString other = fileOf(dlsym(RTLD_DEFAULT, "deflate"));
            QVERIFY(!other.isEmpty() && QFile::link(other, m_folder.filePath("libvulkan.so.1")));
            broken.insert("LD_LIBRARY_PATH", m_folder.path());
        } else if (fault == "device") {
            broken.insert("VK_ICD_FILENAMES", "/dev/null");
            broken.insert("VK_DRIVER_FILES", "/dev/null");
        } else {
            if (const std::string why = throughOurLoader(broken); !why.empty()) QSKIP(why.c_str());
            broken.insert("AXO_FAULT", fault);
            broken.insert("AXO_GOOD", QString::number(good));
            broken.insert("AXO_LEAST", QString::number(least));
        }
        const Ended ended =
            axo({"train", "--resume", m_checkpoint, "--steps", "100", "--backend", "vulkan:cpu", "--json"},
                broken);
        QCOMPARE(ended.status, 0);
        const bool kept = good > 10 && ended.err.contains("cpu goes on from step 120");
        QVERIFY2(kept || ended.err.contains("cpu goes on from step 20\n"), qPrintable(ended.err));
        QVERIFY2(ended.err.contains(word), qPrintable(ended.err));
        QCOMPARE(ended.result["backend"].toString(), QString("cpu"));
        QCOMPARE(ended.result["steps"].toInt(), 120);
        const double loss = ended.result["loss"].toDouble();
        if (kept) // the device has trained all of them, not cpu
            QVERIFY2(std::abs(loss - m_expected) < 1e-3, qPrintable(QString::number(loss)));
        else
            QCOMPARE(loss, m_expected);
    }

    /// Without a fault the same loader is no hindrance: what the tests above see are the faults.
    void theLoaderBetweenThemWorks()
    {
        QProcessEnvironment whole = environment();
        if (const std::string why = throughOurLoader(whole); !why.empty()) QSKIP(why.c_str());
        const Ended ended =
            axo({"train", "digits-mlp", "--steps", "5", "--backend", "vulkan:cpu", "--json"}, whole);
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.err.isEmpty(), qPrintable(ended.err));
        QCOMPARE(ended.result["backend"].toString(), QString("vulkan"));
    }

    /// What a report is sent for: figures, and the device that they are of; or why there are none.
    void aReportHoldsFiguresAndTheMachine_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::newRow("whole") << "";
        QTest::newRow("no memory") << "vkAllocateMemory";
    }
    void aReportHoldsFiguresAndTheMachine()
    {
        QFETCH(QString, fault);
        QProcessEnvironment machine = environment();
        if (const std::string why = throughOurLoader(machine); !why.empty()) QSKIP(why.c_str());
        machine.insert("AXO_FAULT", fault);
        const QString path = m_folder.filePath("report.json");
        QProcess process;
        process.setProcessEnvironment(machine);
        process.start(AXO_BINARY_DIR "/axo",
                      {"bench", "--backend", "vulkan:cpu", "--filter", "contract-10-", "--submit", path});
        process.waitForFinished(250'000);
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject report = QJsonDocument::fromJson(file.readAll()).object();
        QVERIFY(!report["device"].toString().isEmpty());
        QVERIFY(report["vulkan_devices"].toArray()[0].toObject()["shared_bytes"].toInt() > 0);
        const QJsonObject found = report["cases"].toArray()[0].toObject();
        QCOMPARE(found["name"].toString(), QString("contract-10-8-8"));
        QCOMPARE(found["median_us"].toDouble() > 0, fault.isEmpty());
        QCOMPARE(found["failure"].toString().contains("memory"), !fault.isEmpty());
    }

    /// Dispatches of a training step against their goals, and no fewer than can be.
    void theGoalsOfDispatchesHold_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("perceptron") << "mlp-512-adam";
        QTest::newRow("convolutions") << "mnist-cnn-adam";
        QTest::newRow("transformer") << "char-transformer";
    }
    void theGoalsOfDispatchesHold()
    {
        QFETCH(QString, name);
        QProcess process;
        process.setProcessEnvironment(environment());
        process.start(AXO_BINARY_DIR "/axo",
                      {"bench", "--counts", "--json", "--filter", name, "--backend", "vulkan:cpu"});
        process.waitForFinished(250'000);
        if (process.exitCode() != 0) QSKIP(process.readAllStandardError());
        const QJsonObject counts = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        for (const char* key : {"barriers", "bytes_moved", "arena_bytes", "read_backs"})
            QVERIFY2(counts[key].toDouble() > 0, key);
        QVERIFY(counts["holds"].toBool());
        QVERIFY(counts["dispatches"].toInt() <= counts["dispatches_goal"].toInt());
        QVERIFY(counts["dispatches"].toInt() >= counts["dispatches_bound"].toInt());
    }
};

QTEST_GUILESS_MAIN(TestMachine)
#include "test_machine.moc"
