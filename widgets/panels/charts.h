// Loss and accuracy over the steps of the run, train and validation.
#pragma once

#include "widgets/lab.h"

class QToolButton;

namespace widgets
{

class Plot;

class ChartsPanel : public QWidget
{
    Q_OBJECT
public:
    ChartsPanel(Lab&, QWidget* parent);

protected:
    void showEvent(QShowEvent*) override;
    void resizeEvent(QResizeEvent*) override;

private:
    void arrange();
    void update();
    void draw();

    Lab& m_lab;
    Plot *m_loss, *m_accuracy;
    QToolButton* m_logarithmic;
    QTimer m_pace; ///< a chart is repainted at most 25 times a second
    uint64_t m_drawn = 0;
};

} // namespace widgets
