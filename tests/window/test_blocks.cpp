// Whole blocks by real events: switched off, opened, grouped, kept in the library; axes, ways out, pictures.
#include "core/diagram/text.h"
#include "fixture.h"
#include "widgets/commands.h"

#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

class TestBlocks : public QObject
{
    Q_OBJECT

    static std::unique_ptr<core::Session> session() { return std::make_unique<core::Session>("cpu"); }
    static void open(Bench& bench, const char* text)
    {
        core::Document document;
        document.data.name = "digits";
        core::Errors errors;
        document.diagram = core::diagramFrom(text, bench.lab.library(), {}, errors);
        QVERIFY(errors.empty());
        bench.lab.open(document, {}, false);
        bench.key(Qt::Key_Period);
    }
    static void select(Bench& bench, std::set<std::string> blocks)
    {
        bench.lab.select({std::move(blocks), {}});
    }

private slots:
    void initTestCase() { useOwnSettings(); }

    void aKeySwitchesBlocksOffAndOnAgain()
    {
        Bench bench;
        const core::Document before = bench.lab.document();
        select(bench, {"hidden", "activation"});
        bench.key(Qt::Key_B, Qt::ControlModifier);
        QCOMPARE(bench.diagram().find("hidden")->state, core::BlockState::Bypassed);
        QCOMPARE(bench.diagram().find("activation")->state, core::BlockState::Bypassed);
        bench.key(Qt::Key_M);
        QCOMPARE(bench.diagram().find("hidden")->state, core::BlockState::Muted);
        bench.key(Qt::Key_M);
        QVERIFY(bench.lab.document() == before);
        QCOMPARE(bench.lab.history().count(), 3);
    }

    void aBlockOpensInItsPlaceAndCloses()
    {
        Bench bench;
        open(bench, "data = data()\nmix = mlp(data.x, over = row)\n");
        select(bench, {"mix"});
        bench.key(Qt::Key_E, Qt::ControlModifier);
        QVERIFY(bench.diagram().find("mix")->open);
        bench.key(Qt::Key_E, Qt::ControlModifier);
        QVERIFY(!bench.diagram().find("mix")->open);
        QCOMPARE(bench.lab.history().count(), 2);
    }

