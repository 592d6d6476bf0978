#include "widgets/canvas/view.h"

#include "core/diagram/edit.h"
#include "widgets/edits.h"
#include "widgets/forms/settings.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QStyle>

namespace widgets
{

/// The smallest words of the canvas are not fitted smaller than this, in pixels.
constexpr double readableText = 9;

static QString help()
{
    return QObject::tr(
        "Slash adds a block, Tab walks the blocks, arrows move them, Alt and arrows follow the "
        "wires, Delete removes, F fits, Ctrl+A selects all");
}

CanvasView::CanvasView(Lab& lab, QWidget* parent)
    : QGraphicsView(parent)
    , m_lab(lab)
    , m_scene(new DiagramScene(lab, this))
    , m_hint(new QLabel(viewport()))
{
    setScene(m_scene);
    setSceneRect(-50000, -50000, 100000, 100000);
    setFrameShape(NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTransformationAnchor(NoAnchor);
    setResizeAnchor(AnchorViewCenter);
    setViewportUpdateMode(SmartViewportUpdate);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setAcceptDrops(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Diagram"));
    setAccessibleDescription(help());
    m_hint->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_hint->setObjectName(QStringLiteral("canvasHint"));
    m_hint->hide();
    connect(m_scene, &DiagramScene::arranged, this, [this] {
        if (m_following) fit(m_extent);
    });
    connect(&lab, &Lab::documentOpened, this, [this] {
        m_following = true;
        fit(Extent::Readable);
    });
    connect(&lab, &Lab::revealed, this, [this](const QString& block) { reveal(block.toStdString()); });
    connect(&lab, &Lab::themeChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&lab, &Lab::selectionChanged, this, &CanvasView::describeSelection);
}

void CanvasView::fit(Extent extent)
{
    m_extent = extent;
    const QRectF content = m_scene->diagramRect().adjusted(-16, -34, 16, 34);
    if (content.width() < 70) return centerOn(content.center());
    const double scale = qMin(viewport()->width() / content.width(), viewport()->height() / content.height());
    const double least =
        extent == Extent::Readable ? readableText / (m_lab.theme().size * smallestText) : 0.1;
    const double zoom = qBound(qMin(least, 1.2), scale, 1.2);
    setTransform(QTransform::fromScale(zoom, zoom));
    const double half = viewport()->width() / 2.0 / zoom;
    centerOn(QPointF(content.width() > 2 * half ? content.left() + half : content.center().x(),
                     content.center().y()));
}

/// 14 pixels, less where blocks are drawn so close that wires could not be reached, but never below 6.
double CanvasView::portReach() const
{
    const double zoom = transform().m11();
    return qMin(14 / zoom, qMax(22.0, 6 / zoom));
}

void CanvasView::zoom(double factor, QPoint at)
{
    const double wanted = qBound(0.1, transform().m11() * factor, 6.0);
    const QPointF kept = mapToScene(at);
    setTransform(QTransform::fromScale(wanted, wanted));
    const QPointF moved = mapToScene(at) - kept;
    const QPointF middle = mapToScene(viewport()->rect().center()) - moved;
    centerOn(middle);
    m_following = false;
}

void CanvasView::reveal(const std::string& block)
{
    BlockItem* item = m_scene->block(block);
    if (!item) return;
    m_lab.select({{block}, {}});
    ensureVisible(item->sceneBoundingRect(), 60, 60);
    setFocus();
}

// ---- the mouse ----

void CanvasView::mousePressEvent(QMouseEvent* event)
{
    const QPoint at = event->position().toPoint();
    m_pressed = m_last = at;
    m_pressedScene = mapToScene(at);
    if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && m_space)) {
        m_gesture = Gesture::Pan;
        viewport()->setCursor(Qt::ClosedHandCursor);
        return;
    }
    if (event->button() != Qt::LeftButton) return;
    const bool more = event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier);
    if (auto port = m_scene->portAt(m_pressedScene, portReach())) {
        m_gesture = Gesture::Connect;
        m_start = port;
        if (!port->output) // a wire that ends here is taken by its end
            for (const core::Wire& wire : m_lab.diagram().wires)
                if (wire.to == port->port)
                    if (BlockItem* from = m_scene->block(wire.from.block)) {
                        m_detached = wire;
                        m_start = PortHit{wire.from, true, from->output(wire.from.port)};
                    }
        m_scene->setPortsShown(true);
        m_loose = m_pressedScene;
        return;
    }
    if (const std::string block = m_scene->blockAt(m_pressedScene); !block.empty()) {
        Selection selection = m_lab.selection();
        if (more) {
            if (!selection.blocks.erase(block)) selection.blocks.insert(block);
        } else if (!selection.blocks.contains(block)) {
            selection = {{block}, {}};
        }
        m_lab.select(selection);
        m_gesture = Gesture::Press;
        return;
    }
    if (const core::Wire* wire = m_scene->wireAt(m_pressedScene)) {
        Selection selection = more ? m_lab.selection() : Selection{};
        selection.wires.push_back(*wire);
        return m_lab.select(selection);
    }
    m_before = more ? m_lab.selection() : Selection{};
    m_gesture = Gesture::Band;
    m_lab.select(m_before);
}

