#include "widgets/canvas/view.h"

#include "core/diagram/edit.h"
#include "widgets/canvas/arrange.h"
#include "widgets/canvas/gestures/gesture.h"
#include "widgets/canvas/palette.h"
#include "widgets/commands.h"
#include "widgets/edits.h"
#include "widgets/forms/inplace.h"
#include "widgets/forms/settings.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>

namespace widgets
{

/// The smallest words of the canvas are not fitted smaller than this, in pixels.
constexpr double readableText = 9;

static QString help()
{
    return QObject::tr(
        "Slash adds a block, W wires it, Tab walks the blocks, arrows follow the wires, Control and "
        "arrows move blocks, Delete removes, full stop fits, question mark lists all keys");
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
    for (const auto signal : {&DiagramScene::arranged, &DiagramScene::extended})
        connect(m_scene, signal, this, [this] {
            if (m_following) fit(m_extent);
        });
    connect(m_scene, &DiagramScene::shifted, this, [this](QPointF by) {
        if (!m_following) centerOn(mapToScene(viewport()->rect().center()) + by);
    });
    connect(&lab, &Lab::documentOpened, this, [this] {
        m_following = true;
        fit(Extent::Readable);
    });
    connect(&lab, &Lab::revealed, this, [this](const QString& block) { reveal(block.toStdString()); });
    connect(&lab, &Lab::themeChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&lab, &Lab::selectionChanged, this, &CanvasView::describeSelection);
}

CanvasView::~CanvasView() = default;

void CanvasView::fit(Extent extent)
{
    m_extent = extent;
    QRectF content = m_scene->diagramRect().adjusted(-16, -34, 16, 34);
    if (content.width() < 70) return centerOn(content.center());
    const auto scaleOf = [this](const QRectF& all) {
        return qMin(viewport()->width() / all.width(), viewport()->height() / all.height());
    };
    if (scaleOf(content) < core::picture::farZoom) content.adjust(-40, 0, 40, 0); // titles reach beyond
    const double scale = scaleOf(content);
    const double least =
        extent == Extent::Readable ? readableText / styleOf(core::picture::Role::Label).size : 0.1;
    const double zoom = qBound(qMin(least, 1.2), scale, 1.2);
    setTransform(QTransform::fromScale(zoom, zoom));
    const double half = viewport()->width() / 2.0 / zoom;
    const double halfHeight = viewport()->height() / 2.0 / zoom;
    centerOn(QPointF(content.width() > 2 * half ? content.left() + half : content.center().x(),
                     content.height() > 2 * halfHeight ? content.top() + halfHeight : content.center().y()));
}

/// 14 pixels, less where blocks are drawn so close that wires could not be reached, but never below 7.
double CanvasView::portReach() const
{
    const double zoom = transform().m11();
    return qMin(14 / zoom, qMax(22.0, 7 / zoom));
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

void CanvasView::addBlock(const std::string& kind, std::optional<QPointF> place)
{
    std::optional<core::Point> pin;
    if (place) pin = core::Point{std::round(place->x()), std::round(place->y())};
    widgets::addBlock(m_lab, {kind, pin});
}

void CanvasView::openPalette(QPoint at, std::optional<PortHit> loose)
{
    widgets::openPalette(*this, at, {mapToScene(at), std::move(loose)});
}

void CanvasView::editInPlace(const std::string& id)
{
    using Kind = core::ParameterDeclaration::Kind;
    const core::Block* block = m_lab.diagram().find(id);
    BlockItem* item = m_scene->block(id);
    const core::BlockDeclaration* kind = block ? m_lab.library().find(block->kind) : nullptr;
    const auto* parameter = kind && item ? kind->parameter(item->cell().setting) : nullptr;
    if (!parameter) return;
    const auto commit = [this, id, parameter = *parameter](const QString& text) {
        m_lab.change(
            tr("Set %1 of %2").arg(QString::fromStdString(parameter.name), QString::fromStdString(id)),
            [&](core::Document& document) {
                core::edit::setSetting(document, id, parameter.name, readSetting(parameter, text));
            });
    };
    const auto check = [parameter = *parameter](const QString& text) { readSetting(parameter, text); };
    const bool code = parameter->kind == Kind::Formula || parameter->kind == Kind::Axes;
    const QRect words = mapFromScene(item->words().translated(item->pos())).boundingRect();
    new InPlaceEditor(this, words,
                      {QString::fromStdString(parameter->name), QString::fromStdString(parameter->help),
                       settingText(core::picture::settingOf(*block, *parameter)), check, commit},
                      code ? m_lab.theme().mono() : m_lab.theme().font());
}

void CanvasView::renameInPlace(const std::string& id)
{
    const BlockItem* item = m_scene->block(id);
    if (!item) return;
    const auto check = [this, id](const QString& text) {
        core::Document copy = m_lab.document();
        core::edit::renameBlock(copy, id, text.trimmed().toStdString());
    };
    const auto commit = [this, id](const QString& text) {
        const std::string name = text.trimmed().toStdString();
        const auto rename = [&](core::Document& document) { core::edit::renameBlock(document, id, name); };
        if (m_lab.change(tr("Rename %1").arg(QString::fromStdString(id)), rename)) m_lab.select({{name}, {}});
    };
    const QRect words = mapFromScene(item->words().translated(item->pos())).boundingRect();
    new InPlaceEditor(this, words,
                      {tr("Name of the block"), tr("Formulas, files and messages call it so"),
                       QString::fromStdString(id), check, commit},
                      m_lab.theme().font());
}

const core::Wire* CanvasView::receiverAt(QPointF place, const std::string& except) const
{
    for (const core::Wire& wire : m_lab.diagram().wires)
        if (!except.empty() && (wire.from.block == except || wire.to.block == except)) return nullptr;
    return m_scene->wireAt(place);
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
    m_hint->move(qMax(6, qMin(at.x() + 16, viewport()->width() - m_hint->width() - 6)),
                 qMin(at.y() + 18, viewport()->height() - m_hint->height() - 6));
    m_hint->show();
}

// ---- the mouse ----

MouseState CanvasView::stateOf(const QMouseEvent& event) const
{
    const QPoint at = event.position().toPoint();
    return {at, mapToScene(at), event.button(), event.modifiers(), m_held};
}

void CanvasView::mousePressEvent(QMouseEvent* event)
{
    if (m_gesture || (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)) return;
    const MouseState pressed = stateOf(*event);
    for (const GestureDeclaration& gesture : allGestures())
        if ((m_gesture = gesture.begin(*this, pressed))) return m_scene->hold();
}

void CanvasView::mouseMoveEvent(QMouseEvent* event)
{
    const MouseState now = stateOf(*event);
    if (m_gesture) {
        m_gesture->move(now);
        return viewport()->update();
    }
    const auto port = m_scene->portAt(now.scene, portReach());
    const std::string block = port ? port->port.block : m_scene->blockAt(now.scene);
    m_scene->setHovered(block, block.empty() ? m_scene->wireAt(now.scene) : nullptr);
    showCursor();
    if (port && !m_held) viewport()->setCursor(Qt::CrossCursor);
    QGraphicsView::mouseMoveEvent(event);
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_gesture) m_gesture->release(stateOf(*event));
    endGesture();
}

void CanvasView::endGesture()
{
    m_gesture.reset();
    m_scene->letGo();
    m_scene->setReceiving(nullptr);
    showCursor();
    viewport()->update();
}

void CanvasView::cancelGesture()
{
    if (m_gesture)
        m_gesture->cancel();
    else
        m_lab.select({});
    endGesture();
}

void CanvasView::showCursor()
{
    viewport()->setCursor(m_held == Qt::Key_Space ? Qt::OpenHandCursor
                          : m_held == Qt::Key_Y   ? Qt::CrossCursor
                                                  : Qt::ArrowCursor);
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) return;
    const MouseState now = stateOf(*event);
    if (const std::string block = m_scene->blockAt(now.scene); !block.empty()) return editInPlace(block);
    if (const core::Wire* wire = m_scene->wireAt(now.scene))
        return widgets::openPalette(*this, now.view, {.wire = *wire});
    openPalette(now.view);
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
    if (!m_gesture) m_scene->setHovered({}, nullptr);
    QGraphicsView::leaveEvent(event);
}

