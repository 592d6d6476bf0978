// Readings as JSON: the kind, then its fields.
#include "app/axo/measure.h"

#include <cmath>

namespace axo
{

namespace
{

template<class Numbers> Json list(const Numbers& numbers)
{
    Json array = Json::array();
    for (const auto number : numbers) array.push_back(finiteOrNull(double(number)));
    return array;
}

struct ToJson {
    Json operator()(const core::TextReading& r) const { return {{"kind", "text"}, {"text", r.text}}; }
    Json operator()(const core::ScalarReading& r) const
    {
        return {{"kind", "scalar"}, {"value", finiteOrNull(r.value)}, {"unit", r.unit}};
    }
    Json operator()(const core::SeriesReading& r) const
    {
        Json lines = Json::array();
        for (const auto& line : r.lines)
            lines.push_back({{"name", line.name}, {"x", list(line.x)}, {"y", list(line.y)}});
        return {
            {"kind", "series"}, {"x", r.xLabel}, {"y", r.yLabel}, {"x_names", r.xNames}, {"lines", lines}};
    }
    Json operator()(const core::MatrixReading& r) const
    {
        return {{"kind", "matrix"},
                {"rows", r.rows},
                {"columns", r.columns},
                {"row_names", r.rowNames},
                {"column_names", r.columnNames},
                {"values", list(r.values)}};
    }
    Json operator()(const core::HistogramReading& r) const
    {
        return {
            {"kind", "histogram"}, {"label", r.label}, {"edges", list(r.edges)}, {"counts", list(r.counts)}};
    }
    Json operator()(const core::PointsReading& r) const
    {
        return {{"kind", "points"},
                {"x", list(r.x)},
                {"y", list(r.y)},
                {"label", r.label},
                {"value", list(r.value)}};
    }
    Json operator()(const core::ImageReading& r) const
    {
        Json tiles = Json::array();
        for (const auto& tile : r.tiles)
            tiles.push_back({{"caption", tile.caption}, {"pixels", list(tile.pixels)}});
        return {{"kind", "image"},
                {"width", r.width},
                {"height", r.height},
                {"channels", r.channels},
                {"tiles", tiles}};
    }
    Json operator()(const core::GraphReading& r) const
    {
        Json nodes = Json::array(), edges = Json::array();
        for (const auto& node : r.nodes)
            nodes.push_back({{"name", node.name}, {"value", finiteOrNull(double(node.value))}});
        for (const auto& edge : r.edges)
            edges.push_back({{"from", edge.from}, {"to", edge.to}, {"weight", finiteOrNull(edge.weight)}});
        return {{"kind", "graph"},
                {"value", r.valueLabel},
                {"weight", r.weightLabel},
                {"nodes", nodes},
                {"edges", edges}};
    }
    Json operator()(const core::TableReading& r) const
    {
        return {{"kind", "table"}, {"columns", r.columns}, {"rows", r.rows}};
    }
};

} // namespace

Json jsonOf(const core::Reading& reading) { return std::visit(ToJson(), reading); }

} // namespace axo
