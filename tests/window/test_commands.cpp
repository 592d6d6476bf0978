// Commands by name and by key, what is found, and what is said of it all to who does not see it.
#include "fixture.h"

#include "widgets/commands.h"

#include <QAccessible>
#include <QDockWidget>
#include <QLineEdit>
#include <QPushButton>

class TestCommands : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { useOwnSettings(); }

    void aFullStopFitsTheDiagramIntoTheView()
    {
        Bench bench;
        bench.canvas().zoom(4, QPoint(0, 0));
        const auto seen = [&] { return bench.canvas().mapToScene(bench.viewport()->rect()).boundingRect(); };
        QVERIFY(!seen().contains(bench.scene().diagramRect()));
        bench.key(Qt::Key_Period);
        QVERIFY(seen().contains(bench.scene().diagramRect()));
    }

    void findKnowsSettingsAndAxes()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY(bench.lab.elaboration().types.contains("out.y"));
        bench.key(Qt::Key_F, Qt::ControlModifier);
        bench.type(QStringLiteral("channel: 32"));
        QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{"hidden"});
        bench.key(Qt::Key_F, Qt::ControlModifier);
        bench.type(QStringLiteral("axis class"));
        QVERIFY(!bench.lab.selection().wires.empty());
        for (const core::Wire& wire : bench.lab.selection().wires)
            QVERIFY(bench.lab.elaboration().types.at(wire.from.text()).type.has("class"));
    }

    void findRevealsWhatIsNamed()
    {
        Bench bench;
        bench.key(Qt::Key_F, Qt::ControlModifier);
        bench.type(QStringLiteral("cross"));
        QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{"cross_entropy"});
    }

    void thePaletteOfCommandsRunsWhatIsTyped()
    {
        Bench bench;
        bench.key(Qt::Key_K, Qt::ControlModifier);
        bench.type(QStringLiteral("select all"));
        QCOMPARE(bench.lab.selection().blocks.size(), bench.diagram().blocks.size());
    }

    void aKeyThatIsChosenWorksAndTheCommandThatHadItLosesIt()
    {
        Bench bench;
        auto& commands = bench.window.commands();
        commands.setKeys(QStringLiteral("edit.find"), {QKeySequence(Qt::CTRL | Qt::Key_D)});
        bench.lab.select({{"hidden"}, {}});
        bench.key(Qt::Key_D, Qt::ControlModifier);
        QVERIFY(bench.canvas().findChild<QLineEdit*>(QStringLiteral("finderSearch")));
        QCOMPARE(bench.lab.history().count(), 0);
        QVERIFY(commands.keys(QStringLiteral("edit.duplicate")).isEmpty());
        {
            Bench next; // the choice is kept
            QCOMPARE(next.window.commands().keys(QStringLiteral("edit.find")).front(),
                     QKeySequence(Qt::CTRL | Qt::Key_D));
        }
        commands.resetKeys();
        QCOMPARE(commands.keys(QStringLiteral("edit.duplicate")).front(), QKeySequence(Qt::CTRL | Qt::Key_D));
    }

    void aKeyIsChosenInTheSheetByPressingIt()
    {
        Bench bench;
        bench.key(Qt::Key_Question);
        auto* sheet = bench.window.findChild<QDialog*>(QStringLiteral("shortcutSheet"));
        QVERIFY(sheet);
        auto* rows = sheet->findChild<QTreeWidget*>();
        for (QTreeWidgetItemIterator it(rows); *it; ++it)
            if ((*it)->data(0, Qt::UserRole).toString() == QLatin1String("edit.duplicate"))
                rows->setCurrentItem(*it);
        auto* field = sheet->findChild<QWidget*>(QStringLiteral("newKey"));
        field->setFocus();
        QTest::keyClick(field, Qt::Key_J, Qt::ControlModifier);
        auto* use = sheet->findChild<QPushButton*>(QStringLiteral("setKey"));
        QTRY_VERIFY(use->isEnabled()); // no more keys come
        QTest::mouseClick(use, Qt::LeftButton);
        sheet->close();
        bench.window.activateWindow();
        bench.canvas().setFocus();
        QVERIFY(QTest::qWaitForWindowActive(&bench.window));
        bench.lab.select({{"hidden"}, {}});
        bench.key(Qt::Key_J, Qt::ControlModifier);
        QCOMPARE(bench.diagram().blocks.back().kind, std::string("linear"));
        QCOMPARE(bench.lab.history().count(), 1);
        bench.window.commands().resetKeys();
    }

    /// Two commands on one key in one place would both be dead.
    void noKeyIsGivenTwice()
    {
        Bench bench;
        std::map<std::pair<QWidget*, QString>, QString> holders;
        for (const widgets::Command& command : bench.window.commands().all())
            for (const QKeySequence& key : command.action->shortcuts()) {
                const QString text = key.toString();
                for (QWidget* scope : {command.scope, static_cast<QWidget*>(nullptr)})
                    if (const auto other = holders.find({scope, text}); other != holders.end())
                        QFAIL(qPrintable(text + QStringLiteral(": ") + other->second + QStringLiteral(", ") +
                                         command.id));
                holders[{command.scope, text}] = command.id;
            }
        QVERIFY(holders.size() > 40);
    }

    void aQuestionMarkListsEveryCommandAndGesture()
    {
        Bench bench;
        bench.key(Qt::Key_Question);
        auto* sheet = bench.window.findChild<QDialog*>(QStringLiteral("shortcutSheet"));
        QVERIFY(sheet && sheet->isVisible() && !sheet->isModal());
        int rows = 0;
        for (QTreeWidgetItemIterator it(sheet->findChild<QTreeWidget*>()); *it; ++it)
            rows += !(*it)->data(0, Qt::UserRole).toString().isEmpty();
        QCOMPARE(size_t(rows), bench.window.commands().all().size());
    }

    void everyBlockHasANameForScreenReaders()
    {
        Bench bench;
        QAccessibleInterface* canvas = QAccessible::queryAccessibleInterface(&bench.canvas());
        QVERIFY(canvas);
        QCOMPARE(size_t(canvas->childCount()), bench.diagram().blocks.size());
        for (int i = 0; i < canvas->childCount(); ++i) {
            const QString name = canvas->child(i)->text(QAccessible::Name);
            QVERIFY(name.contains(QString::fromStdString(bench.diagram().blocks[size_t(i)].id)));
            QVERIFY(canvas->child(i)->rect().isValid());
        }
        bench.lab.select({{"out"}, {}});
        QVERIFY(canvas->focusChild() && canvas->focusChild()->text(QAccessible::Name).contains("out"));
        QVERIFY(canvas->focusChild()->text(QAccessible::Description).contains("activation.y"));
    }

    /// Whatever takes the focus says what it is.
    void everythingThatTakesTheFocusHasANameForScreenReaders()
    {
        Bench bench(std::make_unique<core::Session>("cpu"));
        QTRY_VERIFY(bench.lab.elaboration().trainable());
        for (auto* dock : bench.window.findChildren<QDockWidget*>()) dock->show();
        bench.lab.select({{"hidden"}, {}});
        QTest::qWait(100);
        QStringList unnamed;
        int named = 0;
        for (auto* widget : bench.window.findChildren<QWidget*>()) {
            const bool interactive =
                qobject_cast<QAbstractButton*>(widget) || qobject_cast<QLineEdit*>(widget) ||
                qobject_cast<QComboBox*>(widget) || qobject_cast<QAbstractSlider*>(widget) ||
                qobject_cast<QAbstractSpinBox*>(widget) || qobject_cast<QAbstractItemView*>(widget) ||
                qobject_cast<QPlainTextEdit*>(widget);
            if (!interactive || !widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus)) continue;
            const bool inner = qobject_cast<QAbstractSpinBox*>(widget->parentWidget()) ||
                               qobject_cast<QComboBox*>(widget->parentWidget()); // the outer one is named
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            if (inner || !face) continue;
            if (face->text(QAccessible::Name).isEmpty())
                unnamed << QLatin1String(widget->metaObject()->className()) + QLatin1Char(' ') +
                               widget->objectName();
            else
                ++named;
        }
        QVERIFY2(unnamed.isEmpty(), qPrintable(unnamed.join(QStringLiteral(", "))));
        QVERIFY(named > 20);
    }

    void theRunBarFitsANarrowWindowWithTheLargestTheme()
    {
        widgets::applyTheme(*qApp, widgets::loadTheme(QStringLiteral("projector")));
        {
            Bench bench(nullptr, QStringLiteral("projector"));
            bench.window.resize(1280, 800);
            QTest::qWait(20);
            QCOMPARE(bench.window.width(), 1280);
        }
        widgets::applyTheme(*qApp, widgets::loadTheme(QStringLiteral("light")));
    }
};

QTEST_MAIN(TestCommands)
#include "test_commands.moc"
