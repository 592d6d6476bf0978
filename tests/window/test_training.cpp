// The window over a real run: it trains while it is edited, and its event loop stays free.
#include "fixture.h"

#include "core/data/dataset.h"
#include "core/trainers/lookout.h"
#include "widgets/lenses/places.h"
#include "widgets/panels/picturecard.h"
#include "widgets/views/readingview.h"

#include <QAbstractScrollArea>
#include <QComboBox>
#include <QElapsedTimer>
#include <QRandomGenerator>

class TestTraining : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { useOwnSettings(); }

    void trainsAfterOpeningAndShowsIt()
    {
        QElapsedTimer clock;
        clock.start();
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 0, 20000);
        qInfo("from nothing to the first step: %lld ms", clock.elapsed());
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 20, 20000);
        QTRY_VERIFY(!bench.lab.snapshot().loss.empty());
        QVERIFY(!bench.lab.snapshot().failure);
        QTRY_VERIFY(!bench.lab.elaboration().types.empty());
        QVERIFY(bench.lab.problems().empty());
    }

    /// The weights that fit both diagrams are the same numbers before and after.
    void insertingABlockKeepsTheParametersAndGoesOn()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 20, 20000);
        bench.lab.setPlaying(false);
        QTRY_COMPARE(bench.lab.snapshot().state, core::SessionState::Paused);
        bench.lab.watch(QStringLiteral("test"), {{"weights", "weights", "out.weight", 0}});
        const auto weights = [&]() -> std::vector<float> {
            const auto found = bench.lab.snapshot().readings.find("weights");
            if (found == bench.lab.snapshot().readings.end()) return {};
            if (const auto* matrix = std::get_if<core::MatrixReading>(found->second.reading.get()))
                return matrix->values;
            std::vector<float> all;
            if (const auto* images = std::get_if<core::ImageReading>(found->second.reading.get()))
                for (const auto& tile : images->tiles)
                    all.insert(all.end(), tile.pixels.begin(), tile.pixels.end());
            return all;
        };
        QTRY_VERIFY(!weights().empty());
        const auto before = weights();
        const int64_t step = bench.lab.snapshot().step;
        const uint64_t generation = bench.lab.snapshot().generation;
        bench.lab.change(QStringLiteral("insert"), [&](core::Document& document) {
            const std::string id = core::edit::addBlock(document, bench.lab.library(), "layer_norm");
            core::edit::insertOnWire(document, bench.lab.library(), {{"activation", "y"}, {"out", "x"}}, id);
        });
        QTRY_VERIFY(bench.lab.snapshot().generation > generation);
        QTRY_VERIFY(bench.lab.snapshot().state == core::SessionState::Paused);
        QVERIFY(!bench.lab.snapshot().failure);
        QTRY_COMPARE(weights(), before);
        QVERIFY(bench.lab.snapshot().step >= step);
        bench.lab.setPlaying(true);
        QTRY_VERIFY(bench.lab.snapshot().step > step + 5);
    }

    /// An edit that cannot be trained leaves the run as it was, and says why.
    void anUntrainableEditIsShownAndTheRunStays()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 5, 20000);
        bench.lab.change(QStringLiteral("cut"), [&](core::Document& document) {
            core::edit::disconnect(document, {{"out", "y"}, {"cross_entropy", "logits"}});
        });
        QTRY_VERIFY(!bench.lab.problems().empty());
        bench.lab.history().undo();
        QTRY_VERIFY(bench.lab.problems().empty());
        const int64_t step = bench.lab.snapshot().step;
        QTRY_VERIFY(bench.lab.snapshot().step > step);
    }

    /// A block dragged from the library with the mouse onto a wire of a run in progress: the run takes it in,
    /// keeps what fits and goes on; undo takes it out again.
    void aBlockDroppedOnAWireWhileTrainingIsTakenIn()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 20, 20000);
        const core::Document before = bench.lab.document();
        const uint64_t generation = bench.lab.snapshot().generation;
        const int64_t step = bench.lab.snapshot().step;
        bench.dragFromLibrary(
            "layer_norm",
            (bench.scene().block("hidden")->output("y") + bench.scene().block("activation")->input("x")) / 2);
        const std::string id = bench.diagram().blocks.back().id;
        QCOMPARE(bench.diagram().find(id)->kind, std::string("layer_norm"));
        for (const core::Wire& wire :
             {core::Wire{{"hidden", "y"}, {id, "x"}}, {{id, "y"}, {"activation", "x"}}})
            QVERIFY(std::ranges::find(bench.diagram().wires, wire) != bench.diagram().wires.end());
        QCOMPARE(bench.lab.history().count(), 1);
        QTRY_VERIFY(bench.lab.snapshot().generation > generation);
        QVERIFY(bench.lab.snapshot().document->diagram.find(id));
        QVERIFY(bench.lab.snapshot().step >= step); // not a new run
        QTRY_VERIFY(bench.lab.elaboration().types.contains(id + ".y"));
        QTRY_VERIFY(bench.lab.snapshot().step > step + 20);
        QVERIFY(!bench.lab.snapshot().failure);

        bench.lab.history().undo();
        QVERIFY(bench.lab.document() == before);
        const uint64_t edited = bench.lab.snapshot().generation;
        QTRY_VERIFY(bench.lab.snapshot().generation > edited);
        const int64_t undone = bench.lab.snapshot().step;
        QTRY_VERIFY(bench.lab.snapshot().step > undone + 20);
    }

    void aPaceIsKeptAndFullSpeedIsBackWithTheNextDocument()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 5, 20000);
        auto* paces = bench.window.findChild<QComboBox*>(QStringLiteral("pace"));
        QVERIFY(paces);
        paces->setCurrentIndex(paces->findData(30.0));
        emit paces->activated(paces->currentIndex());
        QTRY_COMPARE(bench.lab.snapshot().pace, 30.0);
        const int64_t step = bench.lab.snapshot().step;
        QElapsedTimer clock;
        clock.start();
        QTRY_VERIFY(bench.lab.snapshot().step >= step + 30);
        QVERIFY(clock.elapsed() > 700); // 30 steps at 30 a second; a lower bound holds on a slow machine too
        bench.lab.open(smallClassifier(bench.lab.library()), {}, true);
        QTRY_COMPARE(bench.lab.snapshot().pace, 0.0);
        QTRY_COMPARE(paces->currentData().toDouble(), 0.0);
    }

    /// Prints how free the event loop is and how often pictures are painted while both threads of a
    /// 784-512-512 network are busy; AXO_LATENCY_SECONDS makes it longer.
    void eventLoopAnswersWhileTraining()
    {
        QTemporaryDir folder;
        core::Document document = core::preset("mlp-512");
        document.train.epochs = 1'000'000;
        const auto known = core::dataDeclarations();
        const auto mnist = std::ranges::find(known, "mnist", &core::DataDeclaration::name);
        if (mnist == known.end() || !mnist->available) {
            document.data.name = folder.path().toStdString();
            writeImages(folder.path(), QStringLiteral("train"), 8000);
            writeImages(folder.path(), QStringLiteral("t10k"), 1000);
        }
        QElapsedTimer clock;
        clock.start();
        Bench bench(std::make_unique<core::Session>("cpu"));
        bench.lab.open(document, {}, true);
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().document && bench.lab.snapshot().step > 0 &&
                                     *bench.lab.snapshot().document == document,
                                 60000);
        qInfo("from nothing to the first step: %lld ms", clock.elapsed());
        QTest::qWait(1000); // what is made once: views, fonts

        const int chosen = qEnvironmentVariableIntValue("AXO_LATENCY_SECONDS"),
                  seconds = chosen > 0 ? chosen : 10;
        Paints charts, pictures{&bench.lab};
        for (const auto& [paints, panel] :
             {std::pair{&charts, "chartsPanel"}, {&pictures, "picturesPanel"}}) {
            auto* widget = bench.window.findChild<QWidget*>(QLatin1String(panel));
            QVERIFY(widget);
            // A view is made by the first reading, which compiles a plan of its own; four pictures are open.
            QTRY_VERIFY_WITH_TIMEOUT(!widget->findChildren<widgets::ReadingView*>().empty(), 60000);
            QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().readings.size() >= 4, 60000);
            QTest::qWait(500);
            for (auto* view : widget->findChildren<widgets::ReadingView*>()) view->installEventFilter(paints);
        }
        for (auto* card : bench.window.findChildren<widgets::PictureCard*>())
            for (auto* view : card->findChildren<widgets::ReadingView*>()) {
                const std::string key = widgets::watchKey(card->lens(), card->at, 0);
                pictures.keys[view] = key;
                for (auto* area : view->findChildren<QAbstractScrollArea*>()) { // tables
                    pictures.keys[area->viewport()] = key;
                    area->viewport()->installEventFilter(&pictures);
                }
            }
        std::vector<double> late;
        QElapsedTimer last;
        QTimer probe;
        probe.setTimerType(Qt::PreciseTimer);
        probe.setInterval(5);
        connect(&probe, &QTimer::timeout, this, [&] {
            late.push_back(qMax(0.0, double(last.nsecsElapsed()) * 1e-6 - 5));
            last.restart();
        });
        const int64_t step = bench.lab.snapshot().step;
        clock.restart();
        last.start();
        probe.start();
        while (clock.elapsed() < seconds * 1000)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        probe.stop();
        const double passed = double(clock.elapsed()) / 1000;
        QVERIFY(!late.empty());
        std::ranges::sort(late);
        qInfo("event loop over %.0f s: median %.2f ms, 99th percentile %.2f ms, worst %.2f ms", passed,
              late[late.size() / 2], late[late.size() * 99 / 100], late.back());
        qInfo("painted a second: charts %.1f, pictures %.1f; %.0f steps a second", charts.most() / passed,
              pictures.most() / passed, double(bench.lab.snapshot().step - step) / passed);
        qInfo("looking takes %.1f %%", bench.lab.snapshot().observationShare * 100);
        for (const auto& [view, paints] : pictures.count)
            qInfo("  %s: %.1f", pictures.keys[view].c_str(), paints / passed);
        QVERIFY(bench.lab.snapshot().step > step);
        QVERIFY(charts.most() > 0);
        QVERIFY(pictures.most() > 0);
        if (chosen <= 0) return;
        double steps[2] = {0, 0}, window[2] = {0, 0};
        for (int round = 0; round < 8; ++round) {
            const bool with = round % 4 == 1 || round % 4 == 2; // a drift of the machine is in both
            bench.window.findChild<QWidget*>(QStringLiteral("picturesPanel"))->setVisible(with);
            QTest::qWait(300);
            const int64_t before = bench.lab.snapshot().step;
            const double begin = core::processorSeconds();
            clock.restart();
            while (clock.elapsed() < seconds * 200)
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            steps[with] += 1000 * double(bench.lab.snapshot().step - before) / double(clock.elapsed()) / 4;
            window[with] += 1e6 * (core::processorSeconds() - begin) / double(clock.elapsed()) / 4;
            if (with) qInfo("looking takes %.1f %%", bench.lab.snapshot().observationShare * 100);
        }
        qInfo("steps a second without pictures %.0f, with them %.0f: %.1f %%", steps[0], steps[1],
              100 * steps[1] / steps[0]);
        qInfo("the window's thread without pictures %.0f ms a second, with them %.0f", window[0], window[1]);
    }