void CanvasView::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint at = event->position().toPoint();
    const QPointF place = mapToScene(at);
    const QPoint step = at - std::exchange(m_last, at);
    switch (m_gesture) {
    case Gesture::None: {
        const auto port = m_scene->portAt(place, portReach());
        const std::string block = port ? port->port.block : m_scene->blockAt(place);
        m_scene->setHovered(block, block.empty() ? m_scene->wireAt(place) : nullptr);
        viewport()->setCursor(m_space ? Qt::OpenHandCursor : port ? Qt::CrossCursor : Qt::ArrowCursor);
        return QGraphicsView::mouseMoveEvent(event);
    }
    case Gesture::Pan:
        centerOn(mapToScene(viewport()->rect().center() - step));
        m_following = false;
        break;
    case Gesture::Band: {
        Selection selection = m_before;
        const auto inside = m_scene->blocksIn(QRectF(m_pressedScene, place).normalized());
        selection.blocks.insert(inside.begin(), inside.end());
        m_lab.select(selection);
        viewport()->update();
        break;
    }
    case Gesture::Press:
        if ((at - m_pressed).manhattanLength() < 6) break;
        m_gesture = Gesture::Move;
        viewport()->setCursor(Qt::SizeAllCursor);
        [[fallthrough]];
    case Gesture::Move: {
        const auto& blocks = m_lab.selection().blocks;
        m_scene->shift(blocks, place - m_pressedScene);
        m_scene->setReceiving(blocks.size() == 1 ? receiverAt(place, *blocks.begin()) : nullptr);
        break;
    }
    case Gesture::Connect:
        dragWire(place, at);
        break;
    }
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event)
{
    switch (m_gesture) {
    case Gesture::Move:
        finishMove();
        break;
    case Gesture::Connect:
        dropWire(event->position().toPoint());
        break;
    case Gesture::Press:
        if (!(event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier)))
            if (const std::string block = m_scene->blockAt(m_pressedScene); !block.empty())
                m_lab.select({{block}, {}});
        break;
    default:
        break;
    }
    endGesture();
}

void CanvasView::endGesture()
{
    m_gesture = Gesture::None;
    m_start.reset();
    m_end.reset();
    m_detached.reset();
    m_fits = m_refused = false;
    m_hint->hide();
    m_scene->setPortsShown(false);
    m_scene->setReceiving(nullptr);
    viewport()->setCursor(m_space ? Qt::OpenHandCursor : Qt::ArrowCursor);
    viewport()->update();
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) return;
    const QPoint at = event->position().toPoint();
    const std::string block = m_scene->blockAt(mapToScene(at));
    if (!block.empty())
        editInPlace(block);
    else if (!m_scene->wireAt(mapToScene(at)))
        openPalette(at);
}

/// The wire snaps to the nearest port of the other side and says at once whether it may end there.
void CanvasView::dragWire(QPointF to, QPoint cursor)
{
    m_loose = to;
    m_end.reset();
    m_fits = m_refused = false;
    QString text;
    if (const auto hit = m_scene->portAt(to, 1.6 * portReach()); hit && hit->output != m_start->output) {
        const core::Wire wire =
            m_start->output ? core::Wire{m_start->port, hit->port} : core::Wire{hit->port, m_start->port};
        core::Diagram diagram = m_lab.diagram();
        if (m_detached) std::erase(diagram.wires, *m_detached);
        const auto reason = core::wouldConnect(diagram, m_lab.library(), m_lab.signature(), wire);
        m_end = hit;
        m_loose = hit->place;
        m_fits = !reason;
        m_refused = reason.has_value();
        text = reason
                   ? QString::fromStdString(reason->what + (reason->hint.empty() ? "" : "\n" + reason->hint))
                   : QString::fromStdString(wire.from.text() + " \u2192 " + wire.to.text());
    }
    showHint(text, cursor, m_fits);
    viewport()->update();
}

