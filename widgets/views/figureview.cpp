#include "widgets/views/figureview.h"

#include "core/instruments/csv.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFile>
#include <QFileDialog>
#include <QHelpEvent>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QSvgGenerator>
#include <QToolTip>
#include <cmath>

namespace widgets
{

constexpr double closest = 1e-5, step = 1.25, turn = 0.01;

FigureView::FigureView(std::unique_ptr<Figure> figure, const Theme& theme, QWidget* parent)
    : ReadingView(parent)
    , m_theme(theme)
    , m_figure(std::move(figure))
    , m_gaze(std::make_shared<Gaze>())
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    setMinimumSize(60, 40);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
}

bool FigureView::showReading(const core::Reading& reading)
{
    if (!m_figure->show(reading)) return false;
    m_reading = reading;
    update();
    return true;
}

void FigureView::showTrail(std::shared_ptr<const core::Trail> trail)
{
    m_figure->showTrail(std::move(trail));
}

void FigureView::setGaze(std::shared_ptr<Gaze> gaze)
{
    m_gaze = std::move(gaze);
    update();
}

void FigureView::changed()
{
    update();
    emit gazeChanged();
}

void FigureView::reset()
{
    m_gaze->seen = {0, 0, 1, 1};
    changed();
}

/// Never beyond the whole, never closer than numbers can tell apart.
void FigureView::setSeen(QRectF seen)
{
    if (can(Figure::Turn)) { // the same in all directions, and about the middle
        const double side = qBound(0.05, seen.width(), 4.0);
        seen = {0.5 - side / 2, 0.5 - side / 2, side, side};
    } else {
        seen.setWidth(qBound(closest, seen.width(), 1.0));
        seen.setHeight(qBound(closest, seen.height(), 1.0));
        seen.moveLeft(qBound(0.0, seen.left(), 1 - seen.width()));
        seen.moveTop(qBound(0.0, seen.top(), 1 - seen.height()));
    }
    m_gaze->seen = seen;
    changed();
}

QPointF FigureView::shareAt(QPointF at) const
{
    const QRectF area = m_figure->area(size(), *m_gaze), &seen = m_gaze->seen;
    return {seen.left() + (at.x() - area.left()) / area.width() * seen.width(),
            seen.top() + (area.bottom() - at.y()) / area.height() * seen.height()};
}

void FigureView::zoom(double factor, QPointF at)
{
    if (!can(Figure::Zoom)) return;
    const QPointF fixed = shareAt(at);
    const QRectF& seen = m_gaze->seen;
    const double least = can(Figure::Turn) ? 4 : 1;
    const double scale = 1 / qMax(factor, seen.width() / least);
    setSeen({fixed.x() + (seen.left() - fixed.x()) * scale, fixed.y() + (seen.top() - fixed.y()) * scale,
             seen.width() * scale, seen.height() * scale});
}

void FigureView::pan(QPointF by)
{
    const QRectF area = m_figure->area(size(), *m_gaze);
    QRectF seen = m_gaze->seen;
    seen.translate(-by.x() / area.width() * seen.width(), by.y() / area.height() * seen.height());
    setSeen(seen);
}

// ---- mouse ----

/// A view that has the focus zooms with the wheel; another leaves the wheel to what it lies in.
void FigureView::wheelEvent(QWheelEvent* event)
{
    const bool mine = can(Figure::Zoom) && (hasFocus() || event->modifiers() & Qt::ControlModifier);
    if (!mine || event->angleDelta().y() == 0) return event->ignore();
    zoom(std::pow(step, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

void FigureView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !can(Figure::Zoom)) return ReadingView::mousePressEvent(event);
    m_pressed = m_last = event->position();
    m_framing = !can(Figure::Turn) && (m_gaze->whole() || event->modifiers() & Qt::ShiftModifier);
}

void FigureView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_pressed && event->buttons() & Qt::LeftButton) {
        const QPointF by = event->position() - m_last;
        m_last = event->position();
        if (can(Figure::Turn)) {
            m_gaze->yaw += by.x() * turn;
            m_gaze->pitch = qBound(-M_PI / 2, m_gaze->pitch + by.y() * turn, M_PI / 2);
            changed();
        } else if (m_framing) {
            update();
        } else {
            pan(by);
        }
        return;
    }
    if (!can(Figure::Readout)) return ReadingView::mouseMoveEvent(event);
    const bool inside = m_figure->area(size(), *m_gaze).contains(event->position());
    m_gaze->cursor = inside ? std::optional(shareAt(event->position())) : std::nullopt;
    changed();
}

void FigureView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_framing && m_pressed) {
        const QRectF frame = QRectF(*m_pressed, m_last).normalized();
        if (frame.width() > 6 && frame.height() > 6)
            setSeen(QRectF(shareAt(frame.bottomLeft()), shareAt(frame.topRight())).normalized());
    }
    m_framing = false;
    m_pressed.reset();
    update();
    ReadingView::mouseReleaseEvent(event);
}

void FigureView::mouseDoubleClickEvent(QMouseEvent*) { reset(); }

void FigureView::leaveEvent(QEvent*)
{
    if (!m_gaze->cursor) return;
    m_gaze->cursor.reset();
    changed();
}

bool FigureView::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return ReadingView::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString tip = m_figure->tipAt(help->pos(), size(), *m_gaze);
    tip.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), tip, this);
    return true;
}

// ---- keys and menu ----

