// The window's commands and the menus that are made of them.
#include "widgets/canvas/commands.h"
#include "widgets/canvas/view.h"
#include "widgets/commands.h"
#include "widgets/forms/exportdialog.h"
#include "widgets/forms/finder.h"
#include "widgets/forms/shortcutsheet.h"
#include "widgets/lenses/changemarks.h"
#include "widgets/lenses/layer.h"
#include "widgets/mainwindow.h"
#include "widgets/panels/panel.h"
#include "widgets/panels/runbar.h"

#include <QDockWidget>
#include <QFileDialog>
#include <QMenuBar>

namespace widgets
{

void MainWindow::addCommands()
{
    const QString file = tr("&File"), edit = tr("&Edit"), view = tr("&View"), run = tr("&Run"),
                  help = tr("&Help");
    const Command files[] = {
        {"file.new",
         file,
         1,
         tr("&New"),
         {QKeySequence::New},
         [this] {
             if (mayClose()) m_lab.open({}, {}, false);
         }},
        {"file.open", file, 1, tr("&Open\u2026"), {QKeySequence::Open}, [this] { askOpen(); }},
        {"file.save", file, 2, tr("&Save"), {QKeySequence::Save}, [this] { save(); }},
        {"file.saveAs",
         file,
         2,
         tr("Save &as\u2026"),
         {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)},
         [this] { saveAs(); }},
        {"file.export",
         file,
         3,
         tr("&Export\u2026"),
         {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E)},
         [this] { (new ExportDialog(*m_canvas, this))->show(); }},
        {"file.saveRun", file, 4, tr("Save the &run\u2026"), {}, [this] { askSaveRun(); }},
        {"file.continueRun", file, 4, tr("&Continue a run\u2026"), {}, [this] { askContinueRun(); }},
        {"file.quit", file, 9, tr("&Quit"), {QKeySequence::Quit}, [this] { close(); }},
    };
    for (const Command& command : files) m_commands->add(command);

    const auto history = [&](const QString& id, QAction* action, const QList<QKeySequence>& keys) {
        Command command{id, edit, 0, {}, keys};
        command.action = action;
        m_commands->add(std::move(command));
    };
    history(QStringLiteral("edit.undo"), m_lab.history().createUndoAction(this, tr("&Undo")),
            {QKeySequence::Undo});
    history(QStringLiteral("edit.redo"), m_lab.history().createRedoAction(this, tr("&Redo")),
            {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    addCanvasCommands(*m_commands, *m_canvas);
    addLensCommands(*m_commands, *m_canvas);
    addChangeCommands(*m_commands, *m_canvas);
    m_commands->add({"edit.copyPicture",
                     edit,
                     4,
                     tr("Copy as &picture"),
                     {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)},
                     [this] { copyAsPicture(*m_canvas); }});

    for (const PanelDeclaration& panel : allPanels()) {
        Command command{QStringLiteral("view.dock.") + QLatin1String(panel.name), view, 2};
        if (panel.key) command.keys = {QKeySequence(QLatin1String(panel.key))};
        command.action = findChild<QDockWidget*>(QLatin1String(panel.name))->toggleViewAction();
        m_commands->add(std::move(command));
    }
    for (const QString& name : themeNames())
        m_commands->add(
            {QStringLiteral("theme.") + name, tr("&Theme"), 0, loadTheme(name).title, {}, [this, name] {
                 setThemeNamed(name);
             }});
    for (QAction* action : m_runBar->runActions()) {
        Command command{QStringLiteral("run.") + Commands::plain(action->text()).toLower(),
                        run,
                        0,
                        {},
                        action->shortcuts()};
        command.action = action;
        m_commands->add(std::move(command));
    }
    m_commands->add(
        {"help.commands", help, 0, tr("&Commands\u2026"), {QKeySequence(Qt::CTRL | Qt::Key_K)}, [this] {
             openCommands();
         }});
    Command sheet{"help.keys",
                  help,
                  0,
                  tr("&Keys and gestures\u2026"),
                  {Qt::Key_Question},
                  [this] { openShortcuts(); }};
    sheet.scope = m_canvas;
    m_commands->add(std::move(sheet));
}

void MainWindow::addMenus()
{
    for (const QString& title :
         {tr("&File"), tr("&Edit"), tr("&Block"), tr("&Arrange"), tr("&View"), tr("&Run"), tr("&Help")}) {
        QMenu* menu = menuBar()->addMenu(title);
        m_commands->fill(menu, title);
        if (title == tr("&File")) addRecent(menu);
        if (title == tr("&View")) m_commands->fill(menu->addMenu(tr("&Theme")), tr("&Theme"));
    }
}

void MainWindow::addRecent(QMenu* menu)
{
    QAction* before = m_commands->find(QStringLiteral("file.save"))->action;
    auto* recent = new QMenu(tr("Open &recent"), menu);
    menu->insertMenu(before, recent);
    connect(recent, &QMenu::aboutToShow, this, [this, recent] {
        recent->clear();
        for (const QString& path : recentFiles())
            recent->addAction(QFileInfo(path).fileName() + QStringLiteral("    ") + QFileInfo(path).path(),
                              this, [this, path] {
                                  if (mayClose() && m_lab.openFile(path, true)) remember(path);
                              });
        if (recent->isEmpty()) recent->addAction(tr("None yet"))->setEnabled(false);
    });
    auto* examples = new QMenu(tr("Open an &example"), menu);
    menu->insertMenu(before, examples);
    for (const std::string& name : core::presetNames())
        examples->addAction(QString::fromStdString(name), this, [this, name] {
            if (mayClose()) m_lab.open(core::preset(name), {}, true);
        });
}

void MainWindow::askSaveRun()
{
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save the run"), {}, tr("Checkpoints (*.safetensors)"));
    if (!path.isEmpty()) m_lab.saveRun(path);
}

void MainWindow::askContinueRun()
{
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Continue a run"), {}, tr("Checkpoints (*.safetensors)"));
    if (!path.isEmpty()) m_lab.restoreRun(path);
}

/// What can be done now, by its name.
void MainWindow::openCommands()
{
    m_commands->refresh();
    QList<FinderEntry> entries;
    for (const Command& command : m_commands->all())
        if (command.action->isEnabled())
            entries << FinderEntry{(command.menu.isEmpty()
                                        ? QString()
                                        : Commands::plain(command.menu) + QStringLiteral(" \u203a ")) +
                                       Commands::plain(command.action->text()),
                                   command.action->shortcut().toString(QKeySequence::NativeText),
                                   {},
                                   [action = command.action] { action->trigger(); }};
    for (const std::string& name : core::presetNames())
        entries << FinderEntry{
            tr("Open example \u203a ") + QString::fromStdString(name), {}, {}, [this, name] {
                if (mayClose()) m_lab.open(core::preset(name), {}, true);
            }};
    new Finder(m_canvas, QPoint((m_canvas->width() - 400) / 2, 24), tr("Type a command"), std::move(entries));
}

void MainWindow::openShortcuts() { (new ShortcutSheet(*m_commands, this))->show(); }

} // namespace widgets
