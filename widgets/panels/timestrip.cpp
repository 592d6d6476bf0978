#include "widgets/panels/timestrip.h"

#include "widgets/views/colours.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>

namespace widgets
{

constexpr double margin = 9;

TimeSlider::TimeSlider(Lab& lab, QWidget* parent)
    : QSlider(Qt::Horizontal, parent)
    , m_lab(lab)
{
    setAccessibleName(tr("Time of the run"));
    setToolTip(
        tr("<p>Drag to see the run as it was; it goes on meanwhile. At the right end: as it goes on.</p>"));
    setMinimumWidth(80);
    setFixedHeight(lab.theme().size + 9);
    setFocusPolicy(Qt::StrongFocus);
}

void TimeSlider::setSteps(std::vector<int64_t> steps, bool live)
{
    m_steps = std::move(steps);
    m_live = live;
    const QSignalBlocker quiet(this);
    setRange(0, qMax(0, int(m_steps.size()) - (live ? 0 : 1)));
    setPageStep(qMax(1, maximum() / 10));
    update();
}

double TimeSlider::placeOf(int index) const
{
    const double room = width() - 2 * margin;
    if (m_steps.empty()) return width() - margin;
    if (index >= int(m_steps.size())) return width() - margin;
    const double last = qMax(1.0, double(m_steps.back())), end = m_live ? 0.97 : 1;
    return margin + room * end * double(m_steps[size_t(index)]) / last;
}

void TimeSlider::goTo(double x)
{
    int best = 0;
    for (int index = 0; index <= maximum(); ++index)
        if (qAbs(placeOf(index) - x) < qAbs(placeOf(best) - x)) best = index;
    setValue(best);
}

void TimeSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) goTo(event->position().x());
}

void TimeSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton) goTo(event->position().x());
}

void TimeSlider::paintEvent(QPaintEvent*)
{
    const Theme& theme = m_lab.theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = height() / 2.0 - 2, at = placeOf(value());
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.border);
    painter.drawRoundedRect(QRectF(margin, middle - 2, width() - 2 * margin, 4), 2, 2);
    painter.setBrush(theme.accent);
    painter.drawRoundedRect(QRectF(margin, middle - 2, qMax(0.0, at - margin), 4), 2, 2);
    painter.setPen(QPen(theme.faint, 1));
    double last = -10;
    for (int index = 0; index < int(m_steps.size()); ++index) {
        const double x = placeOf(index);
        if (x - last < 2) continue;
        painter.drawLine(QPointF(x, middle + 5), QPointF(x, middle + 8));
        last = x;
    }
    const bool live = m_live && value() == maximum();
    painter.setPen(QPen(hasFocus() ? theme.text : theme.panel, 1.5));
    painter.setBrush(live ? theme.good : theme.accent);
    painter.drawEllipse(QPointF(at, middle), 6, 6);
}

TimeStrip::TimeStrip(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_slider(new TimeSlider(lab, this))
    , m_words(new QLabel)
    , m_live(new QToolButton)
    , m_branch(new QToolButton)
    , m_compare(new QToolButton)
{
    m_slider->setObjectName(QStringLiteral("time"));
    m_words->setProperty("role", "small");
    for (const auto& [button, name, title, help] :
         {std::tuple{
              m_branch, "branch", tr("Branch"),
              tr("<p>A new run starts at this moment with the same numbers; this one is kept in the list of "
                 "runs</p>")},
          {m_compare, "compare", tr("Compare"), tr("<p>Pictures of this moment beside those of now</p>")},
          {m_live, "live", tr("Now"), tr("<p>Pictures of the run as it goes on</p>")}}) {
        button->setObjectName(QStringLiteral("chip"));
        button->setProperty("which", QLatin1String(name));
        button->setText(title);
        button->setToolTip(help);
        button->setAccessibleName(title);
    }
    m_compare->setCheckable(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(6, 0, 6, 0);
    row->setSpacing(6);
    row->addWidget(m_slider, 1);
    row->addWidget(m_words);
    row->addWidget(m_compare);
    row->addWidget(m_branch);
    row->addWidget(m_live);
    connect(m_slider, &QSlider::valueChanged, this, &TimeStrip::choose);
    connect(m_live, &QToolButton::clicked, this, [this] { m_lab.setTime({}); });
    connect(m_branch, &QToolButton::clicked, this, [this] {
        if (m_lab.time()) m_lab.branch(*m_lab.time());
    });
    connect(m_compare, &QToolButton::clicked, this, [this](bool on) {
        // What is looked at now stays on the left; the slider then moves the other side.
        m_lab.setComparison(on ? m_lab.time() : std::nullopt);
    });
    connect(&lab, &Lab::timeChanged, this, [this] {
        m_shown = nullptr;
        follow();
    });
    connect(&lab, &Lab::snapshotChanged, this, &TimeStrip::follow);
    follow();
}

int TimeStrip::run() const { return m_lab.time() ? m_lab.time()->run : m_lab.snapshot().run; }

void TimeStrip::follow()
{
    const core::Snapshot& now = m_lab.snapshot();
    if (run() == m_run && now.marks == m_shown && now.past == m_past && m_shown) return;
    m_run = run();
    m_shown = now.marks;
    m_past = now.past;
    std::vector<int64_t> steps;
    for (const core::Mark& mark : m_lab.marksOf(m_run)) steps.push_back(mark.step);
    const bool live = m_run == now.run;
    m_slider->setSteps(steps, live);
    const auto& time = m_lab.time();
    {
        const QSignalBlocker quiet(m_slider);
        int index = m_slider->maximum();
        if (time) {
            index = 0;
            for (size_t i = 0; i < steps.size(); ++i)
                if (qAbs(steps[i] - time->step) < qAbs(steps[size_t(index)] - time->step)) index = int(i);
        }
        m_slider->setValue(index);
    }
    m_slider->setEnabled(!steps.empty());
    m_live->setVisible(time.has_value());
    m_branch->setVisible(time.has_value());
    const auto& other = m_lab.comparison();
    m_compare->setVisible(time || other);
    m_compare->setChecked(other.has_value());
    QString words =
        time ? tr("step %1").arg(QLocale(QLocale::English).toString(qint64(time->step))) : tr("now");
    if (!live) words = tr("run %1, ").arg(m_run) + words;
    if (other)
        words += tr("  vs  ") + (other->run != m_run ? tr("run %1, ").arg(other->run) : QString()) +
                 tr("step %1").arg(QLocale(QLocale::English).toString(qint64(other->step)));
    m_words->setText(words);
}

void TimeStrip::choose(int index)
{
    const auto& steps = m_slider->steps();
    if (index >= int(steps.size()))
        m_lab.setTime({});
    else
        m_lab.setTime(core::Place{m_run, steps[size_t(index)]});
}

} // namespace widgets
