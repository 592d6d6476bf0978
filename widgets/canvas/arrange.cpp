#include "widgets/canvas/arrange.h"

#include <cmath>

namespace widgets
{

void placeBlocks(Lab& lab, const QString& text, const std::map<std::string, QPointF>& places,
                 const QString& merge)
{
    lab.change(
        text,
        [&](core::Document& document) {
            for (const auto& [id, at] : places)
                document.diagram.find(id)->pin = core::Point{std::round(at.x()), std::round(at.y())};
        },
        merge);
}

void nudgeSelected(Lab& lab, const DiagramScene& scene, QPointF by)
{
    std::map<std::string, QPointF> places;
    QString key = QStringLiteral("move");
    for (const std::string& id : lab.selection().blocks) {
        places[id] = scene.placeOf(id) + by;
        key += QLatin1Char(' ') + QString::fromStdString(id);
    }
    placeBlocks(lab, places.size() == 1 ? QObject::tr("Move block") : QObject::tr("Move blocks"), places,
                key);
}

void alignSelected(Lab& lab, const DiagramScene& scene, Line line)
{
    const auto coordinate = [line](const QRectF& r) {
        switch (line) {
        case Line::Left:
            return r.left();
        case Line::Centre:
            return r.center().x();
        case Line::Right:
            return r.right();
        case Line::Top:
            return r.top();
        case Line::Middle:
            return r.center().y();
        case Line::Bottom:
            return r.bottom();
        }
        return 0.0;
    };
    std::map<std::string, QRectF> bodies;
    QRectF all;
    for (const std::string& id : lab.selection().blocks)
        if (const BlockItem* item = scene.block(id))
            all |= bodies[id] = item->body().translated(scene.placeOf(id));
    std::map<std::string, QPointF> places;
    for (const auto& [id, body] : bodies) {
        const double by = coordinate(all) - coordinate(body);
        places[id] = scene.placeOf(id) + (line < Line::Top ? QPointF(by, 0) : QPointF(0, by));
    }
    placeBlocks(lab, QObject::tr("Align blocks"), places);
}

void distributeSelected(Lab& lab, const DiagramScene& scene, Qt::Orientation orientation)
{
    const bool across = orientation == Qt::Horizontal;
    std::vector<std::pair<double, std::string>> row;
    for (const std::string& id : lab.selection().blocks) {
        const QPointF place = scene.placeOf(id);
        row.emplace_back(across ? place.x() : place.y(), id);
    }
    if (row.size() < 3) return;
    std::ranges::sort(row);
    std::map<std::string, QPointF> places;
    for (size_t i = 0; i < row.size(); ++i) {
        QPointF place = scene.placeOf(row[i].second);
        const double at = std::lerp(row.front().first, row.back().first, double(i) / double(row.size() - 1));
        (across ? place.rx() : place.ry()) = at;
        places[row[i].second] = place;
    }
    placeBlocks(lab, QObject::tr("Distribute blocks"), places);
}

void unpinSelected(Lab& lab)
{
    const auto blocks = lab.selection().blocks;
    lab.change(QObject::tr("Place automatically"), [&](core::Document& document) {
        for (core::Block& block : document.diagram.blocks)
            if (blocks.empty() || blocks.contains(block.id)) block.pin.reset();
    });
}

std::string alongWire(const Lab& lab, const DiagramScene& scene, const std::string& block, bool forwards)
{
    std::string best;
    double nearest = 0;
    for (const core::Wire& wire : lab.diagram().wires) {
        if ((forwards ? wire.from.block : wire.to.block) != block) continue;
        const std::string& other = forwards ? wire.to.block : wire.from.block;
        const double distance = QLineF(scene.placeOf(block), scene.placeOf(other)).length();
        if (!best.empty() && distance >= nearest) continue;
        best = other;
        nearest = distance;
    }
    return best;
}

std::string nextInOrder(const Lab& lab, const DiagramScene& scene, bool forwards)
{
    std::vector<std::tuple<double, double, std::string>> row;
    for (const core::Block& block : lab.diagram().blocks) {
        const QPointF place = scene.placeOf(block.id);
        row.emplace_back(place.x(), place.y(), block.id);
    }
    if (row.empty()) return {};
    std::ranges::sort(row);
    const auto& selected = lab.selection().blocks;
    const auto here =
        std::ranges::find_if(row, [&](const auto& at) { return selected.contains(std::get<2>(at)); });
    if (here == row.end()) return std::get<2>(forwards ? row.front() : row.back());
    if (forwards ? here + 1 == row.end() : here == row.begin()) return {};
    return std::get<2>(forwards ? *(here + 1) : *(here - 1));
}

} // namespace widgets
