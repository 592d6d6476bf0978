// The main window: canvas, run bar, docks, menus. It arranges; what panels do is theirs.
#pragma once

#include "widgets/lab.h"

#include <QMainWindow>

class QDockWidget;
class QLabel;
class QMenu;

namespace widgets
{

class CanvasView;
class Commands;
class RunBar;

class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(Lab&, QWidget* parent = nullptr);

    CanvasView& canvas() { return *m_canvas; }
    Commands& commands() { return *m_commands; }
    QStringList recentFiles() const;
    /// Size and docks as they were when the window was last closed, if there is a record of it.
    void restoreLayout();

protected:
    void showEvent(QShowEvent*) override;
    void closeEvent(QCloseEvent*) override;
    void dragEnterEvent(QDragEnterEvent*) override; ///< a file that is dropped is opened
    void dropEvent(QDropEvent*) override;

private:
    void addDocks();
    QWidget* titleOf(QDockWidget*);
    void sizeDocks();
    void addCommands();
    void addMenus();
    void addRecent(QMenu*);
    void askOpen();
    bool save();
    bool saveAs();
    void remember(const QString& path);
    bool mayClose(); ///< saved, or the person does not mind
    void setThemeNamed(const QString&);
    void askSaveRun();
    void askContinueRun();
    void openCommands();
    void openShortcuts();
    void refreshTitle();

    Lab& m_lab;
    CanvasView* m_canvas;
    RunBar* m_runBar;
    Commands* m_commands;
    QLabel* m_problems;
    bool m_arranged = false;
};

} // namespace widgets
