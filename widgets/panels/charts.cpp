#include "widgets/panels/charts.h"

#include "widgets/views/plot.h"

#include <QHBoxLayout>
#include <QToolButton>
#include <cmath>

namespace widgets
{

/// Train in the first colour, validation in the second and dashed, so that colour is not all that tells them
/// apart.
static QList<Plot::Line> linesOf(const std::vector<core::HistoryPoint>& history)
{
    Plot::Line train{QObject::tr("train"), {}, 0}, validation{QObject::tr("val"), {}, 1, true};
    for (const core::HistoryPoint& point : history) {
        if (std::isfinite(point.train)) train.points << QPointF(double(point.step), double(point.train));
        if (std::isfinite(point.validation))
            validation.points << QPointF(double(point.step), double(point.validation));
    }
    return {train, validation};
}

ChartsPanel::ChartsPanel(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_loss(new Plot(lab.theme()))
    , m_accuracy(new Plot(lab.theme()))
{
    m_loss->setLabels(tr("Loss"), tr("step"), {});
    m_loss->setBounds(0, {});
    m_accuracy->setLabels(tr("Accuracy"), tr("step"), {});
    m_accuracy->setBounds({}, 1);
    m_logarithmic = new QToolButton(m_loss);
    m_logarithmic->setObjectName(QStringLiteral("chip"));
    m_logarithmic->setText(tr("log"));
    m_logarithmic->setCheckable(true);
    m_logarithmic->setToolTip(tr("Logarithmic loss axis"));
    m_logarithmic->setAccessibleName(tr("Logarithmic loss axis"));
    connect(m_logarithmic, &QToolButton::toggled, this, [this](bool on) { m_loss->setLogarithmic(on); });
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(6, 2, 6, 6);
    row->setSpacing(6);
    row->addWidget(m_loss, 1);
    row->addWidget(m_accuracy, 1);
    m_pace.setSingleShot(true);
    m_pace.setInterval(40);
    connect(&m_pace, &QTimer::timeout, this, &ChartsPanel::update);
    connect(&lab, &Lab::snapshotChanged, this, &ChartsPanel::update);
    connect(&lab, &Lab::themeChanged, this, [this] {
        m_loss->applyTheme();
        m_accuracy->applyTheme();
        arrange();
    });
    draw();
}

void ChartsPanel::showEvent(QShowEvent*) { update(); }

void ChartsPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void ChartsPanel::arrange()
{
    const bool narrow =
        width() < 34 * m_lab.theme().size; // one above the other, so that the names of lines fit
    static_cast<QBoxLayout*>(layout())->setDirection(narrow ? QBoxLayout::TopToBottom
                                                            : QBoxLayout::LeftToRight);
    layout()->activate();
    m_logarithmic->adjustSize();
    m_logarithmic->move(m_loss->width() - m_logarithmic->width() - 8, 3);
}

void ChartsPanel::update()
{
    if (!isVisible() || m_pace.isActive() || m_drawn == m_lab.snapshot().serial) return;
    m_drawn = m_lab.snapshot().serial;
    draw();
    m_pace.start();
}

void ChartsPanel::draw()
{
    m_loss->setLines(linesOf(m_lab.snapshot().loss));
    m_accuracy->setLines(linesOf(m_lab.snapshot().accuracy));
}

} // namespace widgets
