// Time in the window: the slider, branches, two times and two runs beside each other, the list of runs.
#include "fixture.h"

#include "core/diagram/lenses.h"
#include "widgets/panels/picturecard.h"
#include "widgets/panels/timestrip.h"
#include "widgets/views/readingview.h"

#include <QTableWidget>
#include <QToolButton>

using core::LensPlace;
using widgets::PictureCard;

class TestTime : public QObject
{
    Q_OBJECT

    static std::unique_ptr<core::Session> session() { return std::make_unique<core::Session>("cpu"); }
    static QList<PictureCard*> cards(Bench& bench)
    {
        QList<PictureCard*> shown;
        for (PictureCard* card : bench.window.findChildren<PictureCard*>())
            if (card->isVisible()) shown << card;
        return shown;
    }
    /// The most views that a card shows.
    static qsizetype most(Bench& bench)
    {
        qsizetype views = 0;
        for (PictureCard* card : cards(bench)) {
            qsizetype shown = 0;
            for (auto* view : card->findChildren<widgets::ReadingView*>()) shown += view->isVisible();
            views = qMax(views, shown);
        }
        return views;
    }
    /// The list of runs, in front.
    static QTableWidget* runs(Bench& bench)
    {
        auto* table = bench.window.findChild<QTableWidget*>(QStringLiteral("runs"));
        for (QWidget* at = table; at; at = at->parentWidget())
            if (auto* dock = qobject_cast<QDockWidget*>(at)) {
                dock->show();
                dock->raise();
            }
        return table;
    }
    static QToolButton* button(QTableWidget* table, const QString& text)
    {
        for (auto* one : table->parentWidget()->findChildren<QToolButton*>())
            if (one->text() == text) return one;
        return nullptr;
    }

private slots:
    void initTestCase() { useOwnSettings(); }