void CanvasView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    if (m_following) fit(m_extent);
}

// ---- keys: those that are no commands ----

void CanvasView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space || (event->key() == Qt::Key_Y && !event->modifiers())) {
        m_held = event->key();
        if (!m_gesture) showCursor();
        return;
    }
    event->ignore(); // arrows are commands and never scroll
}

void CanvasView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() == m_held && !event->isAutoRepeat()) {
        m_held = 0;
        if (!m_gesture) showCursor();
    }
    QGraphicsView::keyReleaseEvent(event);
}

/// Tab walks the blocks from left to right, then on to the next panel.
bool CanvasView::focusNextPrevChild(bool next)
{
    const bool walks = hasFocus() && !m_gesture; // not when a popup that closes hands the focus on
    const std::string block = walks ? nextInOrder(m_lab, *m_scene, next) : std::string();
    if (block.empty()) return QGraphicsView::focusNextPrevChild(next);
    reveal(block);
    return true;
}

/// What a screen reader says of the canvas.
void CanvasView::describeSelection()
{
    constexpr size_t most = 20; // more is not listened to
    QStringList words;
    const size_t count = m_lab.selection().blocks.size();
    if (count > most) words << tr("%1 blocks").arg(count);
    for (const std::string& id : count > most ? std::set<std::string>() : m_lab.selection().blocks) {
        const BlockItem* item = m_scene->block(id);
        if (!item) continue;
        QStringList ports;
        for (const core::Wire& wire : m_lab.diagram().wires)
            if (wire.from.block == id || wire.to.block == id)
                ports << QString::fromStdString(wire.from.text() + " to " + wire.to.text());
        words << tr("%1 %2 %3")
                         .arg(item->content().title, QString::fromStdString(id), item->content().setting) +
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

void CanvasView::contextMenuEvent(QContextMenuEvent* event)
{
    const QPointF place = mapToScene(event->pos());
    if (const std::string block = m_scene->blockAt(place); !block.empty()) {
        if (!m_lab.selection().blocks.contains(block)) m_lab.select({{block}, {}});
    } else if (const core::Wire* wire = m_scene->wireAt(place)) {
        m_lab.select({{}, {*wire}});
    }
    openContextMenu(event->pos());
}

void CanvasView::openContextMenu(QPoint at)
{
    if (!m_commands) return;
    m_commands->refresh();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Add a block here\u2026"), this, [this, at] { openPalette(at); });
    std::optional<int> section;
    for (const Command& command : m_commands->all()) {
        if (!command.onSelection || !command.action->isEnabled()) continue;
        if (section != command.section) menu->addSeparator();
        section = command.section;
        menu->addAction(command.action);
    }
    menu->popup(viewport()->mapToGlobal(at));
}

// ---- drag and drop from the library ----

void CanvasView::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasFormat(blockMime)) event->acceptProposedAction();
}

