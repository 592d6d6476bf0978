#include "core/diagram/costs.h"

#include "core/ops/op.h"
#include "core/program/analysis.h"

#include <algorithm>
#include <functional>
#include <set>

namespace core
{

using diagram::Polynomial;
using diagram::Size;

namespace
{

Size times(const Size& a, const Size& b) { return {a.value * b.value, a.formula * b.formula}; }

/// Sizes of the axes of the values of a program.
using Sizes = std::function<Size(ValueId, size_t)>;

Size elements(const Program& program, const Sizes& sizes, ValueId value)
{
    Size product = 1.0;
    for (size_t i = 0; i < program.type(value).axes.size(); ++i) product = times(product, sizes(value, i));
    return product;
}

/// Multiplications and additions of a contraction: twice the product of all axes that either operand has.
Size contractionFlops(const Program& program, const Sizes& sizes, const Instruction& of)
{
    Size product = 2.0;
    std::set<std::string> seen;
    for (const ValueId input : of.inputs) {
        const std::vector<Axis>& axes = program.type(input).axes;
        for (size_t i = 0; i < axes.size(); ++i)
            if (seen.insert(axes[i].name).second) product = times(product, sizes(input, i));
    }
    return product;
}

Size flopsOf(const Program&, const Sizes&, ValueId);

/// Axes of a body that are called and as large as axes of what goes into it are those.
Size bodyFlops(const Program& program, const Sizes& sizes, const Instruction& of, ValueId value)
{
    std::vector<Type> types;
    std::map<std::string, Size> known;
    const auto learn = [&](ValueId id) {
        const std::vector<Axis>& axes = program.type(id).axes;
        for (size_t i = 0; i < axes.size(); ++i) known.emplace(axes[i].name, sizes(id, i));
    };
    for (const ValueId input : of.inputs) {
        types.push_back(program.type(input));
        learn(input);
    }
    learn(value);
    const auto [body, count] = of.op->body(types, of.attributes);
    const auto inner = [&, &code = body](ValueId id, size_t axis) -> Size {
        const Axis& a = code.type(id).axes[axis];
        const auto found = known.find(a.name);
        const bool same = found != known.end() && found->second.value == double(a.size);
        return same ? found->second : Size(double(a.size));
    };
    Size once = 0.0;
    for (size_t i = 0; i < body.code.size(); ++i) {
        const Size flops = flopsOf(body, inner, ValueId(i));
        once = Size(once.value + flops.value, once.formula + flops.formula);
    }
    const auto along = known.find(of.attributes.axes[0]);
    const bool same = along != known.end() && along->second.value == double(count);
    return times(same ? along->second : Size(double(count)), once);
}

Size flopsOf(const Program& program, const Sizes& sizes, ValueId value)
{
    const Instruction& of = program.code[size_t(value)];
    switch (of.op->kind) {
    case Op::Kind::Contraction:
        return contractionFlops(program, sizes, of);
    case Op::Kind::Reduction:
        return elements(program, sizes, of.inputs[0]);
    case Op::Kind::Elementwise:
        return times(double(operations(of.attributes.formula)), elements(program, sizes, value));
    default:
        if (of.op->body) return bodyFlops(program, sizes, of, value);
        return of.op->sums ? elements(program, sizes, of.inputs[0]) : 0.0;
    }
}

Sizes sizesOf(const Elaboration& made)
{
    return [&made](ValueId value, size_t axis) -> Size {
        const auto size = double(made.program.type(value).axes[axis].size);
        if (size_t(value) >= made.sizes.size() || axis >= made.sizes[size_t(value)].size()) return size;
        return {size, made.sizes[size_t(value)][axis]};
    };
}

bool computed(const Instruction& of)
{
    return of.op->kind != Op::Kind::Source && of.op->kind != Op::Kind::View;
}

BlockCost costOf(const Elaboration& made, ValueId value)
{
    static const Op* const parameter = findOp("parameter");
    const Instruction& of = made.program.code[size_t(value)];
    BlockCost cost;
    if (of.op != parameter && !computed(of)) return cost;
    const Sizes sizes = sizesOf(made);
    const Size count = elements(made.program, sizes, value);
    if (of.op == parameter) {
        cost.parameters = count.value;
        cost.parametersFormula = count.formula;
        return cost;
    }
    const Size flops = flopsOf(made.program, sizes, value);
    cost.flops = flops.value;
    cost.flopsFormula = flops.formula;
    cost.bytes = 4 * count.value;
    cost.bytesFormula = 4.0 * count.formula;
    return cost;
}

bool inside(const std::string& path, const std::string& block)
{
    return path.starts_with(block) && (path.size() == block.size() || path[block.size()] == '/');
}

bool inside(const Provenance& source, const CostPlace& place)
{
    if (!inside(source.block, place.block)) return false;
    // What a statement calls is inside it, but lies at a path of its own: the place is that path then.
    return place.statement < 0 || (source.block == place.block && source.statement == place.statement);
}

/// The column whose place is the innermost around the value, or -1.
int columnOf(const Provenance& source, std::span<const std::vector<CostPlace>> columns)
{
    int best = -1;
    size_t depth = 0;
    for (size_t c = 0; c < columns.size(); ++c)
        for (const CostPlace& place : columns[c]) {
            const size_t here = place.block.size() + (place.statement < 0 ? 0 : 1);
            if (here >= depth && inside(source, place) && (best < 0 || here > depth))
                best = int(c), depth = here;
        }
    return best;
}

} // namespace

BlockCost& BlockCost::operator+=(const BlockCost& other)
{
    parameters += other.parameters;
    flops += other.flops;
    bytes += other.bytes;
    parametersFormula = parametersFormula + other.parametersFormula;
    flopsFormula = flopsFormula + other.flopsFormula;
    bytesFormula = bytesFormula + other.bytesFormula;
    return *this;
}

std::map<std::string, BlockCost> diagram::costsOfBlocks(const Elaboration& made)
{
    std::map<std::string, BlockCost> costs;
    for (size_t i = 0; i < made.program.code.size(); ++i) {
        const std::string& path = made.program.code[i].source.block;
        if (!path.empty()) costs[path.substr(0, path.find('/'))] += costOf(made, ValueId(i));
    }
    return costs;
}

std::map<std::string, BlockCost> nestedCosts(const Elaboration& made)
{
    std::map<std::string, BlockCost> costs;
    for (size_t i = 0; i < made.program.code.size(); ++i) {
        const std::string& path = made.program.code[i].source.block;
        if (path.empty()) continue;
        const BlockCost cost = costOf(made, ValueId(i));
        for (size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1))
            costs[path.substr(0, end)] += cost;
        costs[path] += cost;
    }
    return costs;
}

