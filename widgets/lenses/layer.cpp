#include "widgets/lenses/layer.h"

#include "widgets/canvas/view.h"
#include "widgets/lenses/lensforms.h"
#include "widgets/lenses/places.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>

namespace widgets
{
namespace
{

constexpr double titleHeight = 17, gap = 14, grip = 11;

/// Says by the cursor what the corner is for.
class Grip : public QGraphicsItem
{
public:
    explicit Grip(LensItem* of, const Theme& theme)
        : QGraphicsItem(of)
        , m_theme(theme)
    {
        setCursor(Qt::SizeFDiagCursor);
    }
    QRectF boundingRect() const override { return {-grip, -grip, grip, grip}; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override
    {
        painter->setPen(QPen(m_theme.muted, 1.2, Qt::SolidLine, Qt::RoundCap));
        for (const double away : {4.0, 8.0}) painter->drawLine(QPointF(-away, -2.5), QPointF(-2.5, -away));
    }

private:
    const Theme& m_theme;
};

std::vector<QSize> sizesOf(const std::vector<LensItem*>& items)
{
    std::vector<QSize> sizes;
    for (const LensItem* item : items) sizes.push_back(item->picture());
    return sizes;
}

} // namespace

QSize LensItem::picture() const
{
    if (!m_lens.size) return {Atlas::width, Atlas::height};
    return {qRound(qBound(leastWidth, (*m_lens.size)[0], most)),
            qRound(qBound(leastHeight, (*m_lens.size)[1], most))};
}

QRectF LensItem::frame() const
{
    const QSizeF s = picture() + QSizeF(8, titleHeight + 6).toSize();
    return {-s.width() / 2, -s.height() / 2, s.width(), s.height()};
}

void LensItem::setSize(std::optional<std::array<double, 2>> size)
{
    prepareGeometryChange();
    m_lens.size = size;
    for (QGraphicsItem* corner : childItems()) corner->setPos(frame().bottomRight());
}

bool LensItem::gripAt(QPointF scene) const
{
    const QRectF all = frame();
    return QRectF(all.bottomRight() - QPointF(grip, grip), all.bottomRight() + QPointF(3, 3))
        .contains(scene - pos());
}

LensItem::LensItem(const Theme& theme, const Atlas& atlas, int cell, core::Lens lens, const QString& title)
    : m_theme(theme)
    , m_atlas(atlas)
    , m_cell(cell)
    , m_lens(std::move(lens))
    , m_title(title)
{
    setZValue(3);
    setToolTip(title + QLatin1Char('\n') + QString::fromStdString(m_lens.at));
    (new Grip(this, theme))->setPos(frame().bottomRight());
}

void LensItem::stand(QPointF place, QPointF wire)
{
    prepareGeometryChange();
    setPos(place);
    m_wire = wire - place;
}

QRectF LensItem::boundingRect() const
{
    return frame().united(QRectF(m_wire - QPointF(4, 4), QSizeF(8, 8))).adjusted(-2, -2, 2, 2);
}

void LensItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const QRectF frame = this->frame();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    const QPointF foot(qBound(frame.left() + 8, m_wire.x(), frame.right() - 8),
                       m_wire.y() < 0 ? frame.top() : frame.bottom());
    const QPointF end = m_wire + QPointF(0, m_wire.y() < 0 ? m_reach : -m_reach);
    painter->setPen(QPen(m_theme.accent, 1.2));
    painter->drawLine(end, foot);
    painter->setBrush(m_theme.accent);
    painter->drawEllipse(end, 3, 3);
    painter->setPen(QPen(m_theme.strong, 1));
    painter->setBrush(m_theme.panel);
    painter->drawRoundedRect(frame, 6, 6);
    m_atlas.paint(*painter, m_cell, QRectF(frame.topLeft() + QPointF(4, titleHeight + 1), QSizeF(picture())));
    QFont font = m_theme.font();
    font.setPixelSize(11); // scene units: grows with the canvas
    font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(m_theme.text);
    painter->drawText(QRectF(frame.left() + 7, frame.top() + 2, frame.width() - 14, titleHeight),
                      Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(m_title, Qt::ElideRight, int(frame.width()) - 14));
}

LensLayer::LensLayer(Lab& lab, CanvasView& canvas)
    : QObject(&canvas)
    , m_lab(lab)
    , m_canvas(canvas)
    , m_scene(canvas.diagramScene())
    , m_atlas(lab.theme())
{
    m_pace.setSingleShot(true);
    connect(&m_pace, &QTimer::timeout, this, &LensLayer::refresh);
    connect(&lab, &Lab::snapshotChanged, this, &LensLayer::refresh);
    connect(&lab, &Lab::timeChanged, &m_pace, &QTimer::stop); // somebody moves a slider
    connect(&lab, &Lab::documentChanged, this, &LensLayer::sync);
    connect(&m_scene, &DiagramScene::routed, this, &LensLayer::place);
    connect(&m_scene, &DiagramScene::arranged, this, &LensLayer::place);
    connect(&lab, &Lab::themeChanged, this, [this] {
        for (Shown& shown : m_shown) shown.reading.reset();
        m_atlas.resize(sizesOf(m_items));
        refresh();
    });
    canvas.viewport()->installEventFilter(this);
    sync();
}

std::vector<core::Lens> LensLayer::lenses() const
{
    return core::lensesOf(m_lab.document(), core::LensPlace::Canvas).value_or(std::vector<core::Lens>());
}

void LensLayer::sync()
{
    const std::vector<core::Lens> wanted = lenses();
    const auto same = [](const LensItem* item, const core::Lens& lens) {
        core::Lens mine = item->lens();
        mine.offset = lens.offset;
        mine.size = lens.size;
        return mine == lens;
    };
    if (std::ranges::equal(m_items, wanted, same)) {
        const std::vector<QSize> before = sizesOf(m_items);
        for (size_t i = 0; i < wanted.size(); ++i) {
            m_items[i]->setOffset(wanted[i].offset);
            m_items[i]->setSize(wanted[i].size);
        }
        if (sizesOf(m_items) != before) fit();
    } else {
        qDeleteAll(m_items);
        m_items.clear();
        m_shown.clear();
        for (const core::Lens& lens : wanted) {
            const core::Instrument* instrument = core::findInstrument(lens.instrument);
            auto* item =
                new LensItem(m_lab.theme(), m_atlas, int(m_items.size()), lens,
                             instrument ? titleOf(*instrument) : QString::fromStdString(lens.instrument));
            m_scene.addItem(item);
            m_items.push_back(item);
            m_shown.emplace_back();
        }
        m_atlas.resize(sizesOf(m_items));
    }
    place();
    watch();
}

void LensLayer::fit()
{
    m_atlas.resize(sizesOf(m_items));
    for (Shown& shown : m_shown) shown.reading.reset();
    m_pace.stop();
    refresh();
}

std::optional<QPointF> LensLayer::anchor(const std::string& at, double* below) const
{
    for (const core::Wire& wire : m_lab.diagram().wires) {
        if (wire.from.text() != at) continue;
        const WireItem* item = m_scene.wire(wire);
        if (!item || !item->isVisible()) continue;
        *below = core::picture::stackHeight(item->lanes().size()) / 2;
        return item->middle();
    }
    const BlockItem* block = m_scene.block(at.substr(0, at.find_first_of("./")));
    if (!block || !block->isVisible()) return {};
    if (!block->cell().owners.empty()) // it is opened
        if (const auto inside = core::picture::placeOf(at, block->cell().marks, block->cell().owners)) {
            *below = 0;
            return block->pos() + QPointF(inside->x, inside->y);
        }
    *below = block->body().height() / 2;
    return block->pos();
}

/// Where the person put it; else below its wire or above it, wherever the next free room is.
void LensLayer::place()
{
    std::vector<QRectF> taken;
    QRectF all;
    const auto isFree = [&](const QRectF& room) {
        return m_scene.blocksIn(room).empty() &&
               std::ranges::none_of(taken, [&](const QRectF& other) { return other.intersects(room); });
    };
    std::vector<LensItem*> items = m_items;
    std::ranges::stable_partition(items,
                                  [](const LensItem* item) { return item->lens().offset.has_value(); });
    for (LensItem* item : items) {
        double below = 0;
        const auto at = anchor(item->lens().at, &below);
        item->setVisible(at.has_value());
        if (!at) continue;
        QRectF best;
        const QSizeF size = item->frame().size();
        if (const auto& offset = item->lens().offset) {
            best = QRectF(QPointF(), size);
            best.moveCenter(*at + QPointF((*offset)[0], (*offset)[1]));
        }
        for (int i = 0; i < 16 && !item->lens().offset; ++i) {
            const double away = below + gap + size.height() / 2 + (i / 2) * (size.height() / 2 + gap / 2);
            best = QRectF(QPointF(), size);
            best.moveCenter(*at + QPointF(0, i % 2 ? -away : away));
            if (isFree(best.adjusted(-4, -4, 4, 4))) break;
        }
        taken.push_back(best);
        all |= best;
        item->setReach(below);
        item->stand(best.center(), *at);
        // The line of one that stands farther away goes behind those that are nearer.
        item->setZValue(3 - 1e-6 * QLineF(best.center(), *at).length());
    }
    m_scene.setPictures(all);
}

void LensLayer::watch()
{
    std::vector<core::Watch> watches;
    for (const LensItem* item : m_items) {
        const core::Lens& lens = item->lens();
        core::Watch wish{watchKey(lens, lens.at, 0), lens.instrument, lens.at, 0, {}, lens.settings, often};
        if (std::ranges::find(watches, wish) == watches.end()) watches.push_back(std::move(wish));
    }
    m_lab.watch(QStringLiteral("canvas"), std::move(watches));
}

void LensLayer::refresh()
{
    if (m_items.empty() || m_pace.isActive()) return;
    m_pace.start(int(900 / (m_lab.time() ? fast : often))); // a little faster than what comes
    if (m_atlas.setScale(m_canvas.transform().m11() * m_canvas.devicePixelRatioF()))
        for (Shown& shown : m_shown) shown.reading.reset();
    const QRectF seen = m_canvas.mapToScene(m_canvas.viewport()->rect()).boundingRect();
    for (size_t i = 0; i < m_items.size(); ++i) {
        const core::Lens& lens = m_items[i]->lens();
        const auto found = m_lab.snapshot().readings.find(watchKey(lens, lens.at, 0));
        if (found == m_lab.snapshot().readings.end()) continue;
        if (m_lab.playing() && !m_items[i]->sceneBoundingRect().intersects(seen)) continue;
        Shown& shown = m_shown[i];
        if (std::exchange(shown.reading, found->second.reading) == found->second.reading) continue;
        if (!shown.figure || !shown.figure->show(*shown.reading))
            shown.figure = makeFigure(*shown.reading, m_lab.theme());
        m_atlas.draw(int(i), *shown.figure);
        m_items[i]->update();
    }
}

void LensLayer::store(const QString& text, const std::vector<core::Lens>& lenses)
{
    m_lab.change(
        text, [&](core::Document& document) { core::setLenses(document, core::LensPlace::Canvas, lenses); });
}

LensItem* LensLayer::itemAt(QPointF scene) const
{
    for (LensItem* item : m_items) {
        if (item->isVisible() && item->frame().translated(item->pos()).contains(scene)) return item;
    }
    return nullptr;
}

void LensLayer::store(const QString& text)
{
    std::vector<core::Lens> all;
    for (const LensItem* item : m_items) all.push_back(item->lens());
    store(text, all);
}

void LensLayer::letStandFreely()
{
    std::vector<core::Lens> all = lenses();
    for (core::Lens& lens : all) lens.offset.reset();
    store(tr("Arrange pictures"), all);
}

bool LensLayer::anyPlaced() const
{
    return std::ranges::any_of(m_items, [](const LensItem* item) { return item->lens().offset.has_value(); });
}

void LensLayer::add(const core::Instrument& instrument, const std::string& at)
{
    std::vector<core::Lens> all = lenses();
    core::Lens lens{std::string(instrument.name), at, {}};
    const auto same = [&](const core::Lens& other) {
        return other.instrument == lens.instrument && other.at == at && other.settings.empty();
    };
    if (std::ranges::any_of(all, same)) return;
    all.push_back(std::move(lens));
    store(tr("Look at %1").arg(QString::fromStdString(at)), all);
}

void LensLayer::removeAt(const std::string& at)
{
    std::vector<core::Lens> all = lenses();
    std::erase_if(all, [&](const core::Lens& lens) { return lens.at == at; });
    store(tr("Close pictures of %1").arg(QString::fromStdString(at)), all);
}

void LensLayer::enlarge(const std::string& at, double times)
{
    for (LensItem* item : m_items) {
        if (item->lens().at != at) continue;
        const QSize before = item->picture();
        item->setSize({{qBound(LensItem::leastWidth, before.width() * times, LensItem::most),
                        qBound(LensItem::leastHeight, before.height() * times, LensItem::most)}});
    }
    fit();
    store(times > 1 ? tr("Larger pictures") : tr("Smaller pictures"));
}

void LensLayer::openSettings(const std::string& at, QPoint global)
{
    std::vector<size_t> indices;
    for (size_t i = 0; i < m_items.size(); ++i)
        if (m_items[i]->lens().at == at) indices.push_back(i);
    openLensForms(m_lab, &m_canvas, core::LensPlace::Canvas, indices, global);
}

bool LensLayer::eventFilter(QObject*, QEvent* event)
{
    if (event->type() != QEvent::ContextMenu) return false;
    const auto* asked = static_cast<QContextMenuEvent*>(event);
    LensItem* item = itemAt(m_canvas.mapToScene(asked->pos()));
    if (!item) return false;
    const auto index = size_t(std::ranges::find(m_items, item) - m_items.begin());
    const std::string at = item->lens().at;
    auto* menu = new QMenu(&m_canvas);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QPoint global = asked->globalPos();
    const core::Instrument* instrument = core::findInstrument(item->lens().instrument);
    if (instrument && !instrument->parameters.empty())
        menu->addAction(tr("&Settings\u2026"), this, [this, index, global] {
            openLensForms(m_lab, &m_canvas, core::LensPlace::Canvas, {index}, global);
        });
    menu->addAction(tr("&Larger"), this, [this, at] { enlarge(at, 1.25); });
    menu->addAction(tr("S&maller"), this, [this, at] { enlarge(at, 0.8); });
    menu->addSeparator();
    menu->addAction(tr("&Close"), this, [this, index] {
        std::vector<core::Lens> all = lenses();
        if (index < all.size()) all.erase(all.begin() + ptrdiff_t(index));
        store(tr("Close a picture"), all);
    });
    menu->popup(global);
    return true;
}

bool LensLayer::anyAt(const std::string& at) const
{
    return std::ranges::any_of(m_items, [&](const LensItem* item) { return item->lens().at == at; });
}

} // namespace widgets