    void aGroupHasTheNameThatIsTypedAndComesApartAgain()
    {
        Bench bench;
        const size_t before = bench.diagram().blocks.size();
        select(bench, {"hidden", "activation"});
        bench.key(Qt::Key_G, Qt::ControlModifier);
        bench.type(QStringLiteral("Features"));
        QCOMPARE(bench.diagram().blocks.size(), before - 1);
        QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{"features"});
        QCOMPARE(bench.diagram().definitions.size(), size_t(1));
        QCOMPARE(bench.lab.history().count(), 1);
        bench.key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench.lab.selection().blocks, (std::set<std::string>{"hidden", "activation"}));
        QVERIFY(bench.diagram().definitions.empty());
        QCOMPARE(bench.lab.history().count(), 2);
    }

    /// Groups in a group, opened one in the other in their place; their ports are the wires that crossed.
    void nestedGroupsOpenInPlace()
    {
        Bench bench(session());
        QTRY_VERIFY(bench.lab.elaboration().trainable());
        bench.lab.setPlaying(false);
        const auto group = [&](std::set<std::string> blocks, const char* name) {
            select(bench, std::move(blocks));
            bench.key(Qt::Key_G, Qt::ControlModifier);
            bench.type(QString::fromLatin1(name));
        };
        group({"hidden", "activation"}, "Layer");
        group({"layer", "out"}, "Network");
        const auto kind = bench.lab.library().declarationOf(*bench.diagram().find("network"));
        QVERIFY(kind && kind->inputs.size() == 1 && kind->outputs.size() == 1);
        for (const core::Wire& wire : {core::Wire{{"data", "x"}, {"network", kind->inputs[0].name}},
                                       {{"network", kind->outputs[0].name}, {"cross_entropy", "logits"}}})
            QVERIFY(std::ranges::find(bench.diagram().wires, wire) != bench.diagram().wires.end());
        QTRY_VERIFY(bench.lab.elaboration().trainable());
        const QSizeF closed = bench.scene().block("network")->body().size();
        select(bench, {"network"});
        bench.key(Qt::Key_E, Qt::ControlModifier);
        QTRY_VERIFY(bench.scene().block("network")->body().width() > closed.width() + 40);
        // A wire that goes in keeps its port, where it is drawn to.
        const QRectF frame =
            bench.scene().block("network")->body().translated(bench.scene().placeOf("network"));
        QVERIFY(frame.adjusted(-30, -30, 30, 30)
                    .contains(bench.scene().block("network")->input(kind->inputs[0].name)));
        bench.key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench.lab.selection().blocks, (std::set<std::string>{"layer", "out"}));
        bench.lab.history().undo();
        bench.lab.history().undo();
        bench.lab.history().undo();
        bench.lab.history().undo();
        QVERIFY(bench.diagram().definitions.empty());
        QCOMPARE(bench.lab.history().index(), 0);
    }

    void aGroupThatWouldHangOnItselfIsRefused()
    {
        Bench bench;
        const core::Document before = bench.lab.document();
        select(bench, {"hidden", "out"});
        bench.key(Qt::Key_G, Qt::ControlModifier);
        bench.type(QStringLiteral("Around"));
        QVERIFY(bench.lab.document() == before);
    }

    void theAxisOfASelectedWireIsRenamedEverywhere()
    {
        Bench bench(session());
        QTRY_VERIFY(bench.lab.elaboration().trainable());
        bench.lab.setPlaying(false);
        bench.lab.select({{}, std::vector{core::Wire{{"hidden", "y"}, {"activation", "x"}}}});
        bench.key(Qt::Key_F2);
        bench.type(QStringLiteral("feature"));
        QCOMPARE(bench.diagram().find("hidden")->settings.at("to").text, std::string("feature: 32"));
        QCOMPARE(bench.lab.history().count(), 1);
    }

    void aConflictIsSolvedByAButton()
    {
        Bench bench(session());
        open(bench, "data = data()\na = linear(data.x, to = channel: 8)\n"
                    "b = linear(data.x, to = channel: 12)\nc = a + b\n");
        auto* panel = bench.window.findChild<QWidget*>(QStringLiteral("problemsPanel"));
        QVERIFY(panel);
        QTRY_VERIFY(panel->findChild<QPushButton*>(QStringLiteral("fix")));
        panel->findChild<QPushButton*>(QStringLiteral("fix"))->click();
        QCOMPARE(bench.lab.history().count(), 1);
        QTRY_VERIFY(!panel->findChild<QPushButton*>(QStringLiteral("fix")));
        QVERIFY(bench.lab.elaboration().errors.empty());
    }

    void aRefusedWireOffersWaysOut()
    {
        Bench bench(session());
        open(bench, "data = data()\nh = linear(data.x, to = hidden: 8)\nn = layer_norm(over = channel)\n");
        QTRY_VERIFY(bench.lab.elaboration().types.contains("h.y"));
        bench.key(Qt::Key_Period);
        QTest::qWait(30); // where the types moved the ports to
        QVERIFY(bench.window.isActiveWindow());
        bench.drag(bench.output("h", "y"), bench.input("n", "x"), 8);
        QVERIFY(bench.canvas().findChild<QLineEdit*>(QStringLiteral("finderSearch")));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTest::qWait(10);
        QCOMPARE(bench.lab.history().count(), 1);
        QVERIFY(std::ranges::any_of(bench.diagram().wires,
                                    [](const core::Wire& wire) { return wire.to.block == "n"; }));
    }

    void aSelectionIsKeptInTheLibraryWithASettingOfItsOwn()
    {
        QTemporaryDir folder;
        Bench bench;
        bench.lab.setBlockFolder(folder.path());
        const core::Document before = bench.lab.document();
        select(bench, {"hidden", "activation"});
        QVERIFY(bench.window.commands().run(QStringLiteral("block.save")));
        auto* dialog = bench.window.findChild<QDialog*>(QStringLiteral("saveBlock"));
        QVERIFY(dialog && dialog->isVisible());
        dialog->findChild<QLineEdit*>(QStringLiteral("blockTitle"))->setText(QStringLiteral("Dense"));
        dialog->findChild<QLineEdit*>(QStringLiteral("blockSymbol"))->setText(QStringLiteral("D"));
        dialog->findChild<QPlainTextEdit*>()->setPlainText(QStringLiteral("A layer and its curve."));
        auto* rows = dialog->findChild<QTreeWidget*>();
        const auto found = rows->findItems(QStringLiteral("hidden.to"), Qt::MatchExactly);
        QCOMPARE(found.size(), 1);
        found.front()->setCheckState(0, Qt::Checked);
        found.front()->setText(2, QStringLiteral("width"));
        QTest::mouseClick(dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save),
                          Qt::LeftButton);
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("dense.json"))));
        const core::BlockDeclaration* kept = bench.lab.library().find("dense");
        QVERIFY(kept && kept->parameter("width"));
        QCOMPARE(kept->help, std::string("A layer and its curve."));
        QCOMPARE(kept->draw.symbol, std::string("D"));
        QCOMPARE(kept->parameter("width")->initial.text, std::string("channel: 32"));
        QVERIFY(bench.lab.document() == before);
    }

    void aPictureIsCopiedAsVectorsAndPixels()
    {
        Bench bench;
        QVERIFY(bench.window.commands().run(QStringLiteral("edit.copyPicture")));
        const QMimeData* copied = QGuiApplication::clipboard()->mimeData();
        QVERIFY(copied->data(QStringLiteral("image/svg+xml")).contains("</svg>"));
        QVERIFY(copied->hasImage());
    }

    void theExportShowsThePictureAsItWillBe()
    {
        Bench bench;
        bench.key(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        auto* dialog = bench.window.findChild<QDialog*>(QStringLiteral("exportDialog"));
        QVERIFY(dialog && dialog->isVisible());
        const auto corner = [&] {
            return dialog->findChild<QLabel*>(QStringLiteral("export.preview"))
                ->pixmap(Qt::ReturnByValue)
                .toImage()
                .pixelColor(1, 1)
                .lightness();
        };
        QTRY_VERIFY(corner() > 200); // on white paper
        auto* theme = dialog->findChild<QComboBox*>(QStringLiteral("export.theme"));
        theme->setCurrentIndex(theme->findData(QStringLiteral("dark")));
        QTRY_VERIFY(corner() < 80);
        auto* scale = dialog->findChild<QComboBox*>(QStringLiteral("export.scale"));
        auto* format = dialog->findChild<QComboBox*>(QStringLiteral("export.format"));
        QTRY_VERIFY(!scale->isEnabled()); // vectors have none
        format->setCurrentIndex(format->findData(QStringLiteral("png")));
        QTRY_VERIFY(scale->isEnabled());
    }
};

QTEST_MAIN(TestBlocks)
#include "test_blocks.moc"
