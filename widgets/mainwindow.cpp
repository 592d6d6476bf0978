#include "widgets/mainwindow.h"

#include "widgets/canvas/view.h"
#include "widgets/forms/finder.h"
#include "widgets/icons.h"
#include "widgets/panels/panel.h"
#include "widgets/panels/runbar.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace widgets
{

constexpr int recentLimit = 8;

MainWindow::MainWindow(Lab& lab, QWidget* parent)
    : QMainWindow(parent)
    , m_lab(lab)
    , m_canvas(new CanvasView(lab))
    , m_runBar(new RunBar(lab))
    , m_problems(new QLabel)
{
    setObjectName(QStringLiteral("axonometry"));
    auto* frame = new QFrame;
    frame->setObjectName(QStringLiteral("canvasFrame"));
    auto* inside = new QVBoxLayout(frame);
    inside->setContentsMargins(1, 1, 1, 1);
    inside->addWidget(m_canvas);
    setCentralWidget(frame);
    m_canvas->diagramScene().setAnimated(true);

    auto* bar = new QToolBar(tr("Run"));
    bar->setObjectName(QStringLiteral("run"));
    bar->setMovable(false);
    bar->addWidget(m_runBar);
    m_runBar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    addToolBar(bar);
    setContextMenuPolicy(Qt::NoContextMenu);
    setContentsMargins(7, 0, 7, 0);
    addDocks();
    addMenus();

    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(10, 0, 12, 0);
    statusBar()->addPermanentWidget(m_problems);
    connect(&lab, &Lab::messageShown, this,
            [this](const QString& text) { statusBar()->showMessage(text, 8000); });
    connect(&lab, &Lab::problemsChanged, this, [this] {
        const size_t count = m_lab.problems().size();
        m_problems->setText(
            count ? tr("\u26a0 %n problem(s)", nullptr, int(count))
                        .replace(QLatin1String("(s)"), count > 1 ? QStringLiteral("s") : QString())
                  : QString());
        m_problems->setStyleSheet(QStringLiteral("color: %1").arg(m_lab.theme().bad.name()));
    });
    connect(&lab, &Lab::documentChanged, this, &MainWindow::refreshTitle);
    connect(&lab, &Lab::documentOpened, this, &MainWindow::refreshTitle);
    connect(&lab.history(), &QUndoStack::cleanChanged, this, &MainWindow::refreshTitle);
    lab.askBeforeLeaving([this] { return mayClose(); });
    refreshTitle();
    m_canvas->setFocus();
}

void MainWindow::addDocks()
{
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    for (const PanelDeclaration& panel : allPanels()) {
        auto* dock = new QDockWidget(tr(panel.title));
        dock->setObjectName(QLatin1String(panel.name));
        dock->setFeatures(QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetClosable |
                          QDockWidget::DockWidgetFloatable);
        dock->setTitleBarWidget(titleOf(dock));
        auto* body = new QFrame;
        body->setObjectName(QStringLiteral("dockBody"));
        auto* column = new QVBoxLayout(body);
        column->setContentsMargins(1, 0, 1, 1);
        QWidget* content = panel.make(m_lab, body);
        content->setObjectName(QLatin1String(panel.name) + QLatin1String("Panel"));
        column->addWidget(content);
        dock->setWidget(body);
        addDockWidget(panel.area, dock);
    }
}

QWidget* MainWindow::titleOf(QDockWidget* dock)
{
    auto* title = new QWidget;
    title->setObjectName(QStringLiteral("dockTitle"));
    auto* text = new QLabel(dock->windowTitle());
    text->setObjectName(QStringLiteral("dockTitleText"));
    auto* close = new QToolButton;
    close->setObjectName(QStringLiteral("dockClose"));
    close->setToolTip(tr("Close this panel; the View menu shows it again"));
    close->setAccessibleName(tr("Close %1").arg(dock->windowTitle()));
    close->setFocusPolicy(Qt::TabFocus);
    const auto paint = [this, close] {
        const Theme& theme = m_lab.theme();
        close->setIcon(symbolIcon(Symbol::Close, theme.faint, theme.size));
        close->setIconSize({theme.size, theme.size});
    };
    paint();
    connect(&m_lab, &Lab::themeChanged, close, paint);
    connect(close, &QToolButton::clicked, dock, &QDockWidget::close);
    auto* row = new QHBoxLayout(title);
    row->setContentsMargins(12, 4, 6, 2);
    row->addWidget(text, 1);
    row->addWidget(close);
    return title;
}

void MainWindow::restoreLayout()
{
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    m_arranged = restoreState(settings.value(QStringLiteral("docks")).toByteArray());
}

void MainWindow::sizeDocks()
{
    for (const PanelDeclaration& panel : allPanels()) {
        auto* dock = findChild<QDockWidget*>(QLatin1String(panel.name));
        if (panel.width > 0) resizeDocks({dock}, {panel.width * m_lab.theme().size / 13}, Qt::Horizontal);
        if (panel.share > 0) resizeDocks({dock}, {int(panel.share * height())}, Qt::Vertical);
    }
}

QAction* MainWindow::add(QMenu* menu, const QString& text, const QKeySequence& key, std::function<void()> run)
{
    QAction* action = menu->addAction(text);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, std::move(run));
    return action;
}

