#include "core/instruments/sparsity.h"

#include "core/instruments/derivatives.h"
#include "core/instruments/learning.h"
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/instruments/wires.h"
#include "core/numeric/linear.h"

#include <algorithm>

namespace core::instruments
{

double activeShare(const Matrix& x)
{
    const auto silent = std::count(x.values.begin(), x.values.end(), 0.0);
    return 1 - double(silent) / double(x.values.size());
}

std::vector<double> firingRates(const Matrix& x)
{
    std::vector<double> rates(size_t(x.columns), 0);
    for (int64_t i = 0; i < x.rows; ++i)
        for (int64_t j = 0; j < x.columns; ++j) rates[size_t(j)] += x(i, j) != 0;
    for (double& rate : rates) rate /= double(x.rows);
    return rates;
}

std::vector<int64_t> deadUnits(const Matrix& x, double rate)
{
    std::vector<int64_t> dead;
    const std::vector<double> rates = firingRates(x);
    for (size_t j = 0; j < rates.size(); ++j)
        if (rates[j] < rate) dead.push_back(int64_t(j));
    return dead;
}

namespace
{

constexpr size_t mostListed = 12;

constexpr size_t momentsRead = 24;

/// A line a wire: the share at each place of its first axis behind the batch, where it has two.
SeriesReading byPlace(const Observation& o, int64_t count)
{
    const auto examples = shownExamples(o.network.data(), o.example, count);
    const std::vector<std::string> wires = wiresOf(o.network.elaboration(int64_t(examples.size())), o.at);
    SeriesReading reading;
    const Arrays all = valuesOf(o.network, o.now, wires, examples);
    for (const std::string& wire : wires) {
        const Array& values = all.at(wire);
        std::vector<std::string> axes;
        for (const Axis& axis : values.type.axes)
            if (axis.name != "batch") axes.push_back(axis.name);
        if (axes.size() < 2) continue;
        if (!reading.xLabel.empty() && reading.xLabel != axes.front()) continue;
        reading.xLabel = axes.front();
        const Matrix x = numeric::rowsAlong(values, axes.front());
        SeriesReading::Line line{wire, {}, {}};
        for (int64_t i = 0; i < x.rows; ++i) {
            const auto silent = std::count(x.row(i).begin(), x.row(i).end(), 0.0);
            line.x.push_back(double(i));
            line.y.push_back(1 - double(silent) / double(x.columns));
        }
        reading.lines.push_back(std::move(line));
    }
    if (reading.lines.empty())
        throw Error{"sparsity", "no wire has a place beside its units", "set over to depth or time"};
    return reading;
}

/// A line a wire, at the moments that are kept.
SeriesReading byTime(const Observation& o, int64_t count)
{
    SeriesReading reading;
    reading.xLabel = "step";
    for (const Moment& moment : momentsOf(o, momentsRead)) {
        Observation then = o;
        then.now = moment;
        const Representations all = representationsOf(then, count, 1);
        for (size_t i = 0; i < all.wires.size(); ++i) {
            if (i == reading.lines.size()) reading.lines.push_back({all.wires[i], {}, {}});
            reading.lines[i].x.push_back(double(moment.step));
            reading.lines[i].y.push_back(activeShare(all.x[i]));
        }
    }
    return reading;
}

Reading readSparsity(const Observation& o)
{
    const Settings settings(sparsity, o);
    const std::string& over = settings.choice("over");
    if (over != "depth") {
        SeriesReading lines = (over == "place" ? byPlace : byTime)(o, settings.whole("examples"));
        lines.yLabel = "active";
        return lines;
    }
    const Representations all = representationsOf(o, settings.whole("examples"), 1);
    SeriesReading reading;
    reading.xLabel = "depth";
    reading.yLabel = "share";
    reading.xNames = all.wires;
    reading.lines = {{"active", {}, {}}, {"dead units", {}, {}}};
    for (size_t depth = 0; depth < all.x.size(); ++depth) {
        const Matrix& x = all.x[depth];
        const double dead = double(deadUnits(x, settings.number("rate")).size()) / double(x.columns);
        for (SeriesReading::Line& line : reading.lines) line.x.push_back(double(depth));
        reading.lines[0].y.push_back(activeShare(x));
        reading.lines[1].y.push_back(dead);
    }
    return reading;
}

Reading readDead(const Observation& o)
{
    const Settings settings(deadUnitList, o);
    const Representations all = representationsOf(o, settings.whole("examples"), 1);
    TableReading reading;
    reading.columns = {"wire", "units", "dead", "which"};
    for (size_t depth = 0; depth < all.x.size(); ++depth) {
        const std::vector<int64_t> dead = deadUnits(all.x[depth], settings.number("rate"));
        std::string which;
        for (size_t i = 0; i < std::min(mostListed, dead.size()); ++i)
            which += (i ? ", " : "") + std::to_string(dead[i]);
        if (dead.size() > mostListed) which += ", ...";
        reading.rows.push_back(
            {all.wires[depth], std::to_string(all.x[depth].columns), std::to_string(dead.size()), which});
    }
    return reading;
}

std::vector<ParameterDeclaration> settingsWith(std::vector<ParameterDeclaration> own)
{
    own.push_back(wholeSetting("examples", 256, 1, 8192, "size of the observation batch"));
    own.push_back(
        numberSetting("rate", 0.001, 0, 1, "a unit that fires on a smaller share of the examples is dead"));
    return own;
}

} // namespace

const Instrument sparsity = {"sparsity",
                             "Sparsity",
                             "Share of activations that are not zero and of units that are dead, wire after "
                             "wire; or active by place, as "
                             "of tokens, or in time.",
                             Instrument::Needs::Wires,
                             readSparsity,
                             hasWires,
                             "share of x != 0",
                             settingsWith({choiceSetting("over", {"depth", "place", "time"},
                                                         "wires, places such as tokens, or steps")})};

const Instrument deadUnitList = {"dead_units",
                                 "Dead units",
                                 "Units that are zero for all but a thousandth of the examples.",
                                 Instrument::Needs::Wires,
                                 readDead,
                                 hasWires,
                                 "fires on < 0.1 % of the examples",
                                 settingsWith({})};

} // namespace core::instruments
