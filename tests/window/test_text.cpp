// The text beside the canvas: both directions live, errors where they are, comments kept.
#include "fixture.h"

#include "core/diagram/text.h"
#include "widgets/commands.h"
#include "widgets/forms/codeedit.h"

#include <QLabel>
#include <QTabBar>

class TestText : public QObject
{
    Q_OBJECT

    static widgets::CodeEdit* openText(Bench& bench)
    {
        bench.key(Qt::Key_T, Qt::ControlModifier);
        QTest::qWait(20);
        auto* edit = bench.window.findChild<widgets::CodeEdit*>(QStringLiteral("termText"));
        if (edit) edit->setFocus();
        return edit;
    }
    static void goToLineOf(widgets::CodeEdit* edit, const QString& words)
    {
        edit->moveCursor(QTextCursor::Start);
        QVERIFY(edit->find(words));
    }

private slots:
    void initTestCase() { useOwnSettings(); }

    void showsTheDiagramAndFollowsTheCanvasWithoutMovingTheCursor()
    {
        Bench bench;
        auto* edit = openText(bench);
        QVERIFY(edit && edit->isVisible());
        QCOMPARE(edit->toPlainText().toStdString(), core::textOf(bench.diagram(), bench.lab.library()));
        goToLineOf(edit, QStringLiteral("out ="));
        const QString line = edit->textCursor().block().text();
        const int column = edit->textCursor().positionInBlock();
        bench.lab.change(QStringLiteral("size"), [](core::Document& document) {
            core::edit::setSetting(document, "hidden", "to",
                                   {core::Setting::Kind::Text, 0, "channel: 48", false});
        });
        bench.canvas().addBlock("dropout");
        QVERIFY(edit->toPlainText().contains(QStringLiteral("channel: 48")));
        QCOMPARE(edit->toPlainText().toStdString(), core::textOf(bench.diagram(), bench.lab.library()));
        QCOMPARE(edit->textCursor().block().text(), line);
        QCOMPARE(edit->textCursor().positionInBlock(), column);
    }

    void aTextOfSeveralLinesIsOneColour()
    {
        const widgets::Theme theme = widgets::loadTheme(QStringLiteral("light"));
        widgets::CodeEdit edit(widgets::Grammar::Python, theme);
        edit.setPlainText(QStringLiteral("\"\"\"One and\ntwo if 3\n\"\"\"\nif x"));
        const auto colours = [&](int line) {
            std::set<QString> names;
            for (const auto& range : edit.document()->findBlockByNumber(line).layout()->formats())
                names.insert(range.format.foreground().color().name());
            return names;
        };
        const std::set<QString> text{theme.series[2].name()}, word{theme.series[3].name()};
        for (int line : {0, 1, 2}) QCOMPARE(colours(line), text);
        QCOMPARE(colours(3), word);
    }

    void whatIsTypedIsTheDiagramAfterAPause()
    {
        Bench bench;
        auto* edit = openText(bench);
        goToLineOf(edit, QStringLiteral("channel: 32"));
        QTest::keyClicks(edit, QStringLiteral("channel: 64"));
        QTRY_COMPARE(bench.diagram().find("hidden")->settings.at("to").text, std::string("channel: 64"));
        QCOMPARE(bench.lab.history().count(), 1);
        QVERIFY(edit->textCursor().block().text().contains(QStringLiteral("channel: 64")));
        bench.lab.history().undo();
        QVERIFY(edit->toPlainText().contains(QStringLiteral("channel: 32")));
    }

    void aTextWithAMistakeLeavesTheDiagramAndSaysWhere()
    {
        Bench bench;
        auto* edit = openText(bench);
        const core::Document before = bench.lab.document();
        goToLineOf(edit, QStringLiteral("linear"));
        QTest::keyClicks(edit, QStringLiteral("liner"));
        auto* state = bench.window.findChild<QLabel*>(QStringLiteral("textState"));
        QTRY_VERIFY(state->isVisible());
        QVERIFY(state->text().contains(QStringLiteral("liner")));
        QVERIFY(bench.lab.document() == before);
        bool underlined = false;
        for (const QTextEdit::ExtraSelection& mark : edit->extraSelections())
            underlined |= mark.cursor.selectedText() == QLatin1String("liner");
        QVERIFY(underlined);
        QTest::keyClick(edit, Qt::Key_Backspace);
        QTest::keyClicks(edit, QStringLiteral("ar"));
        QTRY_VERIFY(!state->isVisible());
    }

    void commentsAreKeptThroughEditsOnTheCanvas()
    {
        Bench bench;
        auto* edit = openText(bench);
        goToLineOf(edit, QStringLiteral("hidden ="));
        edit->moveCursor(QTextCursor::StartOfBlock);
        QTest::keyClicks(edit, QStringLiteral("# the first layer"));
        QTest::keyClick(edit, Qt::Key_Return);
        QTRY_COMPARE(bench.diagram().find("hidden")->comment, std::string("the first layer"));
        bench.lab.change(QStringLiteral("size"), [](core::Document& document) {
            core::edit::setSetting(document, "hidden", "to",
                                   {core::Setting::Kind::Text, 0, "channel: 48", false});
        });
        QVERIFY(edit->toPlainText().contains(QStringLiteral("# the first layer\nhidden =")));
    }

    void anEmptyTextIsFilledByTyping()
    {
        Bench bench;
        bench.lab.open({}, {}, false);
        auto* edit = openText(bench);
        QTest::keyClicks(edit, QStringLiteral("data = data()"));
        QTest::keyClick(edit, Qt::Key_Return);
        QTest::keyClicks(edit, QStringLiteral("hidden = linear(data.x, to = channel: 16)"));
        QTRY_COMPARE(bench.diagram().blocks.size(), size_t(2));
        const core::Wire wire{{"data", "x"}, {"hidden", "x"}};
        QVERIFY(std::ranges::find(bench.diagram().wires, wire) != bench.diagram().wires.end());
        QVERIFY(bench.scene().block("hidden"));
    }

    void theModuleOfPytorchFollowsTheDiagramAndCannotBeTypedIn()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        openText(bench);
        auto* tabs = bench.window.findChild<QTabBar*>(QStringLiteral("textTabs"));
        auto* module = bench.window.findChild<widgets::CodeEdit*>(QStringLiteral("pytorchText"));
        QVERIFY(tabs && module && !module->isVisible());
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(1).center());
        QTRY_VERIFY(module->toPlainText().contains(QStringLiteral("self.hidden = nn.Linear(64, 32)")));
        QVERIFY(module->isVisible() && module->isReadOnly());
        bench.lab.change(QStringLiteral("size"), [](core::Document& document) {
            core::edit::setSetting(document, "hidden", "to",
                                   {core::Setting::Kind::Text, 0, "channel: 48", false});
        });
        QTRY_VERIFY(module->toPlainText().contains(QStringLiteral("self.hidden = nn.Linear(64, 48)")));
        // A diagram with a fault leaves the last text that was right.
        bench.lab.change(QStringLiteral("fault"), [](core::Document& document) {
            core::edit::setSetting(document, "hidden", "to",
                                   {core::Setting::Kind::Text, 0, "channel: -1", false});
        });
        QTest::qWait(200);
        QVERIFY(module->toPlainText().contains(QStringLiteral("nn.Linear(64, 48)")));
    }
};

QTEST_MAIN(TestText)
#include "test_text.moc"
