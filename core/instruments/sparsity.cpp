#include "core/instruments/sparsity.h"

#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"

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

Reading readSparsity(const Observation& o)
{
    const Settings settings(sparsity, o);
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

const std::vector<ParameterDeclaration> settingsOfBoth = {
    wholeSetting("examples", 256, 1, 8192, "size of the observation batch"),
    numberSetting("rate", 0.001, 0, 1, "a unit that fires on a smaller share of the examples is dead")};

} // namespace

const Instrument sparsity = {
    "sparsity",
    "Sparsity",
    "Share of activations that are not zero and of units that are dead, wire after wire.",
    Instrument::Needs::Wires,
    readSparsity,
    hasWires,
    "share of x != 0",
    settingsOfBoth};

const Instrument deadUnitList = {"dead_units",
                                 "Dead units",
                                 "Units that are zero for all but a thousandth of the examples.",
                                 Instrument::Needs::Wires,
                                 readDead,
                                 hasWires,
                                 "fires on < 0.1 % of the examples",
                                 settingsOfBoth};

} // namespace core::instruments