void CanvasView::dropWire(QPoint cursor)
{
    if ((cursor - m_pressed).manhattanLength() < 6) {
        if (!m_scene->blockAt(m_pressedScene).empty()) m_lab.select({{m_start->port.block}, {}});
        return;
    }
    const PortHit start = *m_start;
    const auto detached = m_detached;
    if (m_end && m_fits) {
        const core::Wire wire =
            start.output ? core::Wire{start.port, m_end->port} : core::Wire{m_end->port, start.port};
        m_lab.change(tr("Connect"), [&](core::Document& document) {
            if (detached) core::edit::disconnect(document, *detached);
            core::edit::connect(document, m_lab.library(), wire);
        });
    } else if (m_end) {
        emit m_lab.messageShown(m_hint->text().replace(QLatin1Char('\n'), QLatin1String("  ")));
    } else if (detached) {
        m_lab.change(tr("Disconnect"),
                     [&](core::Document& document) { core::edit::disconnect(document, *detached); });
    } else {
        openPalette(cursor, start);
    }
}

const core::Wire* CanvasView::receiverAt(QPointF place, const std::string& except) const
{
    const core::Diagram& diagram = m_lab.diagram();
    for (const core::Wire& wire : diagram.wires)
        if (!except.empty() && (wire.from.block == except || wire.to.block == except)) return nullptr;
    return m_scene->wireAt(place);
}

void CanvasView::finishMove()
{
    const std::set<std::string> blocks = m_lab.selection().blocks;
    const QPointF place = mapToScene(m_last);
    const core::Wire* under = blocks.size() == 1 ? receiverAt(place, *blocks.begin()) : nullptr;
    if (under) {
        const core::Wire wire = *under;
        const bool inserted = m_lab.change(tr("Insert on wire"), [&](core::Document& document) {
            insertOnWire(document, m_lab.library(), wire, *blocks.begin());
        });
        if (inserted) return;
    }
    std::map<std::string, QPointF> places;
    for (const std::string& id : blocks)
        if (BlockItem* item = m_scene->block(id)) places[id] = item->pos();
    m_following = false;
    m_lab.change(blocks.size() == 1 ? tr("Move block") : tr("Move blocks"), [&](core::Document& document) {
        for (const auto& [id, at] : places)
            document.diagram.find(id)->pin = core::Point{std::round(at.x()), std::round(at.y())};
    });
}

void CanvasView::showHint(const QString& text, QPoint at, bool good)
{
    if (text.isEmpty()) return m_hint->hide();
    const Theme& theme = m_lab.theme();
    m_hint->setStyleSheet(
        QStringLiteral("QLabel { background: %1; color: %2; border: 1px solid %2; border-radius: 5px;"
                       " padding: 4px 8px; }")
            .arg(theme.panel.name(), (good ? theme.good : theme.bad).name()));
    m_hint->setText(text);
    m_hint->adjustSize();
    m_hint->move(qMin(at.x() + 16, viewport()->width() - m_hint->width() - 6), at.y() + 18);
    m_hint->show();
}

void CanvasView::wheelEvent(QWheelEvent* event)
{
    const QPoint pixels = event->pixelDelta();
    if (!pixels.isNull() && !(event->modifiers() & Qt::ControlModifier) &&
        event->phase() != Qt::NoScrollPhase) {
        centerOn(mapToScene(viewport()->rect().center() - pixels)); // a touch pad pans
        m_following = false;
    } else {
        zoom(std::pow(1.0015, event->angleDelta().y()), event->position().toPoint());
    }
    event->accept();
}

void CanvasView::leaveEvent(QEvent* event)
{
    if (m_gesture == Gesture::None) m_scene->setHovered({}, nullptr);
    QGraphicsView::leaveEvent(event);
}

void CanvasView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    if (m_following) fit(m_extent);
}

// ---- keys ----

