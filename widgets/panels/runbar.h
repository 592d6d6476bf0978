// Play, pause, step, reset; where the run is and how well it does; the learning rate while it runs.
#pragma once

#include "widgets/lab.h"

#include <QAction>

class QBoxLayout;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QSlider;
class QToolButton;

namespace widgets
{

class RunBar : public QWidget
{
    Q_OBJECT
public:
    RunBar(Lab&, QWidget* parent = nullptr);
    /// Play or pause, step, reset: with shortcuts, for menus.
    QList<QAction*> runActions() const { return {m_play, m_step, m_reset}; }

private:
    void resizeEvent(QResizeEvent*) override;
    void arrange();
    QLabel* addNumber(const QString& name, const QString& help, int digits);
    void addPace();
    void applyTheme();
    void refresh();
    void showBackend();
    bool fellBack() const; ///< to another backend than the one that is wanted
    void setRate(double);

    Lab& m_lab;
    QBoxLayout* m_halves;
    QHBoxLayout *m_left = nullptr, *m_right = nullptr;
    QAction *m_play, *m_step, *m_reset;
    QToolButton* m_playButton;
    QToolButton* m_state;
    QLabel *m_steps, *m_epoch, *m_speed, *m_loss, *m_accuracy;
    std::vector<std::pair<QLabel*, int>> m_numbers; ///< and how many digits they have room for
    QSlider* m_slider;
    QLineEdit* m_rate;
    QToolButton* m_schedule;
    QComboBox *m_paces, *m_backend;
    QToolButton* m_fallback;
    QString m_wanted;        ///< the backend that was chosen last
    bool m_choosing = false; ///< it is still being built
    QTimer m_pace;
};

} // namespace widgets
