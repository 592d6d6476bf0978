// What happens to a run when another document is opened: one that cannot run, or one before the other is
// compiled.
#include "core/trainers/session.h"
#include "tests/core/trainers/shared.h"
#include "tests/core/trainers/waiting.h"

#include <QtTest>

#include <functional>

using namespace shared;

namespace
{

/// The processor, telling when it begins to compile.
class Telling : public Backend
{
public:
    explicit Telling(std::function<void()>& compiling)
        : m_compiling(compiling)
        , m_inner(makeBackend("cpu"))
    {
    }
    BackendInfo info() const override { return m_inner->info(); }
    std::shared_ptr<Memory> memory() override { return m_inner->memory(); }
    std::unique_ptr<Executable> compile(const Program& program, std::shared_ptr<Memory> memory,
                                        uint64_t seed) override
    {
        if (const auto compiling = std::exchange(m_compiling, nullptr)) compiling();
        return m_inner->compile(program, std::move(memory), seed);
    }

private:
    std::function<void()>& m_compiling;
    std::unique_ptr<Backend> m_inner;
};

Document endless(Document document)
{
    document.train.epochs = 1'000'000;
    return document;
}

} // namespace

class TestOpening : public QObject
{
    Q_OBJECT

private slots:
    void withADocumentThatCannotRunThereIsNoRun()
    {
        Session session;
        session.open(endless(spiral()), true);
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.step > 20; }));

        Document broken = endless(spiral());
        std::erase_if(broken.diagram.wires, [](const Wire& wire) { return wire.to.block == "output"; });
        session.open(broken, true);
        const auto refused =
            waitFor(session, [](const Snapshot& s) { return s.failure && s.state == SessionState::Empty; });
        QVERIFY(refused);
        QVERIFY(!refused->document);
        QVERIFY(refused->data); // shapes are known all the same
        QVERIFY(refused->loss.empty());
        QCOMPARE(refused->step, int64_t(0));
        QVERIFY(refused->past && refused->past->size() == 1); // the other run is not lost
        const Error why = *refused->failure;

        // Nothing trains, and whoever asks is told why.
        session.play();
        session.stepOnce();
        session.setPace(7);
        const auto asked = waitFor(session, [](const Snapshot& s) { return s.pace == 7; });
        QVERIFY(asked && asked->failure);
        QVERIFY(asked->state == SessionState::Empty);
        QCOMPARE(asked->failure->text(), why.text());
        QCOMPARE(asked->step, int64_t(0));

        // Mended, it begins from its own first values, not from those of the other document.
        session.edit(endless(spiral()));
        const auto mended = waitFor(session, [](const Snapshot& s) { return s.document && !s.failure; });
        QVERIFY(mended);
        QVERIFY(mended->state == SessionState::Paused);
        session.stepOnce();
        const auto first = waitFor(session, [](const Snapshot& s) { return s.step == 1 && !s.loss.empty(); });
        QVERIFY(first);
        const auto backend = makeBackend("cpu");
        QCOMPARE(first->loss.back().train, runOf(endless(spiral()), *backend).step());
    }

    void aRunOfThePastGoesOnThoughTheDocumentThatIsOpenCannot()
    {
        Session session;
        session.open(endless(spiral()), true);
        const auto ran = waitFor(session, [](const Snapshot& s) { return s.step > 20; });
        QVERIFY(ran);
        Document broken = spiral();
        broken.diagram.wires.clear();
        session.open(broken, false);
        const auto refused = waitFor(session, [](const Snapshot& s) { return s.past && !s.past->empty(); });
        QVERIFY(refused);
        session.branch({ran->run, refused->past->front().step});
        const auto branched = waitFor(session, [](const Snapshot& s) { return s.document && s.step > 20; });
        QVERIFY(branched);
        QVERIFY(!branched->failure);
    }

    void anotherDocumentCallsOffCompiling()
    {
        std::function<void()> compiling;
        Session session("cpu", [&](const std::string&) { return std::make_unique<Telling>(compiling); });
        compiling = [&] {
            session.setRate(0.125);
            session.open(endless(spiral(20)), true);
        };
        session.open(endless(spiral(10)), false);
        const auto running = waitFor(session, [](const Snapshot& s) { return s.step > 0; });
        QVERIFY(running);
        QCOMPARE(running->generation, uint64_t(1)); // the first one never ran
        QCOMPARE(running->document->train.batch, int64_t(20));
        QVERIFY(running->rate != 0.125); // chosen for the other one
        QVERIFY(!running->past || running->past->empty());
    }

    void anEditWhileADocumentIsCompiledIsOfThatDocument()
    {
        std::function<void()> compiling;
        Session session("cpu", [&](const std::string&) { return std::make_unique<Telling>(compiling); });
        session.open(endless(spiral(10)), true);
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.step > 20; }));
        const Document opened = endless(network("spiral", 12, "mse"));
        Document edited = opened;
        edited.train.batch = 7;
        compiling = [&] {
            session.setRate(0.125);
            session.edit(edited);
        };
        session.pause();
        session.open(opened, true);
        const auto running =
            waitFor(session, [](const Snapshot& s) { return s.document && s.document->train.batch == 7; });
        QVERIFY(running);
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.step > 20; })); // it was to play
        QCOMPARE(running->generation, uint64_t(2));
        QCOMPARE(running->rate, 0.125);
        QCOMPARE(running->past->size(), size_t(1));
        session.reset();
        session.pause();
        QVERIFY(waitFor(session, [](const Snapshot& s) { return s.state == SessionState::Paused; }));
    }

    void aSessionEndsWhileItCompiles()
    {
        std::function<void()> compiling;
        std::atomic<bool> begun = false;
        {
            Session session("cpu", [&](const std::string&) { return std::make_unique<Telling>(compiling); });
            compiling = [&] { begun = true; };
            session.open(endless(spiral(10)), true);
            while (!begun) QThread::msleep(1);
        }
        QVERIFY(begun);
    }
};

QTEST_APPLESS_MAIN(TestOpening)
#include "test_opening.moc"