BlockCost costAt(const Elaboration& made, const CostPlace& place)
{
    BlockCost cost;
    for (size_t i = 0; i < made.program.code.size(); ++i)
        if (inside(made.program.code[i].source, place)) cost += costOf(made, ValueId(i));
    return cost;
}

BlockCost totalCost(const Elaboration& made)
{
    BlockCost total;
    for (const auto& [block, cost] : made.costs) total += cost;
    return total;
}

std::vector<ColumnCost> columnCosts(const Elaboration& made, std::span<const std::vector<CostPlace>> columns)
{
    const Program& program = made.program;
    std::vector<ColumnCost> costs(columns.size());
    std::vector<int> home(program.code.size(), -1), last(program.code.size(), -1);
    for (size_t i = 0; i < program.code.size(); ++i) {
        home[i] = last[i] = columnOf(program.code[i].source, columns);
        if (home[i] >= 0) costs[size_t(home[i])].cost += costOf(made, ValueId(i));
    }
    // An array lives until its last reader; reading it differently keeps it alive.
    for (size_t i = program.code.size(); i-- > 0;)
        for (const ValueId input : program.code[i].inputs) {
            const bool view = program.code[i].op->kind == Op::Kind::View;
            last[size_t(input)] = std::max(last[size_t(input)], view ? last[i] : home[i]);
        }
    for (size_t i = 0; i < program.code.size(); ++i) {
        if (home[i] < 0 || !computed(program.code[i])) continue;
        const Size count = elements(program, sizesOf(made), ValueId(i));
        for (int column = home[i]; column <= last[i]; ++column) {
            costs[size_t(column)].live += 4 * count.value;
            costs[size_t(column)].liveFormula = costs[size_t(column)].liveFormula + 4.0 * count.formula;
        }
    }
    return costs;
}

int peakColumn(std::span<const ColumnCost> columns)
{
    const auto most = std::max_element(columns.begin(), columns.end(),
                                       [](const auto& a, const auto& b) { return a.live < b.live; });
    return most == columns.end() ? -1 : int(most - columns.begin());
}

} // namespace core
