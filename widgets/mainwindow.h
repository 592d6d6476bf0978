// The main window: canvas, run bar, docks, menus. It arranges; what panels do is theirs.
#pragma once

#include "widgets/lab.h"

#include <QMainWindow>

class QDockWidget;
class QLabel;

namespace widgets
{

class CanvasView;
class RunBar;

class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(Lab&, QWidget* parent = nullptr);

    CanvasView& canvas() { return *m_canvas; }
    QStringList recentFiles() const;
    /// Size and docks as they were when the window was last closed, if there is a record of it.
    void restoreLayout();

protected:
    void showEvent(QShowEvent*) override;
    void closeEvent(QCloseEvent*) override;

private:
    void addDocks();
    QWidget* titleOf(QDockWidget*);
    void sizeDocks();
    void addMenus();
    QAction* add(QMenu*, const QString& text, const QKeySequence&, std::function<void()>);
    void askOpen();
    bool save();
    bool saveAs();
    void remember(const QString& path);
    bool mayClose(); ///< saved, or the person does not mind
    void setThemeNamed(const QString&);
    void openCommands();
    void refreshTitle();

    Lab& m_lab;
    CanvasView* m_canvas;
    RunBar* m_runBar;
    QMenu* m_recent = nullptr;
    QMenu* m_view = nullptr;
    QLabel* m_problems;
    bool m_arranged = false;
};

} // namespace widgets