void MainWindow::addMenus()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    add(file, tr("&New"), QKeySequence::New, [this] {
        if (mayClose()) m_lab.open({}, {}, false);
    });
    add(file, tr("&Open\u2026"), QKeySequence::Open, [this] { askOpen(); });
    m_recent = file->addMenu(tr("Open &recent"));
    connect(m_recent, &QMenu::aboutToShow, this, [this] {
        m_recent->clear();
        for (const QString& path : recentFiles())
            m_recent->addAction(QFileInfo(path).fileName() + QStringLiteral("    ") + QFileInfo(path).path(),
                                this, [this, path] {
                                    if (mayClose() && m_lab.openFile(path, true)) remember(path);
                                });
        if (m_recent->isEmpty()) m_recent->addAction(tr("None yet"))->setEnabled(false);
    });
    QMenu* examples = file->addMenu(tr("Open an &example"));
    for (const std::string& name : core::presetNames())
        examples->addAction(QString::fromStdString(name), this, [this, name] {
            if (mayClose()) m_lab.open(core::preset(name), {}, true);
        });
    file->addSeparator();
    add(file, tr("&Save"), QKeySequence::Save, [this] { save(); });
    add(file, tr("Save &as\u2026"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), [this] { saveAs(); });
    file->addSeparator();
    add(file, tr("Save the &run\u2026"), {}, [this] {
        const QString path =
            QFileDialog::getSaveFileName(this, tr("Save the run"), {}, tr("Checkpoints (*.safetensors)"));
        if (!path.isEmpty()) m_lab.saveRun(path);
    });
    add(file, tr("&Continue a run\u2026"), {}, [this] {
        const QString path =
            QFileDialog::getOpenFileName(this, tr("Continue a run"), {}, tr("Checkpoints (*.safetensors)"));
        if (!path.isEmpty()) m_lab.restoreRun(path);
    });
    file->addSeparator();
    add(file, tr("&Quit"), QKeySequence::Quit, [this] { close(); });

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    QAction* undo = m_lab.history().createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_lab.history().createRedoAction(this, tr("&Redo"));
    redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    edit->addActions({undo, redo});
    edit->addSeparator();
    add(edit, tr("Cu&t"), QKeySequence::Cut, [this] {
        m_canvas->copySelected();
        m_canvas->removeSelected();
    });
    add(edit, tr("&Copy"), QKeySequence::Copy, [this] { m_canvas->copySelected(); });
    add(edit, tr("&Paste"), QKeySequence::Paste, [this] { m_canvas->paste(); });
    add(edit, tr("&Duplicate"), QKeySequence(Qt::CTRL | Qt::Key_D),
        [this] { m_canvas->duplicateSelected(); });
    add(edit, tr("De&lete"), {}, [this] { m_canvas->removeSelected(); });
    edit->addSeparator();
    add(edit, tr("Select &all"), QKeySequence::SelectAll, [this] { m_canvas->selectAll(); });
    add(edit, tr("&Add a block\u2026"), {},
        [this] { m_canvas->openPalette(m_canvas->viewport()->rect().center() - QPoint(180, 120)); });
    add(edit, tr("Place everything &automatically"), {}, [this] {
        m_lab.select({});
        m_canvas->unpin();
    });

    m_view = menuBar()->addMenu(tr("&View"));
    for (QDockWidget* dock : findChildren<QDockWidget*>()) m_view->addAction(dock->toggleViewAction());
    m_view->addSeparator();
    add(m_view, tr("&Fit the diagram"), QKeySequence(Qt::CTRL | Qt::Key_0), [this] { m_canvas->fit(); });
    QMenu* themes = m_view->addMenu(tr("&Theme"));
    for (const QString& name : themeNames())
        themes->addAction(loadTheme(name).title, this, [this, name] { setThemeNamed(name); });
    m_view->addSeparator();
    add(m_view, tr("&Commands\u2026"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] { openCommands(); });

    QMenu* run = menuBar()->addMenu(tr("&Run"));
    run->addActions(m_runBar->runActions());
}

