#include "widgets/panels/runbar.h"

#include "core/backend/backend.h"
#include "widgets/icons.h"
#include "widgets/views/colours.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSlider>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QToolButton>
#include <QToolTip>
#include <cmath>

namespace widgets
{

namespace
{

/// A list whose closed box shows as much of a long name as there is room for: the device before its backend.
class BackendBox : public QComboBox
{
    void paintEvent(QPaintEvent*) override
    {
        QStylePainter painter(this);
        QStyleOptionComboBox option;
        initStyleOption(&option);
        const int room =
            style()
                ->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this)
                .width() -
            4;
        if (fontMetrics().horizontalAdvance(option.currentText) > room)
            option.currentText = fontMetrics().elidedText(option.currentText.section(QLatin1Char(':'), 1),
                                                          Qt::ElideRight, room);
        painter.drawComplexControl(QStyle::CC_ComboBox, option);
        painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    }
};

} // namespace

/// The slider's hundredths of a power of ten.
constexpr int slowest = -600, fastest = 100;
/// Steps a second; 0 is full speed.
constexpr int paces[] = {10, 30, 80, 300, 1000, 0};

RunBar::RunBar(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_play(new QAction(tr("Play"), this))
    , m_step(new QAction(tr("One step"), this))
    , m_reset(new QAction(tr("Start over"), this))
    , m_playButton(new QToolButton)
    , m_state(new QToolButton)
    , m_slider(new QSlider(Qt::Horizontal))
    , m_rate(new QLineEdit)
    , m_schedule(new QToolButton)
    , m_paces(new QComboBox)
    , m_backend(new BackendBox)
    , m_fallback(new QToolButton)
{
    m_play->setShortcut(Qt::CTRL | Qt::Key_Return);
    m_step->setShortcut(Qt::CTRL | Qt::Key_Period);
    m_reset->setShortcut(Qt::CTRL | Qt::Key_R);
    connect(m_play, &QAction::triggered, this, [this] { m_lab.setPlaying(!m_lab.playing()); });
    connect(m_step, &QAction::triggered, &lab, &Lab::stepOnce);
    connect(m_reset, &QAction::triggered, &lab, &Lab::reset);

    m_halves = new QBoxLayout(QBoxLayout::LeftToRight, this);
    m_halves->setContentsMargins(0, 0, 0, 0);
    m_halves->setSpacing(4);
    m_halves->setSizeConstraint(QLayout::SetNoConstraint); // narrower than both: one above the other
    for (QHBoxLayout** half : {&m_left, &m_right}) {
        auto* widget = new QWidget;
        *half = new QHBoxLayout(widget);
        (*half)->setContentsMargins(0, 0, 0, 0);
        (*half)->setSpacing(4);
        m_halves->addWidget(widget);
    }
    QHBoxLayout* row = m_left;
    for (const auto& [button, action] :
         {std::pair{new QToolButton, m_reset}, {m_playButton, m_play}, {new QToolButton, m_step}}) {
        button->setDefaultAction(action);
        button->setAccessibleName(action->text());
        row->addWidget(button);
    }
    m_playButton->setObjectName(QStringLiteral("primary"));
    row->addSpacing(8);
    m_state->setObjectName(QStringLiteral("state"));
    m_state->setAutoRaise(true);
    connect(m_state, &QToolButton::clicked, this, [this] { // to the block that is to blame
        if (m_lab.snapshot().failure)
            if (const std::string block = m_lab.blockOf(*m_lab.snapshot().failure); !block.empty())
                emit m_lab.revealed(QString::fromStdString(block));
    });
    row->addWidget(m_state);
    row->addSpacing(6);
    m_steps = addNumber(tr("step"), tr("Optimiser steps since the start"), 7);
    m_epoch = addNumber(tr("epoch"), tr("How often every example has been seen"), 6);
    m_speed = addNumber(tr("steps/s"), tr("Optimiser steps a second"), 7);
    m_loss = addNumber(tr("loss"), tr("Training loss now"), 7);
    m_accuracy = addNumber(tr("accuracy"), tr("Share of right predictions on the validation examples"), 7);
    addPace();
    row->addStretch(1);

    row = m_right;
    row->addStretch(1);
    auto* rateName = new QLabel(tr("learning rate"));
    rateName->setProperty("role", "muted");
    row->addWidget(rateName);
    m_slider->setRange(slowest, fastest);
    m_slider->setPageStep(30);
    m_slider->setAccessibleName(tr("Learning rate, logarithmic"));
    m_slider->setToolTip(tr("Learning rate from 1e-6 to 10; takes effect at the next step"));
    m_rate->setAccessibleName(tr("Learning rate"));
    m_rate->setToolTip(tr("Learning rate of the next step; a number overrides the schedule"));
    m_schedule->setObjectName(QStringLiteral("chip"));
    m_schedule->setText(tr("schedule"));
    m_schedule->setCheckable(true);
    m_schedule->setChecked(true);
    m_schedule->setToolTip(tr("The rate follows the document's formula"));
    connect(m_slider, &QSlider::valueChanged, this,
            [this](int value) { setRate(std::pow(10, value / 100.0)); });
    connect(m_rate, &QLineEdit::editingFinished, this, [this] {
        bool ok = false;
        const double rate = m_rate->text().toDouble(&ok);
        if (m_rate->isModified() && ok && rate >= 0) setRate(rate);
        m_rate->setModified(false);
    });
    connect(m_schedule, &QToolButton::clicked, this,
            [this](bool on) { m_lab.setRate(on ? std::optional<double>() : m_lab.snapshot().rate); });
    connect(&lab, &Lab::documentOpened, this, [this] { m_schedule->setChecked(true); });
    row->addWidget(m_slider);
    row->addWidget(m_rate);
    row->addWidget(m_schedule);
    row->addSpacing(8);
    for (const std::string& name : core::backendNames()) m_backend->addItem(QString::fromStdString(name));
    m_backend->setAccessibleName(tr("Backend"));
    m_backend->setToolTip(tr("What computes: cpu is fast, reference defines what is right"));
    m_backend->setFocusPolicy(Qt::StrongFocus);
    m_backend->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_backend->setMinimumContentsLength(12); // names of devices are long: whole in the list only
    connect(m_backend, &QComboBox::textActivated, this, [this](const QString& name) {
        m_wanted = name;
        m_choosing = true;
        m_lab.setBackend(name);
    });
    m_fallback->setObjectName(QStringLiteral("fallback"));
    m_fallback->setAccessibleName(tr("Why another backend goes on"));
    m_fallback->hide();
    connect(m_fallback, &QToolButton::clicked, this, [this] {
        QToolTip::showText(m_fallback->mapToGlobal(m_fallback->rect().bottomLeft()), m_fallback->toolTip(),
                           m_fallback, {}, 20'000);
    });
    row->addWidget(m_fallback);
    row->addWidget(m_backend);

    m_pace.setSingleShot(true);
    m_pace.setInterval(50); // digits that change faster are not read
    connect(&m_pace, &QTimer::timeout, this, &RunBar::refresh);
    connect(&lab, &Lab::snapshotChanged, this, [this] {
        if (!m_pace.isActive()) m_pace.start();
    });
    connect(&lab, &Lab::elaborationChanged, this, &RunBar::refresh);
    connect(&lab, &Lab::themeChanged, this, &RunBar::applyTheme);
    applyTheme();
}

QLabel* RunBar::addNumber(const QString& name, const QString& help, int digits)
{
    auto* value = new QLabel(QStringLiteral("\u2013"));
    m_numbers.emplace_back(value, digits);
    value->setToolTip(help);
    value->setAccessibleName(name);
    auto* label = new QLabel(name);
    label->setProperty("role", "small");
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(value);
    column->addWidget(label);
    m_left->addLayout(column);
    m_left->addSpacing(8);
    return value;
}

/// How fast a run may go, so that a short one can be watched.
void RunBar::addPace()
{
    for (int pace : paces)
        m_paces->addItem(pace ? tr("%1 steps/s").arg(pace) : tr("full speed"), double(pace));
    m_paces->setCurrentIndex(m_paces->count() - 1);
    m_paces->setObjectName(QStringLiteral("pace"));
    m_paces->setAccessibleName(tr("Pace"));
    m_paces->setToolTip(
        tr("Pace of training: at most so many steps a second, or as fast as the machine can"));
    m_paces->setFocusPolicy(Qt::StrongFocus);
    connect(m_paces, &QComboBox::activated, this,
            [this](int index) { m_lab.setPace(m_paces->itemData(index).toDouble()); });
    m_left->addWidget(m_paces);
}

void RunBar::applyTheme()
{
    const Theme& theme = m_lab.theme();
    const int icon = theme.size + 6;
    for (QToolButton* button : findChildren<QToolButton*>())
        if (button->defaultAction()) {
            button->setIconSize({icon, icon});
            button->setFixedSize(icon + 14, icon + 12);
        }
    const QFont font = theme.font(1.1, QFont::DemiBold);
    for (const auto& [value, digits] : m_numbers) {
        value->setFont(font);
        value->setFixedWidth(QFontMetrics(font).horizontalAdvance(QLatin1Char('0')) * digits);
    }
    m_state->setFixedWidth(theme.size * 7);
    m_fallback->setStyleSheet(
        QStringLiteral("QToolButton#fallback { color: %1; border: 1px solid %1; border-radius: %2px; "
                       "font-weight: 600; padding: 3px 8px; }")
            .arg(theme.warn.name())
            .arg(theme.size - 2));
    m_slider->setFixedWidth(theme.size * 7);
    m_rate->setFixedWidth(theme.size * 6);
    m_step->setIcon(symbolIcon(Symbol::Step, theme.text));
    m_reset->setIcon(symbolIcon(Symbol::Reset, theme.text));
    refresh();
    arrange();
}

void RunBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

/// The halves beside each other where there is room, else one above the other.
void RunBar::arrange()
{
    const QSize left = m_left->parentWidget()->sizeHint(), right = m_right->parentWidget()->sizeHint();
    const bool beside = width() >= left.width() + right.width() + m_halves->spacing();
    m_halves->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    setMinimumSize(qMax(left.width(), right.width()),
                   beside ? qMax(left.height(), right.height()) : left.height() + right.height() + 4);
    updateGeometry();
}

void RunBar::setRate(double rate)
{
    m_schedule->setChecked(false);
    m_lab.setRate(rate);
    if (!m_rate->hasFocus()) m_rate->setText(QString::number(rate, 'g', 3));
}

void RunBar::refresh()
{
    using State = core::SessionState;
    showBackend();
    const core::Snapshot& now = m_lab.snapshot();
    const Theme& theme = m_lab.theme();
    const bool running = now.state == State::Running;
    m_play->setIcon(symbolIcon(running ? Symbol::Pause : Symbol::Play, theme.accentText));
    m_play->setText(running ? tr("Pause") : tr("Play"));
    for (QAction* action : runActions())
        action->setToolTip(action->text() + QStringLiteral("  (%1)").arg(
                                                action->shortcut().toString(QKeySequence::NativeText)));

    m_steps->setText(QString::number(now.step));
    m_epoch->setText(QString::number(now.epoch, 'f', now.epoch < 100 ? 2 : now.epoch < 1000 ? 1 : 0));
    m_speed->setText(now.stepsPerSecond >= 10000
                         ? QString::number(now.stepsPerSecond / 1000, 'f', 1) + QStringLiteral("k")
                         : QString::number(now.stepsPerSecond, 'f', now.stepsPerSecond < 100 ? 1 : 0));
    const auto last = [](const std::vector<core::HistoryPoint>& history, float core::HistoryPoint::*which) {
        for (auto point = history.rbegin(); point != history.rend(); ++point)
            if (std::isfinite((*point).*which)) return double((*point).*which);
        return std::nan("");
    };
    const double loss = last(now.loss, &core::HistoryPoint::train);
    double accuracy = last(now.accuracy, &core::HistoryPoint::validation);
    if (std::isnan(accuracy)) accuracy = last(now.accuracy, &core::HistoryPoint::train);
    m_loss->setText(std::isnan(loss) ? QStringLiteral("\u2013") : QString::number(loss, 'g', 3));
    m_accuracy->setText(std::isnan(accuracy)
                            ? QStringLiteral("\u2013")
                            : QString::number(accuracy * 100, 'f', 1) + QStringLiteral(" %"));

    struct Look {
        QString text;
        QColor colour;
    };
    const bool failed = now.state == State::Failed || (now.failure && !fellBack());
    const Look look = now.failure && running                       ? Look{tr("Training \u26a0"), theme.warn}
                      : failed && !m_lab.elaboration().trainable() ? Look{tr("Not ready"), theme.muted}
                      : failed                                     ? Look{tr("Failed"), theme.bad}
                      : now.state == State::Running                ? Look{tr("Training"), theme.good}
                      : now.state == State::Building               ? Look{tr("Building"), theme.warn}
                      : now.state == State::Finished               ? Look{tr("Finished"), theme.accent}
                      : now.state == State::Empty                  ? Look{tr("Opening"), theme.muted}
                                                                   : Look{tr("Paused"), theme.muted};
    const QString sheet =
        QStringLiteral(
            "QToolButton#state { color: %1; font-weight: 600; text-align: left; padding: 4px 6px; }")
            .arg(look.colour.name());
    if (m_state->styleSheet() != sheet) m_state->setStyleSheet(sheet);
    m_state->setText(QStringLiteral("\u25cf ") + look.text);
    m_state->setToolTip(now.failure ? QString::fromStdString(now.failure->text()) : look.text);

    if (!m_rate->hasFocus()) m_rate->setText(QString::number(now.rate, 'g', 3));
    if (!m_slider->isSliderDown() && now.rate > 0) {
        const QSignalBlocker quiet(m_slider);
        m_slider->setValue(int(std::lround(std::log10(now.rate) * 100)));
    }
    if (const int pace = m_paces->findData(now.pace); pace >= 0 && !m_paces->view()->isVisible())
        m_paces->setCurrentIndex(pace);
}

/// The one that computes, and a badge where it is not the one that was chosen.
void RunBar::showBackend()
{
    const core::Snapshot& now = m_lab.snapshot();
    const QString backend = QString::fromStdString(now.backend);
    if (backend.isEmpty()) return;
    if (m_wanted.isEmpty()) m_wanted = backend;
    const bool built = now.state != core::SessionState::Building;
    if (backend == m_wanted || (now.failure && built)) m_choosing = false;
    if (!m_choosing && !m_backend->view()->isVisible()) {
        if (m_backend->findText(backend) < 0) m_backend->addItem(backend); // cpu:2, vulkan:cpu
        m_backend->setCurrentText(backend);
    }
    m_backend->setToolTip(tr("What computes: %1. cpu is fast, reference defines what is right").arg(backend));
    m_fallback->setVisible(fellBack());
    if (!fellBack()) return;
    m_fallback->setText(QStringLiteral("\u26a0 ") +
                        tr("%1 failed").arg(m_wanted.section(QLatin1Char(':'), 0, 0)));
    m_fallback->setToolTip(QString::fromStdString(now.failure->text()));
}

bool RunBar::fellBack() const
{
    const core::Snapshot& now = m_lab.snapshot();
    return now.failure && !m_choosing && now.backend != m_wanted.toStdString();
}

} // namespace widgets
