#include "widgets/mainwindow.h"

#include "widgets/canvas/accessible.h"
#include "widgets/canvas/view.h"
#include "widgets/commands.h"
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
#include <QMimeData>
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
    , m_commands(new Commands(this))
    , m_problems(new QLabel)
{
    installCanvasAccessibility();
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
    addCommands();
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
    setAcceptDrops(true);
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
        if (!panel.beside) continue;
        splitDockWidget(findChild<QDockWidget*>(QLatin1String(panel.beside)), dock, Qt::Horizontal);
        dock->hide();
        const auto size = [this, dock, width = panel.width](bool visible) {
            if (visible) resizeDocks({dock}, {width * m_lab.theme().size / 13}, Qt::Horizontal);
        };
        connect(dock, &QDockWidget::visibilityChanged, this, size, Qt::SingleShotConnection);
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
                                     tr("Axonometry documents (*.axo);;Pictures that carry their document "
                                        "(*.svg);;All files (*)"));
    if (!path.isEmpty() && m_lab.openFile(path, true)) remember(path);
}

/// The file that is dragged, if it is a single one.
static QString draggedFile(const QMimeData* mime)
{
    return mime->urls().size() == 1 ? mime->urls().front().toLocalFile() : QString();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!draggedFile(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    const auto open = [this, path = draggedFile(event->mimeData())] {
        if (mayClose() && m_lab.openFile(path, true)) remember(path);
    };
    QMetaObject::invokeMethod(this, open, Qt::QueuedConnection); // who drags must not wait for an answer
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