/// Every action of the menus, by its name.
void MainWindow::openCommands()
{
    QList<FinderEntry> entries;
    const std::function<void(const QMenu*, const QString&)> collect = [&](const QMenu* menu,
                                                                          const QString& path) {
        for (QAction* action : menu->actions()) {
            const QString text = action->text().remove(QLatin1Char('&'));
            if (action->menu())
                collect(action->menu(), path + text + QStringLiteral(" \u203a "));
            else if (!text.isEmpty() && action->isEnabled())
                entries << FinderEntry{path + text,
                                       action->shortcut().toString(QKeySequence::NativeText),
                                       {},
                                       [action] { action->trigger(); }};
        }
    };
    for (const QAction* action : menuBar()->actions()) collect(action->menu(), {});
    new Finder(m_canvas, QPoint((m_canvas->width() - 400) / 2, 24), tr("Type a command"), std::move(entries));
}

void MainWindow::setThemeNamed(const QString& name)
{
    const Theme theme = loadTheme(name);
    applyTheme(*qApp, theme);
    m_lab.setTheme(theme);
    QSettings().setValue(QStringLiteral("theme"), name);
}

// ---- files ----

QStringList MainWindow::recentFiles() const
{
    return QSettings().value(QStringLiteral("recentFiles")).toStringList();
}

void MainWindow::remember(const QString& path)
{
    QStringList files = recentFiles();
    files.removeAll(path);
    files.prepend(path);
    QSettings().setValue(QStringLiteral("recentFiles"), files.mid(0, recentLimit));
}

void MainWindow::askOpen()
{
    if (!mayClose()) return;
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a document"), QFileInfo(m_lab.path()).path(),
                                     tr("Axonometry documents (*.axo);;All files (*)"));
    if (!path.isEmpty() && m_lab.openFile(path, true)) remember(path);
}

bool MainWindow::save()
{
    if (m_lab.path().isEmpty()) return saveAs();
    if (!m_lab.saveFile(m_lab.path())) return false;
    remember(m_lab.path());
    refreshTitle();
    return true;
}

bool MainWindow::saveAs()
{
    QString path = QFileDialog::getSaveFileName(this, tr("Save the document"), m_lab.path(),
                                                tr("Axonometry documents (*.axo)"));
    if (path.isEmpty()) return false;
    if (QFileInfo(path).suffix().isEmpty()) path += QStringLiteral(".axo");
    if (!m_lab.saveFile(path)) return false;
    remember(path);
    refreshTitle();
    return true;
}

bool MainWindow::mayClose()
{
    if (m_lab.history().isClean()) return true;
    const auto answer =
        QMessageBox::question(this, tr("Unsaved changes"), tr("Save the changes to the document?"),
                              QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel);
    return answer == QMessageBox::Discard || (answer == QMessageBox::Save && save());
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    if (!std::exchange(m_arranged, true)) sizeDocks(); // only now is its size known
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    event->setAccepted(mayClose());
    if (!event->isAccepted()) return;
    QSettings settings;
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    settings.setValue(QStringLiteral("docks"), saveState());
}

void MainWindow::refreshTitle()
{
    QString name = QFileInfo(m_lab.path()).fileName();
    if (name.isEmpty()) name = QString::fromStdString(m_lab.document().title);
    if (name.isEmpty()) name = tr("Untitled");
    setWindowTitle(name + QStringLiteral("[*] \u2013 Axonometry"));
    setWindowModified(!m_lab.history().isClean());
}

} // namespace widgets
