#include "core/instruments/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace core
{

namespace
{

using Row = std::vector<std::string>;

template<typename Number> std::string text(Number value)
{
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

std::string quoted(const std::string& field)
{
    if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
    std::string result = "\"";
    for (const char c : field) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + '"';
}

struct Writer {
    std::string csv;

    void add(const Row& row)
    {
        for (size_t i = 0; i < row.size(); ++i) csv += (i ? "," : "") + quoted(row[i]);
        csv += '\n';
    }

    static std::string named(const std::vector<std::string>& names, int i)
    {
        return size_t(i) < names.size() ? names[size_t(i)] : std::to_string(i);
    }

    void operator()(const TextReading& r) { add({"text"}), add({r.text}); }
    void operator()(const ScalarReading& r) { add({"value", "unit"}), add({text(r.value), r.unit}); }

    void operator()(const SeriesReading& r)
    {
        const std::string x = r.xLabel.empty() ? "x" : r.xLabel;
        const bool together = std::all_of(r.lines.begin(), r.lines.end(),
                                          [&](const auto& line) { return line.x == r.lines.front().x; });
        if (!together) {
            add({"line", x, r.yLabel.empty() ? "y" : r.yLabel});
            for (const auto& line : r.lines) {
                for (size_t i = 0; i < line.x.size() && i < line.y.size(); ++i)
                    add({line.name, text(line.x[i]), text(line.y[i])});
            }
            return;
        }
        Row head{x};
        for (const auto& line : r.lines) head.push_back(line.name);
        add(head);
        for (size_t i = 0; !r.lines.empty() && i < r.lines.front().x.size(); ++i) {
            Row row{text(r.lines.front().x[i])};
            for (const auto& line : r.lines) row.push_back(i < line.y.size() ? text(line.y[i]) : "");
            add(row);
        }
    }

    void operator()(const MatrixReading& r)
    {
        Row head{r.rowLabel};
        for (int column = 0; column < r.columns; ++column) head.push_back(named(r.columnNames, column));
        add(head);
        for (int row = 0; row < r.rows; ++row) {
            Row cells{named(r.rowNames, row)};
            for (int column = 0; column < r.columns; ++column)
                cells.push_back(text(r.values[size_t(row) * size_t(r.columns) + size_t(column)]));
            add(cells);
        }
    }

    void operator()(const HistogramReading& r)
    {
        add({"from", "to", "count"});
        for (size_t i = 0; i < r.counts.size(); ++i)
            add({text(r.edges[i]), text(r.edges[i + 1]), text(r.counts[i])});
    }

    void operator()(const PointsReading& r)
    {
        Row head{"x", "y", "class", "value", "wrong"};
        if (!r.z.empty()) head.push_back("z");
        add(head);
        for (size_t i = 0; i < r.x.size() && i < r.y.size(); ++i) {
            const int label = i < r.label.size() ? r.label[i] : -1;
            Row row{text(r.x[i]), text(r.y[i]), label < 0 ? "" : named(r.classNames, label),
                    i < r.value.size() ? text(r.value[i]) : "",
                    i < r.wrong.size() ? (r.wrong[i] ? "1" : "0") : ""};
            if (i < r.z.size()) row.push_back(text(r.z[i]));
            add(row);
        }
    }

    void operator()(const ImageReading& r)
    {
        Row head{"tile", "caption", "row", "column"};
        for (int channel = 0; channel < r.channels; ++channel)
            head.push_back(r.channels == 1 ? "value" : "value" + std::to_string(channel));
        add(head);
        for (size_t tile = 0; tile < r.tiles.size(); ++tile) {
            const float* pixel = r.tiles[tile].pixels.data();
            for (int row = 0; row < r.height; ++row) {
                for (int column = 0; column < r.width; ++column, pixel += r.channels) {
                    Row cells{text(tile), r.tiles[tile].caption, text(row), text(column)};
                    for (int channel = 0; channel < r.channels; ++channel)
                        cells.push_back(text(pixel[channel]));
                    add(cells);
                }
            }
        }
    }

    void operator()(const GraphReading& r)
    {
        add({"from", "to", r.weightLabel.empty() ? "weight" : r.weightLabel,
             r.valueLabel.empty() ? "value" : r.valueLabel});
        for (const auto& node : r.nodes) add({node.name, "", "", text(node.value)});
        for (const auto& edge : r.edges)
            add({r.nodes[size_t(edge.from)].name, r.nodes[size_t(edge.to)].name, text(edge.weight), ""});
    }

    void operator()(const TableReading& r)
    {
        add(r.columns);
        for (const Row& row : r.rows) add(row);
    }
};

} // namespace

std::string csvOf(const Reading& reading)
{
    Writer writer;
    std::visit(writer, reading);
    return std::move(writer.csv);
}

} // namespace core