void CanvasView::dragMoveEvent(QDragMoveEvent* event)
{
    if (!event->mimeData()->hasFormat(blockMime)) return;
    const bool inserts = !(event->modifiers() & Qt::AltModifier);
    m_scene->setReceiving(inserts ? receiverAt(mapToScene(event->position().toPoint())) : nullptr);
    event->acceptProposedAction();
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent*) { m_scene->setReceiving(nullptr); }

void CanvasView::dropEvent(QDropEvent* event)
{
    const QPointF place = mapToScene(event->position().toPoint());
    const std::string kind = event->mimeData()->data(blockMime).toStdString();
    const core::Wire* under = event->modifiers() & Qt::AltModifier ? nullptr : receiverAt(place);
    event->acceptProposedAction();
    setFocus();
    if (!under || !insertBlock(m_lab, {kind, {}}, core::Wire(*under))) addBlock(kind, place);
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

/// What to do where there is nothing yet.
void CanvasView::paintInvitation(QPainter& painter) const
{
    const auto key = [this](const char* command) {
        const QList<QKeySequence> keys = m_commands->keys(QLatin1String(command));
        return keys.isEmpty() ? QString() : keys.front().toString(QKeySequence::NativeText);
    };
    if (!m_commands) return;
    const QString add = key("edit.add"), all = key("help.commands");
    QStringList lines{(add.isEmpty() ? tr("Double-click") : tr("Double-click or press %1").arg(add)) +
                      tr(" to add a block, or drag one here from the library")};
    if (!all.isEmpty()) lines << tr("%1 lists all that can be done, and the examples").arg(all);
    painter.save();
    painter.resetTransform();
    painter.setFont(m_lab.theme().font(1.1));
    painter.setPen(m_lab.theme().muted);
    painter.drawText(viewport()->rect(), Qt::AlignCenter | Qt::TextWordWrap, lines.join(QLatin1Char('\n')));
    painter.restore();
}

void CanvasView::drawForeground(QPainter* painter, const QRectF&)
{
    if (m_lab.diagram().blocks.empty()) return paintInvitation(*painter);
    if (!m_gesture) return;
    painter->setRenderHint(QPainter::Antialiasing);
    m_gesture->paint(*painter);
}

} // namespace widgets
