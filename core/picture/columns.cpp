#include "core/picture/columns.h"

#include "core/diagram/costs.h"
#include "core/picture/symbols.h"

#include <algorithm>
#include <array>

namespace core::picture
{

namespace
{

/// One row of what is counted.
struct Quantity {
    const char* name;
    double BlockCost::*number;
    diagram::Polynomial BlockCost::*formula;
};
constexpr std::array<Quantity, 3> quantities = {
    {{"FLOPs", &BlockCost::flops, &BlockCost::flopsFormula},
     {"parameters", &BlockCost::parameters, &BlockCost::parametersFormula},
     {"bytes", &BlockCost::bytes, &BlockCost::bytesFormula}}};

constexpr double line = 13;           ///< from one line of the table to the next
constexpr size_t longestFormula = 56; ///< characters; the rest goes on in the next line

using Table = std::vector<std::pair<std::string, const Column*>>;

/// A number and its formula, in lines that end between two terms.
std::vector<Runs> entryOf(const Column& column, const Quantity& quantity)
{
    const std::string formula = factored(column.cost.*quantity.formula);
    std::vector<Runs> lines{{{compact(column.cost.*quantity.number)}}};
    if (formula.empty() || formula == "0") return lines;
    std::string piece = " = ";
    for (size_t begin = 0; begin < formula.size();) {
        const size_t end = std::min(formula.find(" + ", begin + 1), formula.size());
        const std::string term = formula.substr(begin, end - begin);
        if (piece.size() + term.size() > longestFormula && piece != " = ") {
            for (Run& run : mathematics(piece)) lines.back().push_back(std::move(run));
            lines.emplace_back();
            piece = "   ";
        }
        piece += term;
        begin = end;
    }
    for (Run& run : mathematics(piece)) lines.back().push_back(std::move(run));
    return lines;
}

/// A row a column of the picture: what it is counted to have, formulas beside the numbers.
void addTable(Marks& marks, const Table& table, Point place, double names)
{
    const double size = styleOf(Role::Cost).size;
    std::array<double, quantities.size()> lefts{};
    double left = place.x + names;
    for (size_t q = 0; q < quantities.size(); ++q) {
        lefts[q] = left;
        double width = textWidth(quantities[q].name, Face::SemiBold, size);
        for (const auto& [name, column] : table)
            for (const Runs& runs : entryOf(*column, quantities[q]))
                width = std::max(width, widthOf(runs, size));
        left += width + 18;
        addText(marks, Role::Cost, {{quantities[q].name, Face::SemiBold}}, {lefts[q], place.y},
                Anchor::Start);
    }
    double y = place.y + line;
    for (const auto& [name, column] : table) {
        const Role role = column->peak ? Role::Peak : Role::Cost;
        addText(marks, role, {{name}}, {place.x, y}, Anchor::Start);
        size_t lines = 1;
        for (size_t q = 0; q < quantities.size(); ++q) {
            const std::vector<Runs> entry = entryOf(*column, quantities[q]);
            for (size_t i = 0; i < entry.size(); ++i)
                addText(marks, role, entry[i], {lefts[q], y + line * double(i)}, Anchor::Start);
            lines = std::max(lines, entry.size());
        }
        y += line * double(lines);
    }
}

} // namespace

std::vector<Column> columnsOf(const Diagram& diagram, const Cells& cells, const std::vector<Point>& centres,
                              const Elaboration& elaboration)
{
    struct Placed {
        double left, right, y;
        const Block* block;
    };
    std::vector<Placed> blocks;
    for (size_t b = 0; b < diagram.blocks.size(); ++b) {
        const double half = cells.blocks[b]->size.width / 2;
        blocks.push_back({centres[b].x - half, centres[b].x + half, centres[b].y, &diagram.blocks[b]});
    }
    std::ranges::stable_sort(blocks, {}, &Placed::left);
    std::vector<Column> columns;
    for (const Placed& block : blocks) {
        if (columns.empty() || block.left >= columns.back().right)
            columns.push_back({{}, block.left, block.right});
        Column& column = columns.back();
        column.right = std::max(column.right, block.right);
        column.blocks.push_back(block.block->id);
        if (const auto cost = elaboration.costs.find(block.block->id); cost != elaboration.costs.end())
            column.cost += cost->second;
    }
    std::vector<std::vector<CostPlace>> places(columns.size());
    for (size_t c = 0; c < columns.size(); ++c)
        for (const std::string& id : columns[c].blocks) places[c].push_back({id});
    const std::vector<ColumnCost> costs = columnCosts(elaboration, places);
    const int peak = peakColumn(costs);
    if (peak >= 0) columns[size_t(peak)].peak = costs[size_t(peak)].live > 0;
    return columns;
}

BlockCost totalOf(std::span<const Column> columns)
{
    BlockCost total;
    for (const Column& column : columns) total += column.cost;
    return total;
}

std::string compact(double value)
{
    constexpr std::array<const char*, 5> prefixes = {"", " k", " M", " G", " T"};
    size_t prefix = 0;
    while (std::abs(value) >= 999.5 && prefix + 1 < prefixes.size()) {
        value /= 1000;
        ++prefix;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    return std::string(text) + prefixes[prefix];
}

void addColumns(Picture& picture, std::span<const Column> columns)
{
    const double top = picture.bounds.bottom + 34;
    const BlockCost total = totalOf(columns);
    const auto words = [](const std::string& text) { return Runs{{text}}; };
    Marks common;
    double namesWidth = 0, blocksWidth = 0;
    for (const Quantity& quantity : quantities)
        namesWidth = std::max(namesWidth, textWidth(quantity.name, Face::Regular, 10));
    const double left = picture.bounds.left;
    addPath(common, Role::Frame,
            Path::line({left - namesWidth - 16, top - 17}, {picture.bounds.right, top - 17}));
    Table table;
    for (size_t i = 0; i < columns.size(); ++i) {
        const Column& column = columns[i];
        std::string names;
        for (const std::string& id : column.blocks) names += (names.empty() ? "" : ", ") + id;
        if (column.cost.flops + column.cost.parameters + column.cost.bytes <= 0) continue;
        const Role role = column.peak ? Role::Peak : Role::Cost;
        Marks marks;
        const double x = (column.left + column.right) / 2;
        for (size_t q = 0; q < quantities.size(); ++q)
            addText(marks, role, words(compact(column.cost.*quantities[q].number)),
                    {x, top + line * double(q)});
        if (column.peak) {
            addPath(marks, Role::PeakBox, Path::rectangle(boundsOf(marks).grown(5, 2), 4), Detail::Normal);
            addText(marks, role, words("peak"), {x, top + line * 3 + 4});
        }
        picture.add(marks, {}, picture.own({Owner::Kind::Column, std::to_string(i)}));
        names = shortened(names, 40);
        blocksWidth =
            std::max(blocksWidth, textWidth(names, column.peak ? Face::SemiBold : Face::Regular, 10));
        table.emplace_back(names, &column);
    }
    for (size_t q = 0; q < quantities.size(); ++q)
        addText(common, Role::Cost, words(quantities[q].name), {left - 8, top + line * double(q)},
                Anchor::End);
    Column sum{{}, 0, 0, total, false};
    table.emplace_back("total", &sum);
    addTable(common, table, {left, top + line * 6}, blocksWidth + 18);
    picture.add(common, {}, -1);
}

} // namespace core::picture
