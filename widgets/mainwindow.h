// The main window: canvas, run bar, docks, menus. It arranges; what panels do is theirs.
#pragma once

#include "widgets/lab.h"

#include <QMainWindow>

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

protected:
    void closeEvent(QCloseEvent*) override;

private:
    void addDocks();
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
};

} // namespace widgets