void CanvasView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Space:
        m_space = true;
        if (m_gesture == Gesture::None) viewport()->setCursor(Qt::OpenHandCursor);
        return;
    case Qt::Key_Slash:
        return openPalette(viewport()->mapFromGlobal(QCursor::pos()));
    case Qt::Key_Period:
    case Qt::Key_F:
        m_following = true;
        return fit();
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(1.25, viewport()->rect().center());
    case Qt::Key_Minus:
        return zoom(0.8, viewport()->rect().center());
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        return removeSelected();
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_F2:
        if (m_lab.selection().blocks.size() == 1) editInPlace(*m_lab.selection().blocks.begin());
        return;
    case Qt::Key_Escape:
        if (m_gesture == Gesture::Move) m_scene->shift(m_lab.selection().blocks, {});
        if (m_gesture == Gesture::None) m_lab.select({});
        return endGesture();
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (event->modifiers() & Qt::AltModifier) return followWire(event->key() == Qt::Key_Right);
        [[fallthrough]];
    case Qt::Key_Up:
    case Qt::Key_Down: {
        if (m_lab.selection().blocks.empty()) break;
        const double step = event->modifiers() & Qt::ShiftModifier ? 1 : 10;
        const int key = event->key();
        return moveSelected({key == Qt::Key_Left    ? -step
                             : key == Qt::Key_Right ? step
                                                    : 0,
                             key == Qt::Key_Up     ? -step
                             : key == Qt::Key_Down ? step
                                                   : 0});
    }
    default:
        break;
    }
    QGraphicsView::keyPressEvent(event);
}

void CanvasView::followWire(bool forwards)
{
    if (m_lab.selection().blocks.size() != 1) return;
    const std::string& block = *m_lab.selection().blocks.begin();
    for (const core::Wire& wire : m_lab.diagram().wires)
        if ((forwards ? wire.from.block : wire.to.block) == block)
            return reveal(forwards ? wire.to.block : wire.from.block);
}

/// Presses that follow each other are one step of the history.
void CanvasView::moveSelected(QPointF by)
{
    const std::set<std::string> blocks = m_lab.selection().blocks;
    std::map<std::string, QPointF> places;
    QString key = QStringLiteral("move");
    for (const std::string& id : blocks) {
        places[id] = m_scene->placeOf(id) + by;
        key += QLatin1Char(' ') + QString::fromStdString(id);
    }
    m_following = false;
    m_lab.change(
        blocks.size() == 1 ? tr("Move block") : tr("Move blocks"),
        [&](core::Document& document) {
            for (const auto& [id, at] : places)
                document.diagram.find(id)->pin = core::Point{std::round(at.x()), std::round(at.y())};
        },
        key);
}

/// Tab walks the blocks from left to right, then on to the next panel.
bool CanvasView::focusNextPrevChild(bool next)
{
    std::vector<std::pair<std::pair<double, double>, std::string>> row;
    for (const core::Block& block : m_lab.diagram().blocks) {
        const QPointF place = m_scene->placeOf(block.id);
        row.push_back({{place.x(), place.y()}, block.id});
    }
    std::ranges::sort(row);
    const auto& selected = m_lab.selection().blocks;
    const auto here = std::ranges::find_if(row, [&](const auto& at) { return selected.contains(at.second); });
    const bool last = here != row.end() && (next ? here + 1 == row.end() : here == row.begin());
    if (row.empty() || last || m_gesture != Gesture::None) return QGraphicsView::focusNextPrevChild(next);
    reveal(here == row.end() ? (next ? row.front() : row.back()).second
                             : (next ? here + 1 : here - 1)->second);
    return true;
}

/// What a screen reader says of the canvas.
void CanvasView::describeSelection()
{
    QStringList words;
    for (const std::string& id : m_lab.selection().blocks) {
        const BlockItem* item = m_scene->block(id);
        if (!item) continue;
        QStringList ports;
        for (const core::Wire& wire : m_lab.diagram().wires)
            if (wire.from.block == id || wire.to.block == id)
                ports << QString::fromStdString(wire.from.text() + " to " + wire.to.text());
        words << tr("%1 %2 %3")
                         .arg(item->picture().title, QString::fromStdString(id), item->picture().setting) +
                     QStringLiteral(": ") +
                     (ports.isEmpty() ? tr("no wires") : ports.join(QStringLiteral(", ")));
    }
    for (const core::Wire& wire : m_lab.selection().wires)
        words << tr("wire %1 to %2")
                     .arg(QString::fromStdString(wire.from.text()), QString::fromStdString(wire.to.text()));
    setAccessibleDescription(words.isEmpty() ? help() : words.join(QStringLiteral("; ")));
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void CanvasView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
        m_space = false;
        if (m_gesture == Gesture::None) viewport()->setCursor(Qt::ArrowCursor);
    }
    QGraphicsView::keyReleaseEvent(event);
}

