// A network from nothing, by mouse and keys alone: drawn, trained, undone, saved, opened again.
#include "fixture.h"

#include <QLineEdit>

class TestMixer : public QObject
{
    Q_OBJECT

    std::unique_ptr<Bench> m_bench;

    Bench& bench() { return *m_bench; }

    /// Behind the selected block; its id.
    std::string add(const char* name)
    {
        bench().key(Qt::Key_Slash);
        bench().type(QString::fromLatin1(name));
        const std::string id = bench().diagram().blocks.back().id;
        bench().key(Qt::Key_Period);
        QTest::qWait(10);
        return id;
    }
    void click(const std::string& block, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseClick(bench().viewport(), Qt::LeftButton, modifiers, bench().middle(block));
    }
    /// Over the words of the block.
    void typeInPlace(const std::string& block, const char* text)
    {
        bench().key(Qt::Key_Period);
        QTest::mouseDClick(bench().viewport(), Qt::LeftButton, {}, bench().middle(block));
        QVERIFY(bench().canvas().findChild<QLineEdit*>(QStringLiteral("inPlaceEditor")));
        bench().type(QString::fromLatin1(text));
    }
    /// Into a field of the inspector.
    void typeInto(const char* field, const char* text)
    {
        QTest::qWait(20); // the page follows the selection
        auto* edit = bench().window.findChild<QWidget*>(QString::fromLatin1(field));
        QVERIFY2(edit, field);
        edit->setFocus();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_A, Qt::ControlModifier);
        bench().type(QString::fromLatin1(text));
        bench().canvas().setFocus();
    }
    void wire(const std::string& from, const std::string& output, const std::string& to,
              const std::string& input)
    {
        bench().key(Qt::Key_Period);
        bench().drag(bench().output(from, output), bench().input(to, input), 8);
        const core::Wire drawn{{from, output}, {to, input}};
        QVERIFY2(std::ranges::find(bench().diagram().wires, drawn) != bench().diagram().wires.end(),
                 (drawn.from.text() + " -> " + drawn.to.text()).c_str());
    }
    /// A residual connection: what went into the branch is added to what comes out of it.
    std::string addResidual(const std::string& before, const std::string& output)
    {
        const std::string sum = add("Add");
        wire(before, output, sum, "x");
        bench().key(Qt::Key_Period);
        click(sum);
        return sum;
    }
    /// What is drawn and where, to the last digit: every block, every lane of every wire.
    QStringList picture()
    {
        QStringList marks;
        const auto rect = [](const QRectF& r) {
            return QStringLiteral("%1 %2 %3 %4").arg(r.x()).arg(r.y()).arg(r.width()).arg(r.height());
        };
        for (const core::Block& block : bench().diagram().blocks) {
            const auto* item = bench().scene().block(block.id);
            const widgets::BlockContent& drawn = item->content();
            QString mark = QString::fromStdString(block.id) + drawn.title + drawn.setting;
            for (const core::picture::Mark& part : drawn.cell->marks) {
                const core::picture::Rect box = part.bounds();
                mark += QString::fromStdString(plainText(part.text)) +
                        rect(QRectF(QPointF(box.left, box.top), QPointF(box.right, box.bottom))
                                 .translated(item->pos()));
            }
            marks << mark;
        }
        for (const core::Wire& wire : bench().diagram().wires) {
            const auto* item = bench().scene().wire(wire);
            QString mark = rect(item->shape().boundingRect());
            for (const core::picture::Lane& lane : item->lanes())
                mark += QString::fromStdString(lane.axis + lane.size);
            marks << mark;
        }
        return marks;
    }
    /// After some steps from the start, by the seed alone.
    float lossFromTheStart()
    {
        bench().lab.setPlaying(false);
        if (!QTest::qWaitFor([&] { return !bench().lab.playing(); }, 20000)) return -1;
        bench().key(Qt::Key_R, Qt::ControlModifier);
        if (!QTest::qWaitFor([&] { return bench().lab.snapshot().step == 0; }, 20000)) return -1;
        for (int64_t i = 1; i <= 5; ++i) {
            bench().key(Qt::Key_Period, Qt::ControlModifier);
            if (!QTest::qWaitFor([&] { return bench().lab.snapshot().step == i; }, 20000)) return -1;
        }
        return bench().lab.snapshot().loss.back().train;
    }