void FigureView::toggle(int ability)
{
    const auto flip = [](std::optional<bool>& choice, bool now) { choice = !choice.value_or(now); };
    const auto* series = std::get_if<core::SeriesReading>(&m_reading);
    if (ability == Figure::LogX) flip(m_gaze->logX, series && series->logX);
    if (ability == Figure::LogY) flip(m_gaze->logY, series && series->logY);
    if (ability == Figure::LogColours) m_gaze->logColours = !m_gaze->logColours;
    if (ability == Figure::OverTime) m_gaze->overTime = !m_gaze->overTime;
    changed();
}

void FigureView::fill(QMenu* menu)
{
    const auto* series = std::get_if<core::SeriesReading>(&m_reading);
    const std::tuple<int, QString, QKeySequence, bool> switches[] = {
        {Figure::OverTime, tr("Over &time"), Qt::Key_T, m_gaze->overTime},
        {Figure::LogY, tr("&Logarithmic"), Qt::Key_L, m_gaze->logY.value_or(series && series->logY)},
        {Figure::LogX, tr("Logarithmic a&cross"), QKeySequence(Qt::SHIFT | Qt::Key_L),
         m_gaze->logX.value_or(series && series->logX)},
        {Figure::LogColours, tr("&Logarithmic colours"), Qt::Key_L, m_gaze->logColours},
    };
    for (const auto& [ability, title, key, on] : switches) {
        if (!can(ability)) continue;
        QAction* action = menu->addAction(title, key, this, [this, ability = ability] { toggle(ability); });
        action->setCheckable(true);
        action->setChecked(on);
    }
    if (can(Figure::Zoom)) menu->addAction(tr("Show the &whole"), Qt::Key_0, this, &FigureView::reset);
    menu->addSeparator();
    QClipboard* clipboard = QApplication::clipboard();
    menu->addAction(tr("Copy as &image"), QKeySequence::Copy, this,
                    [this, clipboard] { clipboard->setImage(image()); });
    menu->addAction(tr("Copy as &CSV"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this,
                    [this, clipboard] { clipboard->setText(csv()); });
    menu->addAction(tr("Copy as &SVG"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C), this,
                    [this, clipboard] {
                        auto* data = new QMimeData;
                        const QByteArray bytes = svg();
                        data->setData(QStringLiteral("image/svg+xml"), bytes);
                        data->setText(QString::fromUtf8(bytes));
                        clipboard->setMimeData(data);
                    });
    menu->addAction(tr("Save &as\u2026"), QKeySequence::Save, this, &FigureView::saveAs);
}

/// The keys are those of the menu, so there is one list of them.
void FigureView::keyPressEvent(QKeyEvent* event)
{
    const QPointF middle = m_figure->area(size(), *m_gaze).center();
    const double stride = 24;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(step, middle);
    case Qt::Key_Minus:
        return zoom(1 / step, middle);
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down: {
        const double x = event->key() == Qt::Key_Left    ? 1
                         : event->key() == Qt::Key_Right ? -1
                                                         : 0,
                     y = event->key() == Qt::Key_Up     ? 1
                         : event->key() == Qt::Key_Down ? -1
                                                        : 0;
        if (can(Figure::Turn)) {
            m_gaze->yaw += x * 10 * turn;
            m_gaze->pitch += y * 10 * turn;
            return changed();
        }
        return pan({x * stride, y * stride});
    }
    default:
        break;
    }
    QMenu menu;
    fill(&menu);
    const QKeySequence pressed(event->keyCombination());
    for (QAction* action : menu.actions())
        if (!action->shortcut().isEmpty() && action->shortcut().matches(pressed) == QKeySequence::ExactMatch)
            return action->trigger();
    ReadingView::keyPressEvent(event);
}

void FigureView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fill(menu);
    menu->popup(event->globalPos());
}

// ---- pictures ----

void FigureView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    m_figure->paint(painter, size(), *m_gaze);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme.accentSoft, 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
    if (!m_framing || !m_pressed) return;
    QColor glow = m_theme.accent;
    glow.setAlphaF(0.15f);
    painter.setPen(m_theme.accent);
    painter.setBrush(glow);
    painter.drawRect(QRectF(*m_pressed, m_last).normalized());
}

QImage FigureView::image() const
{
    QImage image(size() * 2, QImage::Format_RGB32);
    image.setDevicePixelRatio(2);
    image.fill(m_theme.panel);
    QPainter painter(&image);
    Gaze gaze = *m_gaze;
    gaze.cursor.reset();
    m_figure->paint(painter, size(), gaze);
    return image;
}

QByteArray FigureView::svg() const
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size());
    generator.setViewBox(QRect(QPoint(), size()));
    QPainter painter(&generator);
    painter.fillRect(rect(), m_theme.panel);
    Gaze gaze = *m_gaze;
    gaze.cursor.reset();
    m_figure->paint(painter, size(), gaze);
    painter.end();
    return buffer.data();
}

QString FigureView::csv() const { return QString::fromStdString(core::csvOf(m_reading)); }

void FigureView::saveAs()
{
    const QString path = QFileDialog::getSaveFileName(window(), tr("Save the picture"), {},
                                                      tr("PNG (*.png);;SVG (*.svg);;CSV (*.csv)"));
    if (path.isEmpty()) return;
    if (path.endsWith(QLatin1String(".svg")) || path.endsWith(QLatin1String(".csv"))) {
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(path.endsWith(QLatin1String(".svg")) ? svg() : csv().toUtf8());
    } else {
        image().save(path);
    }
}

} // namespace widgets
