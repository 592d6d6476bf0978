#include "core/instruments/learning.h"
#include "core/instruments/list.h"
#include "core/instruments/magnitude.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

namespace
{

/// Mean over examples of |<x, dL/dx>|, L an example's own loss. Both have the same order of axes.
double reachOf(const Array& values, const Array& gradients)
{
    const int64_t examples = values.type.size("batch"),
                  stride = values.type.strides()[size_t(values.type.find("batch"))];
    std::vector<double> sums(size_t(examples), 0);
    for (size_t i = 0; i < values.reals().size(); ++i)
        sums[size_t(int64_t(i) / stride % examples)] +=
            double(values.reals()[i]) * double(gradients.reals()[i]);
    double mean = 0;
    for (const double sum : sums) mean += std::abs(sum);
    return mean; // the gradient of the mean loss is an example's own over their number
}

/// Wires that lead into the block that gives a wire, by the diagram.
std::vector<std::pair<int, int>> edgesBetween(const Diagram& diagram, const std::vector<std::string>& wires)
{
    std::vector<std::pair<int, int>> edges;
    const auto indexOf = [&](const std::string& wire) {
        return int(std::find(wires.begin(), wires.end(), wire) - wires.begin());
    };
    for (const Wire& wire : diagram.wires) {
        const int from = indexOf(wire.from.text());
        for (int to = 0; to < int(wires.size()); ++to)
            if (from < int(wires.size()) && wires[size_t(to)].starts_with(wire.to.block + "."))
                edges.emplace_back(from, to);
    }
    return edges;
}

Reading read(const Observation& o)
{
    const Settings settings(signalFlow, o);
    const BothWays passes = bothWays(o, settings.whole("examples"));
    const auto& wires = passes.wires;
    const auto reach = [&](const std::string& wire) {
        std::vector<std::string> order;
        for (const Axis& axis : passes.values.at(wire).type.axes) order.push_back(axis.name);
        return reachOf(passes.values.at(wire), inOrder(passes.gradients.at(wire), order));
    };
    GraphReading reading;
    reading.valueLabel = "root mean square";
    reading.weightLabel = "|x dL/dx|";
    const auto edges = edgesBetween(o.network.document().diagram, wires);
    std::vector<int> depth(wires.size()), rows(wires.size() + 1);
    for (size_t i = 0; i < wires.size(); ++i) // wires are in the order of computation
        for (const auto& [from, to] : edges)
            if (size_t(to) == i) depth[i] = std::max(depth[i], depth[size_t(from)] + 1);
    for (size_t i = 0; i < wires.size(); ++i) {
        const int row = rows[size_t(depth[i])]++; // 0, 1, -1, 2, ...
        reading.nodes.push_back({wires[i], double(depth[i]), (row % 2 ? 1 : -1) * double((row + 1) / 2),
                                 float(rootMeanSquare(passes.values.at(wires[i])))});
    }
    for (const auto& [from, to] : edges) reading.edges.push_back({from, to, reach(wires[size_t(from)])});
    return reading;
}

} // namespace

const Instrument signalFlow = {"signal_flow",
                               "Signal flow",
                               "The wires as a graph: how large what each carries is, and how much the loss "
                               "of an example hangs on it to "
                               "first order, gradient times value.",
                               Instrument::Needs::Wires,
                               read,
                               hasGradients,
                               "|<x, dL/dx>|, mean over examples",
                               lossSettings()};

} // namespace core::instruments
