// Wires in the window, by mouse and by keys: what fits lights up, what does not says why and offers ways out.
#include "core/diagram/text.h"
#include "fixture.h"
#include "widgets/commands.h"

#include <QLabel>
#include <QListWidget>
#include <QPushButton>

class TestConnecting : public QObject
{
    Q_OBJECT

    /// h carries `hidden`, n wants `channel`, m wants `hidden`; a and b differ in the size of `channel`.
    static std::unique_ptr<Bench> bench()
    {
        auto bench = std::make_unique<Bench>(std::make_unique<core::Session>("cpu"));
        core::Document document;
        document.data.name = "digits";
        core::Errors errors;
        document.diagram =
            core::diagramFrom("data = data()\nh = linear(data.x, to = hidden: 8)\n"
                              "n = layer_norm(over = channel)\nm = layer_norm(over = hidden)\n"
                              "a = linear(data.x, to = channel: 8)\nb = linear(data.x, to = channel: 12)\n"
                              "r = relu(a)\nc = add(a, r)\n",
                              bench->lab.library(), {}, errors);
        if (!errors.empty()) qFatal("%s", errors.front().text().c_str());
        bench->lab.open(document, {}, false);
        (void)QTest::qWaitFor([&] { return bench->lab.elaboration().types.contains("b.y"); }, 10000);
        (void)QTest::qWaitFor([&] { return !bench->lab.problems().empty(); }, 10000);
        QTest::qWait(100); // the panels have made room for what is known now
        bench->key(Qt::Key_Period);
        QTest::qWait(20);
        return bench;
    }
    static bool has(Bench& bench, const core::Wire& wire)
    {
        return std::ranges::find(bench.diagram().wires, wire) != bench.diagram().wires.end();
    }
    static QString hint(Bench& bench)
    {
        const auto* label = bench.canvas().findChild<QLabel*>(QStringLiteral("canvasHint"));
        return label && label->isVisible() ? label->text() : QString();
    }
    /// Pixels around a port whose colour is the one of what is good.
    static int lit(Bench& bench, QPoint port)
    {
        const QImage seen = bench.viewport()->grab(QRect(port - QPoint(9, 9), QSize(19, 19))).toImage();
        const QColor good = bench.lab.theme().good;
        int count = 0;
        for (int y = 0; y < seen.height(); ++y)
            for (int x = 0; x < seen.width(); ++x) {
                const QColor pixel = seen.pixelColor(x, y);
                count += std::abs(pixel.hue() - good.hue()) < 12 && pixel.saturation() > 20;
            }
        return count;
    }
    static QListWidget* finder(Bench& bench) { return bench.canvas().findChild<QListWidget*>(); }

private slots:
    void initTestCase() { useOwnSettings(); }

