#include "widgets/panels/charts.h"

#include "widgets/panels/timestrip.h"
#include "widgets/views/figureview.h"
#include "widgets/views/linefigure.h"

#include <QHBoxLayout>
#include <QToolButton>
#include <cmath>

namespace widgets
{

using Points = std::vector<core::HistoryPoint>;

static core::SeriesReading::Line lineOf(const Points& points, float core::HistoryPoint::*which,
                                        std::string name)
{
    core::SeriesReading::Line line{std::move(name), {}, {}, false};
    for (const core::HistoryPoint& point : points) {
        if (!std::isfinite(point.*which)) continue;
        line.x.push_back(double(point.step));
        line.y.push_back(double(point.*which));
    }
    return line;
}

ChartsPanel::ChartsPanel(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_row(new QHBoxLayout)
{
    m_row->setSpacing(6);
    m_loss = addChart(tr("Loss"), 0, {});
    m_accuracy = addChart(tr("Accuracy"), {}, 1);
    m_logarithmic = new QToolButton(m_loss.view);
    m_logarithmic->setObjectName(QStringLiteral("chip"));
    m_logarithmic->setText(tr("log"));
    m_logarithmic->setCheckable(true);
    m_logarithmic->setToolTip(tr("Logarithmic loss axis"));
    m_logarithmic->setAccessibleName(tr("Logarithmic loss axis"));
    connect(m_logarithmic, &QToolButton::toggled, this, [this](bool on) {
        m_loss.view->gaze()->logY = on;
        m_loss.view->update();
    });
    connect(m_loss.view, &ReadingView::gazeChanged, this,
            [this] { m_logarithmic->setChecked(m_loss.view->gaze()->logY.value_or(false)); });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 2, 6, 6);
    column->setSpacing(2);
    column->addLayout(m_row, 1);
    column->addWidget(new TimeStrip(lab, this));
    m_pace.setSingleShot(true);
    m_pace.setInterval(40);
    connect(&m_pace, &QTimer::timeout, this, &ChartsPanel::update);
    connect(&lab, &Lab::snapshotChanged, this, &ChartsPanel::update);
    connect(&lab, &Lab::timeChanged, this, [this] { draw(); });
    connect(&lab, &Lab::themeChanged, this, &ChartsPanel::arrange);
    draw();
}

ChartsPanel::Chart ChartsPanel::addChart(const QString& title, std::optional<double> low,
                                         std::optional<double> high)
{
    auto figure = std::make_unique<LineFigure>(m_lab.theme());
    figure->setTitle(title);
    figure->setBounds(low, high);
    Chart chart{figure.get(), nullptr};
    chart.view = new FigureView(std::move(figure), m_lab.theme(), this);
    chart.view->setAccessibleName(title);
    chart.view->setMinimumSize(120, 90);
    m_row->addWidget(chart.view, 1);
    return chart;
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
    m_row->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    layout()->activate();
    m_row->activate();
    m_logarithmic->adjustSize();
    m_logarithmic->move(m_loss.view->width() - m_logarithmic->width() - 8, 1);
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
    draw(m_loss, &core::Snapshot::loss, &core::RunSummary::loss);
    draw(m_accuracy, &core::Snapshot::accuracy, &core::RunSummary::accuracy);
}

/// Validation is dashed, so that colour is not all that tells it from training.
void ChartsPanel::draw(const Chart& chart, Points core::Snapshot::*live, Points core::RunSummary::*past)
{
    const core::Snapshot& now = m_lab.snapshot();
    const auto pointsOf = [&](int run) -> const Points* {
        if (run == now.run) return &(now.*live);
        if (now.past)
            for (const core::RunSummary& summary : *now.past)
                if (summary.id == run) return &(summary.*past);
        return nullptr;
    };
    core::SeriesReading reading;
    reading.xLabel = "step";
    std::vector<bool> dashed;
    const auto add = [&](int run, const std::string& suffix) {
        const Points* points = pointsOf(run);
        if (!points) return;
        reading.lines.push_back(lineOf(*points, &core::HistoryPoint::train, "train" + suffix));
        reading.lines.push_back(lineOf(*points, &core::HistoryPoint::validation, "val" + suffix));
        dashed.insert(dashed.end(), {false, true});
    };
    const auto& time = m_lab.time();
    const auto& other = m_lab.comparison();
    const int shown = time ? time->run : now.run;
    const bool two = other && other->run != shown;
    add(shown, two || shown != now.run ? " run " + std::to_string(shown) : std::string());
    if (two) add(other->run, " run " + std::to_string(other->run));
    chart.figure->setMark(time ? std::optional(double(time->step)) : std::nullopt);
    chart.figure->setDashed(std::move(dashed));
    chart.view->showReading(std::move(reading));
}

} // namespace widgets
