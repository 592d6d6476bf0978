// Loss and accuracy over the steps of the run, train and validation; below them the time that is looked at.
#pragma once

#include "widgets/lab.h"

class QBoxLayout;
class QToolButton;

namespace widgets
{

class FigureView;
class LineFigure;

class ChartsPanel : public QWidget
{
    Q_OBJECT
public:
    ChartsPanel(Lab&, QWidget* parent);

protected:
    void showEvent(QShowEvent*) override;
    void resizeEvent(QResizeEvent*) override;

private:
    /// A curve of the run, and of the one that it is compared with.
    struct Chart {
        LineFigure* figure = nullptr;
        FigureView* view = nullptr;
    };
    Chart addChart(const QString& title, std::optional<double> low, std::optional<double> high);
    void arrange();
    void update();
    void draw();
    void draw(const Chart&, std::vector<core::HistoryPoint> core::Snapshot::*live,
              std::vector<core::HistoryPoint> core::RunSummary::*past);

    Lab& m_lab;
    QBoxLayout* m_row;
    Chart m_loss, m_accuracy;
    QToolButton* m_logarithmic;
    QTimer m_pace; ///< a chart is repainted at most 25 times a second
    uint64_t m_drawn = 0;
};

} // namespace widgets