private slots:
    void initTestCase()
    {
        useOwnSettings();
        m_bench = std::make_unique<Bench>(std::make_unique<core::Session>("cpu"));
        QVERIFY(bench().window.isActiveWindow());
        QVERIFY(bench().canvas().hasFocus());
        bench().key(Qt::Key_N, Qt::ControlModifier);
        QVERIFY(bench().diagram().blocks.empty());
    }
    void cleanupTestCase() { m_bench.reset(); }

    void isDrawnFromNothing()
    {
        const std::string data = add("Data");
        click(data);
        const std::string patch = add("Linear");
        typeInPlace(patch, "channel: 32");
        typeInto((patch + ".from").c_str(), "column, colour");
        click(patch);
        const std::string tokens = add("Rename axis");
        typeInto((tokens + ".from").c_str(), "row");
        typeInPlace(tokens, "token");
        click(tokens);

        add("Layer norm");
        const std::string mixTokens = add("MLP");
        typeInto((mixTokens + ".over").c_str(), "token");
        click(mixTokens);
        const std::string middle = addResidual(tokens, "y");
        add("Layer norm");
        const std::string mixChannels = add("MLP");
        typeInto((mixChannels + ".expansion").c_str(), "2");
        click(mixChannels);
        addResidual(middle, "y");

        const std::string pool = add("Global average pooling");
        typeInPlace(pool, "token");
        click(pool);
        const std::string output = add("Linear");
        typeInPlace(output, "class: classes");
        click(output);
        const std::string loss = add("Cross-entropy");
        wire(data, "y", loss, "target");
        (void)QTest::qWaitFor([&] { return bench().lab.elaboration().trainable(); }, 10000);
        QVERIFY(bench().lab.elaboration().trainable());
        QTRY_VERIFY(bench().lab.problems().empty()); // the run has taken it, too
    }

    void learnsTheDigits()
    {
        bench().key(Qt::Key_Escape);
        typeInto("training.rate", "0.005");
        typeInto("training.batch", "32");
        typeInto("training.epochs", "60");
        bench().key(Qt::Key_Return, Qt::ControlModifier);
        // Only the figure at the end is of all examples, and the same whatever else the machine does.
        const auto finished = [&] { return bench().lab.snapshot().state == core::SessionState::Finished; };
        if (!QTest::qWaitFor(finished, 300'000)) {
            const core::Snapshot& now = bench().lab.snapshot();
            const core::Errors problems = bench().lab.problems();
            QFAIL(qPrintable(
                QStringLiteral("state %1, step %2, %3")
                    .arg(int(now.state))
                    .arg(now.step)
                    .arg(problems.empty() ? QString() : QString::fromStdString(problems.front().text()))));
        }
        const core::Score test = bench().lab.snapshot().test;
        QCOMPARE(test.examples, int64_t(359));
        qInfo("test %.6f", test.accuracy);
        QVERIFY2(test.accuracy >= 0.95, qPrintable(QStringLiteral("test %1").arg(test.accuracy)));
    }

    void threeBlocksBecomeOne()
    {
        bench().lab.setPlaying(false);
        bench().key(Qt::Key_Period);
        bench().key(Qt::Key_Escape);
        for (const char* block : {"layer_norm", "mlp", "add"}) click(block, Qt::ShiftModifier);
        QCOMPARE(bench().lab.selection().blocks.size(), size_t(3));
        const size_t before = bench().diagram().blocks.size();
        bench().key(Qt::Key_G, Qt::ControlModifier);
        bench().type(QStringLiteral("token_mixing"));
        QCOMPARE(bench().diagram().blocks.size(), before - 2);
        QTRY_VERIFY(bench().lab.elaboration().trainable());
    }

    void everyStepCanBeTakenBackAndDoneAgain()
    {
        bench().lab.setPlaying(false);
        const core::Document last = bench().lab.document();

        int steps = 0;
        for (; bench().lab.history().canUndo(); ++steps) bench().key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(bench().diagram().blocks.empty());
        QVERIFY(steps > 20);
        for (int i = 0; i < steps; ++i) bench().key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(bench().lab.document() == last);
        QTRY_VERIFY(bench().lab.elaboration().trainable());
    }

    void savedAndOpenedAgainItIsTheSamePictureAndLearnsTheSame()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("mixer.axo"));
        const core::Document before = bench().lab.document();
        const float loss = lossFromTheStart();
        bench().answerFileDialog(path);
        bench().keyWithDialog(Qt::Key_S);
        QVERIFY(QFile::exists(path));
        const QStringList drawn = picture(); // after all the edits that led there
        for (int times = 0; times < 2; ++times) {
            QVERIFY(bench().lab.history().isClean());
            bench().key(Qt::Key_N, Qt::ControlModifier);
            QVERIFY(bench().diagram().blocks.empty());
            bench().answerFileDialog(path);
            bench().keyWithDialog(Qt::Key_O);
            QVERIFY(bench().lab.document() == before);
            QTRY_VERIFY_WITH_TIMEOUT(bench().lab.snapshot().step > 0, 20000);
            QTRY_VERIFY(bench().lab.elaboration().trainable());
            QTRY_VERIFY(picture() == drawn);
        }
        QVERIFY(loss > 0);
        QCOMPARE(lossFromTheStart(), loss);
    }
};

QTEST_MAIN(TestMixer)
#include "test_mixer.moc"
