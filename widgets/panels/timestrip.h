// A slider over the moments of a run: what was then, and to go on from there.
#pragma once

#include "widgets/lab.h"

#include <QSlider>

class QLabel;
class QToolButton;

namespace widgets
{

/// Marks under the groove where there are moments.
class TimeSlider : public QSlider
{
    Q_OBJECT
public:
    TimeSlider(Lab&, QWidget* parent);
    /// Steps of the moments; the last place beyond them is "as it goes on" where `live`.
    void setSteps(std::vector<int64_t>, bool live);
    const std::vector<int64_t>& steps() const { return m_steps; }

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;

private:
    void goTo(double x);
    double placeOf(int index) const; ///< across the widget

    Lab& m_lab;
    std::vector<int64_t> m_steps;
    bool m_live = true;
};

class TimeStrip : public QWidget
{
    Q_OBJECT
public:
    TimeStrip(Lab&, QWidget* parent);

private:
    int run() const; ///< whose moments these are
    void follow();   ///< the run's moments or the time have changed
    void choose(int index);

    Lab& m_lab;
    TimeSlider* m_slider;
    QLabel* m_words;
    QToolButton *m_live, *m_branch, *m_compare;
    std::shared_ptr<const std::vector<core::Mark>> m_shown;
    std::shared_ptr<const std::vector<core::RunSummary>> m_past;
    int m_run = -1;
};

} // namespace widgets