private:
    /// Counts the paint events of each widget that it filters; of a picture those that show a later step.
    struct Paints : QObject {
        const widgets::Lab* lab = nullptr;
        std::map<QObject*, std::string> keys = {};
        std::map<QObject*, int> count = {};
        std::map<QObject*, int64_t> latest = {};

        explicit Paints(const widgets::Lab* of = nullptr)
            : lab(of)
        {
        }
        bool eventFilter(QObject* widget, QEvent* event) override
        {
            if (event->type() != QEvent::Paint) return false;
            if (!lab) {
                ++count[widget];
            } else if (const auto found = lab->snapshot().readings.find(keys[widget]);
                       found != lab->snapshot().readings.end()) {
                const int64_t step = found->second.step;
                count[widget] += step > std::exchange(latest[widget], step);
            }
            return false;
        }
        double most() const
        {
            int result = 0;
            for (const auto& [widget, paints] : count) result = qMax(result, paints);
            return result;
        }
    };

    /// IDX files of noise whose brighter tenth is the class: as large as handwritten digits and learnable.
    static void writeImages(const QString& folder, const QString& part, int count)
    {
        constexpr int side = 28, classes = 10;
        QRandomGenerator random(7);
        QByteArray images, labels;
        const auto header = [](QByteArray& file, char rank, std::initializer_list<int> sizes) {
            file.append("\0\0\x08", 3).append(rank);
            for (int size : sizes)
                for (int shift : {24, 16, 8, 0}) file.append(char(size >> shift));
        };
        header(images, 3, {count, side, side});
        header(labels, 1, {count});
        for (int i = 0; i < count; ++i) {
            const int label = i % classes;
            labels.append(char(label));
            for (int pixel = 0; pixel < side * side; ++pixel)
                images.append(
                    char(random.bounded(128) + (pixel * classes / (side * side) == label ? 100 : 0)));
        }
        for (const auto& [name, bytes] : {std::pair{part + QStringLiteral("-images-idx3-ubyte"), &images},
                                          {part + QStringLiteral("-labels-idx1-ubyte"), &labels}}) {
            QFile file(folder + QLatin1Char('/') + name);
            QVERIFY(file.open(QIODevice::WriteOnly));
            QCOMPARE(file.write(*bytes), bytes->size());
        }
    }
};

QTEST_MAIN(TestTraining)
#include "test_training.moc"