void CanvasView::contextMenuEvent(QContextMenuEvent* event)
{
    const QPointF place = mapToScene(event->pos());
    if (const std::string block = m_scene->blockAt(place); !block.empty()) {
        if (!m_lab.selection().blocks.contains(block)) m_lab.select({{block}, {}});
    } else if (const core::Wire* wire = m_scene->wireAt(place)) {
        m_lab.select({{}, {*wire}});
    }
    QMenu menu;
    menu.addAction(tr("Add a block\u2026\t/"), this, [this, at = event->pos()] { openPalette(at); });
    if (!m_lab.selection().empty()) {
        menu.addSeparator();
        menu.addAction(tr("Duplicate\tCtrl+D"), this, &CanvasView::duplicateSelected);
        menu.addAction(tr("Copy\tCtrl+C"), this, &CanvasView::copySelected);
        menu.addAction(tr("Delete\tDel"), this, &CanvasView::removeSelected);
        menu.addAction(tr("Place automatically"), this, &CanvasView::unpin);
    }
    menu.addSeparator();
    menu.addAction(tr("Fit the diagram\tF"), this, [this] {
        m_following = true;
        fit();
    });
    menu.exec(event->globalPos());
}

// ---- drag and drop from the library ----

void CanvasView::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasFormat(blockMime)) event->acceptProposedAction();
}

void CanvasView::dragMoveEvent(QDragMoveEvent* event)
{
    if (!event->mimeData()->hasFormat(blockMime)) return;
    m_scene->setReceiving(receiverAt(mapToScene(event->position().toPoint())));
    event->acceptProposedAction();
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent*) { m_scene->setReceiving(nullptr); }

void CanvasView::dropEvent(QDropEvent* event)
{
    const QPointF place = mapToScene(event->position().toPoint());
    const std::string kind = event->mimeData()->data(blockMime).toStdString();
    const core::Wire* under = receiverAt(place);
    event->acceptProposedAction();
    setFocus();
    if (under && insertBlock(m_lab, kind, core::Wire(*under))) return endGesture();
    addBlock(kind, place);
    endGesture();
}

// ---- background and what is being dragged ----

void CanvasView::drawBackground(QPainter* painter, const QRectF& area)
{
    painter->fillRect(area, m_lab.theme().canvas);
    const double zoom = transform().m11();
    const double pitch = zoom < 0.35 ? 120 : zoom < 0.8 ? 60 : 30;
    QList<QPointF> dots;
    for (double x = std::floor(area.left() / pitch) * pitch; x < area.right(); x += pitch)
        for (double y = std::floor(area.top() / pitch) * pitch; y < area.bottom(); y += pitch)
            dots << QPointF(x, y);
    painter->setPen(QPen(m_lab.theme().border, 1.8 / zoom, Qt::SolidLine, Qt::RoundCap));
    painter->drawPoints(dots.data(), int(dots.size()));
}

void CanvasView::drawForeground(QPainter* painter, const QRectF&)
{
    const Theme& theme = m_lab.theme();
    painter->setRenderHint(QPainter::Antialiasing);
    if (m_gesture == Gesture::Band && (m_last - m_pressed).manhattanLength() > 3) {
        QColor fill = theme.accent;
        fill.setAlphaF(0.09);
        painter->setPen(QPen(theme.accent, 1 / transform().m11()));
        painter->setBrush(fill);
        painter->drawRect(QRectF(m_pressedScene, mapToScene(m_last)).normalized());
    }
    if (m_gesture == Gesture::Connect && m_start) {
        const QPointF a = m_start->output ? m_start->place : m_loose,
                      b = m_start->output ? m_loose : m_start->place;
        const double reach = qMax(30.0, qAbs(b.x() - a.x()) / 2);
        QPainterPath path(a);
        path.cubicTo(a + QPointF(reach, 0), b - QPointF(reach, 0), b);
        const QColor colour = m_fits ? theme.good : m_refused ? theme.bad : theme.accent;
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(colour, 2, m_end ? Qt::SolidLine : Qt::DashLine));
        painter->drawPath(path);
        painter->setBrush(colour);
        painter->setPen(Qt::NoPen);
        painter->drawEllipse(m_loose, 4.5, 4.5);
    }
}

} // namespace widgets
