#include "core/instruments/difference.h"

#include "core/instruments/common.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace core
{

namespace
{

using Difference = std::optional<Reading>;

template<typename Number>
std::vector<Number> subtracted(const std::vector<Number>& a, const std::vector<Number>& b)
{
    std::vector<Number> result(b.size());
    for (size_t i = 0; i < b.size(); ++i) result[i] = b[i] - a[i];
    return result;
}

Difference difference(const ScalarReading& a, const ScalarReading& b)
{
    if (a.unit != b.unit) return {};
    return ScalarReading{b.value - a.value, b.unit};
}

std::optional<double> numberIn(const std::string& text)
{
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Of a line at a place between two of its points.
double valueAt(const SeriesReading::Line& line, double x)
{
    const auto after = std::lower_bound(line.x.begin(), line.x.end(), x);
    if (after == line.x.end()) return NAN;
    const size_t i = size_t(after - line.x.begin());
    if (*after == x) return line.y[i];
    if (i == 0) return NAN;
    return line.y[i - 1] + (line.y[i] - line.y[i - 1]) * (x - line.x[i - 1]) / (line.x[i] - line.x[i - 1]);
}

Difference difference(const SeriesReading& a, const SeriesReading& b)
{
    SeriesReading result{b.xLabel, b.yLabel, {}, b.logX, false};
    if (a.xNames == b.xNames) result.xNames = b.xNames;
    for (const SeriesReading::Line& line : b.lines) {
        if (line.theory) continue;
        const auto other = std::find_if(a.lines.begin(), a.lines.end(),
                                        [&](const auto& candidate) { return candidate.name == line.name; });
        if (other == a.lines.end() || !std::is_sorted(other->x.begin(), other->x.end())) continue;
        SeriesReading::Line made{line.name, line.x, {}};
        for (size_t i = 0; i < line.x.size(); ++i) made.y.push_back(line.y[i] - valueAt(*other, line.x[i]));
        result.lines.push_back(std::move(made));
    }
    if (result.lines.empty()) return {};
    return result;
}

Difference difference(const MatrixReading& a, const MatrixReading& b)
{
    if (a.rows != b.rows || a.columns != b.columns) return {};
    MatrixReading result = b;
    result.values = subtracted(a.values, b.values);
    result.diverging = true;
    return result;
}

Difference difference(const GraphReading& a, const GraphReading& b)
{
    const auto sameNode = [](const auto& x, const auto& y) { return x.name == y.name; };
    const auto sameEdge = [](const auto& x, const auto& y) { return x.from == y.from && x.to == y.to; };
    if (!std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(), sameNode) ||
        !std::equal(a.edges.begin(), a.edges.end(), b.edges.begin(), b.edges.end(), sameEdge))
        return {};
    GraphReading result = b;
    for (size_t i = 0; i < a.nodes.size(); ++i) result.nodes[i].value -= a.nodes[i].value;
    for (size_t i = 0; i < a.edges.size(); ++i) result.edges[i].weight -= a.edges[i].weight;
    result.diverging = true;
    return result;
}

/// Of the cells that are numbers in both; words stay where they are the same.
Difference difference(const TableReading& a, const TableReading& b)
{
    const auto sameWidth = [](const auto& x, const auto& y) { return x.size() == y.size(); };
    if (a.columns != b.columns ||
        !std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(), sameWidth))
        return {};
    TableReading result = b;
    bool any = false;
    for (size_t i = 0; i < a.rows.size(); ++i)
        for (size_t j = 0; j < a.rows[i].size(); ++j) {
            const std::optional<double> x = numberIn(a.rows[i][j]), y = numberIn(b.rows[i][j]);
            any |= x && y;
            if (x && y)
                result.rows[i][j] = instruments::number(*y - *x, 4);
            else if (a.rows[i][j] != b.rows[i][j])
                result.rows[i][j].clear();
        }
    if (!any) return {};
    return result;
}

Difference difference(const HistogramReading& a, const HistogramReading& b)
{
    if (a.edges != b.edges) return {};
    HistogramReading result = b;
    result.counts = subtracted(a.counts, b.counts);
    return result;
}

Difference difference(const ImageReading& a, const ImageReading& b)
{
    if (a.width != b.width || a.height != b.height || a.channels != b.channels ||
        a.tiles.size() != b.tiles.size())
        return {};
    ImageReading result = b;
    float most = 0;
    for (size_t i = 0; i < b.tiles.size(); ++i) {
        result.tiles[i].pixels = subtracted(a.tiles[i].pixels, b.tiles[i].pixels);
        result.tiles[i].mark = 0;
        result.tiles[i].confidence = -1;
        for (const float pixel : result.tiles[i].pixels) most = std::max(most, std::abs(pixel));
    }
    result.diverging = true;
    result.high = most > 0 ? most : 1;
    result.low = -result.high;
    return result;
}

template<typename Other> Difference difference(const Other&, const Other&) { return {}; }

} // namespace

std::optional<Reading> differenceOf(const Reading& a, const Reading& b)
{
    if (a.index() != b.index()) return {};
    return std::visit(
        [&](const auto& first) -> Difference {
            return difference(first, std::get<std::decay_t<decltype(first)>>(b));
        },
        a);
}

} // namespace core