    void portsThatFitLightUpWhileAWireIsDrawnAndTheOthersSayWhyNot()
    {
        const auto made = bench();
        Bench& bench = *made;
        const QPoint from = bench.output("h", "y"), fits = bench.input("m", "x"),
                     not_ = bench.input("n", "x");
        QCOMPARE(lit(bench, fits), 0);
        QTest::mousePress(bench.viewport(), Qt::LeftButton, {}, from);
        bench.move(from + QPoint(12, 30));
        QTRY_VERIFY(lit(bench, fits) > 10);
        QCOMPARE(lit(bench, not_), 0);
        bench.move(not_);
        for (const char* word : {"channel", "hidden", "h.y"}) // the axis, what comes instead, and from where
            QVERIFY2(hint(bench).contains(QLatin1String(word)), qPrintable(hint(bench)));
        bench.move(fits);
        QVERIFY2(hint(bench).contains(QStringLiteral("h.y")) && hint(bench).contains(QStringLiteral("m.x")),
                 qPrintable(hint(bench)));
        QTest::mouseRelease(bench.viewport(), Qt::LeftButton, {}, fits);
        QVERIFY(has(bench, {{"h", "y"}, {"m", "x"}}));
        QVERIFY(hint(bench).isEmpty());
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void aConflictOfSizesNamesBothEndsWhileItIsDrawnAndInThePanel()
    {
        const auto made = bench();
        Bench& bench = *made;
        const QPoint from = bench.output("b", "y"), to = bench.middle("c");
        QTest::mousePress(bench.viewport(), Qt::LeftButton, {}, from);
        bench.move(from + QPoint(12, 12));
        bench.move(to);
        for (const char* word : {"channel", "8", "12", "a.y", "b.y"})
            QVERIFY2(hint(bench).contains(QLatin1String(word)), qPrintable(hint(bench)));
        bench.key(Qt::Key_Escape);
        QTest::mouseRelease(bench.viewport(), Qt::LeftButton, {}, to);
        QCOMPARE(bench.lab.history().count(), 0);
        // The same as an edit of a setting: both ends are named where the problem is listed.
        bench.lab.change(QStringLiteral("wire"), [&](core::Document& document) {
            core::edit::connect(document, bench.lab.library(), {{"b", "y"}, {"c", "x"}});
        });
        auto* panel = bench.window.findChild<QWidget*>(QStringLiteral("problemsPanel"));
        const auto said = [&] {
            QString words;
            for (const auto* label : panel->findChildren<QLabel*>()) words += label->text();
            return words;
        };
        QTRY_VERIFY(said().contains(QStringLiteral("12")));
        for (const char* word : {"channel", "8", "12", "b.y"})
            QVERIFY2(said().contains(QLatin1String(word)), qPrintable(said()));
        QStringList offered;
        QTRY_VERIFY(!panel->findChildren<QPushButton*>(QStringLiteral("fix")).empty());
        for (const auto* button : panel->findChildren<QPushButton*>(QStringLiteral("fix")))
            offered << button->text();
        QVERIFY2(offered.join(' ').contains(QStringLiteral("linear map channel -> channel")),
                 qPrintable(offered.join(' ')));
    }

    void aWireIsDrawnAndCutWithoutAMouse()
    {
        const auto made = bench();
        Bench& bench = *made;
        bench.lab.select({{"h"}, {}});
        bench.key(Qt::Key_W);
        QVERIFY(finder(bench));
        bench.type(QStringLiteral("m.x"));
        QVERIFY(has(bench, {{"h", "y"}, {"m", "x"}}));
        bench.key(Qt::Key_W);
        bench.type(QStringLiteral("cut h.y"));
        QVERIFY(!has(bench, {{"h", "y"}, {"m", "x"}}));
        QCOMPARE(bench.lab.history().count(), 2);
    }

    void whatDoesNotFitIsListedWithTheReasonAndOffersWaysOut()
    {
        const auto made = bench();
        Bench& bench = *made;
        bench.lab.select({{"h"}, {}});
        bench.key(Qt::Key_W);
        qobject_cast<QLineEdit*>(QApplication::focusWidget())->setText(QStringLiteral("h.y \u2192 n.x"));
        QVERIFY(finder(bench)->currentItem()->toolTip().contains(QStringLiteral("channel")));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTest::qWait(20);
        QVERIFY(finder(bench)); // another list: ways out
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTest::qWait(10);
        QCOMPARE(bench.lab.history().count(), 1);
        QVERIFY(std::ranges::any_of(bench.diagram().wires,
                                    [](const core::Wire& wire) { return wire.to.block == "n"; }));
        QVERIFY(std::ranges::none_of(bench.lab.elaboration().errors, [](const core::Error& error) {
            return error.where == "n" || error.where.starts_with("n.");
        }));
    }

    void anInputHasOneWireAndANewOneTakesItsPlace()
    {
        const auto made = bench();
        Bench& bench = *made;
        bench.drag(bench.output("h", "y"), bench.input("m", "x"), 8);
        QVERIFY(has(bench, {{"h", "y"}, {"m", "x"}}));
        const size_t wires = bench.diagram().wires.size();
        bench.lab.change(QStringLiteral("over"), [](core::Document& document) {
            core::edit::setSetting(document, "m", "over", {core::Setting::Kind::Text, 0, "row", false});
        });
        bench.key(Qt::Key_Period);
        QTest::qWait(50);
        bench.drag(bench.output("data", "x"), bench.input("m", "x"), 8);
        QVERIFY(has(bench, {{"data", "x"}, {"m", "x"}}));
        QCOMPARE(bench.diagram().wires.size(), wires);
    }
};

QTEST_MAIN(TestConnecting)
#include "test_connecting.moc"