    void theSliderShowsTheRunAsItWasWhileItGoesOn()
    {
        Bench bench(session());
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().marks && bench.lab.snapshot().marks->size() > 5, 20000);
        bench.lab.watch(QStringLiteral("test"), {{"w", "weights", "out.weight", 0}});
        const auto weights = [&]() -> std::vector<float> {
            const auto found = bench.lab.snapshot().readings.find("w");
            if (found == bench.lab.snapshot().readings.end()) return {};
            const auto* matrix = std::get_if<core::MatrixReading>(found->second.reading.get());
            return matrix ? matrix->values : std::vector<float>();
        };
        QTRY_VERIFY(!weights().empty());
        auto* slider = bench.window.findChild<widgets::TimeSlider*>();
        QVERIFY(slider);
        QCOMPARE(slider->value(), slider->maximum());
        const auto before = weights();
        slider->setValue(0);
        QVERIFY(bench.lab.time());
        QCOMPARE(bench.lab.time()->step, int64_t(0));
        QTRY_VERIFY(weights() != before);
        QTest::qWait(500); // the network of the past is compiled
        const auto first = weights();
        const int64_t step = bench.lab.snapshot().step;
        QTRY_VERIFY(bench.lab.snapshot().step > step + 50); // goes on
        QCOMPARE(weights(), first);                         // and what is looked at stays
        bench.lab.setTime({});
        QTRY_VERIFY(weights() != first);
    }

    void aBranchTakesTheDocumentOfThatMoment()
    {
        Bench bench(session());
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 50, 20000);
        bench.lab.setPlaying(false);
        QTRY_COMPARE(bench.lab.snapshot().state, core::SessionState::Paused);
        const core::Document before = bench.lab.document();
        const int run = bench.lab.snapshot().run;
        const uint64_t generation = bench.lab.snapshot().generation;
        bench.lab.change(QStringLiteral("wider"), [](core::Document& document) {
            core::edit::setSetting(document, "hidden", "to",
                                   {core::Setting::Kind::Text, 0, "channel: 48", false});
        });
        QTRY_VERIFY(bench.lab.snapshot().generation > generation);
        bench.lab.branch({run, 0});
        QTRY_VERIFY(bench.lab.snapshot().run != run);
        QVERIFY(bench.lab.document() == before);
        QTRY_COMPARE(bench.lab.snapshot().step, int64_t(0));
        QVERIFY(!bench.lab.snapshot().failure);
        QCOMPARE(bench.lab.snapshot().past->size(), size_t(1));
    }

    void twoTimesStandBesideEachOtherWithTheirDifference()
    {
        Bench bench(session());
        QTRY_COMPARE_WITH_TIMEOUT(cards(bench).size(), 4, 20000);
        QTRY_VERIFY(bench.lab.snapshot().marks && bench.lab.snapshot().marks->size() > 3);
        bench.lab.setComparison(core::Place{bench.lab.snapshot().run, 0});
        QTRY_COMPARE(most(bench), qsizetype(3));
        bench.lab.setComparison({});
        QTRY_COMPARE(most(bench), qsizetype(1));
    }

    void instrumentsOfTwoNetworksAreGivenBoth()
    {
        Bench bench(session());
        QVERIFY(bench.lab.change(QStringLiteral("look"), [](core::Document& document) {
            core::setLenses(document, LensPlace::Wall, {{"cka", "", {}}});
        }));
        // The resemblance of the hidden layer with itself, in the middle of the matrix.
        const auto itself = [&]() -> float {
            const auto found = bench.lab.snapshot().readings.find("cka||0");
            if (found == bench.lab.snapshot().readings.end()) return NAN;
            const auto* matrix = std::get_if<core::MatrixReading>(found->second.reading.get());
            return matrix ? matrix->values[size_t(matrix->columns) + 1] : NAN;
        };
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 300 && itself() > 0.9999f, 20000);
        bench.lab.setComparison(core::Place{bench.lab.snapshot().run, 0});
        QTRY_VERIFY_WITH_TIMEOUT(itself() < 0.999f, 20000);
        QVERIFY(!bench.lab.snapshot().readings.contains("cka||0|other"));
        bench.lab.setComparison(core::Place{99, 0}); // there is no such run
        QTRY_VERIFY_WITH_TIMEOUT(std::isnan(itself()), 20000);
        bench.lab.setComparison({});
        QTRY_VERIFY_WITH_TIMEOUT(itself() > 0.9999f, 20000);
    }

    void runsAreListedNamedComparedSavedAndOpenedAgain()
    {
        Bench bench(session());
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().step > 50, 20000);
        const int first = bench.lab.snapshot().run;
        bench.lab.branch({first, 0});
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().run != first && bench.lab.snapshot().step > 20, 20000);
        QTableWidget* table = runs(bench);
        QVERIFY(table);
        QTRY_COMPARE(table->rowCount(), 2);
        // Name and notes are typed into the row of the run that is over; its figures stand beside them.
        QTRY_VERIFY(!table->item(1, 1)->text().isEmpty() && !table->item(1, 3)->text().isEmpty());
        table->item(1, 0)->setText(QStringLiteral("before"));
        table->item(1, 7)->setText(QStringLiteral("too fast"));
        QTRY_COMPARE(bench.lab.snapshot().past->front().name, std::string("before"));
        QTRY_COMPARE(bench.lab.snapshot().past->front().notes, std::string("too fast"));
        // Beside the one that trains, with the difference.
        table->selectRow(1);
        QTRY_VERIFY(button(table, QStringLiteral("Compare"))->isEnabled());
        QTest::mouseClick(button(table, QStringLiteral("Compare")), Qt::LeftButton);
        QVERIFY(bench.lab.comparison());
        QCOMPARE(bench.lab.comparison()->run, first);
        bench.lab.setComparison({});
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("run"));
        bench.lab.saveRunFolder(path, first);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path + QStringLiteral("/run.json")), 20000);
        bench.lab.forgetRun(first);
        QTRY_COMPARE(table->rowCount(), 1);
        bench.lab.openRunFolder(path);
        QTRY_COMPARE_WITH_TIMEOUT(table->rowCount(), 2, 20000);
        QTRY_COMPARE(table->item(1, 0)->text(), QStringLiteral("before"));
        QCOMPARE(table->item(1, 7)->text(), QStringLiteral("too fast"));
        // It can be looked at and gone on with.
        const int opened = bench.lab.snapshot().past->front().id;
        bench.lab.branch({opened, 0});
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().run > opened, 20000);
        QVERIFY(!bench.lab.snapshot().failure);
    }
};

QTEST_MAIN(TestTime)
#include "test_time.moc"
