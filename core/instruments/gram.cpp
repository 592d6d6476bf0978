#include "core/instruments/gram.h"

#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/numeric/linear.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace core::instruments
{

Matrix cosines(const Matrix& gram)
{
    std::vector<double> scales;
    for (int64_t i = 0; i < gram.rows; ++i) scales.push_back(gram(i, i) > 0 ? 1 / std::sqrt(gram(i, i)) : 0);
    Matrix result(gram.rows, gram.rows);
    for (int64_t i = 0; i < gram.rows; ++i)
        for (int64_t j = 0; j < gram.rows; ++j)
            result(i, j) = gram(i, j) * scales[size_t(i)] * scales[size_t(j)];
    return result;
}

double meanBeside(const Matrix& a)
{
    double sum = 0;
    for (const double value : a.values) sum += value;
    return (sum - numeric::trace(a)) / double(a.rows * (a.rows - 1));
}

std::vector<double> gramSpectrum(const Matrix& x)
{
    if (x.rows <= x.columns) return numeric::eigenvalues(numeric::gram(x));
    std::vector<double> spectrum(size_t(x.rows - x.columns), 0);
    for (const double value : numeric::eigenvalues(numeric::innerGram(x)))
        spectrum.push_back(std::max(0.0, value));
    return spectrum;
}

bool singular(std::span<const double> spectrum)
{
    return spectrum.front() <=
           spectrum.back() * double(spectrum.size()) * std::numeric_limits<double>::epsilon();
}

double isometry(std::span<const double> spectrum)
{
    return singular(spectrum) ? 0 : std::exp(-isometryGap(spectrum));
}

double isometryGap(std::span<const double> spectrum)
{
    double sum = 0, logs = 0;
    for (const double value : spectrum) {
        sum += value;
        logs += std::log(value);
    }
    const double n = double(spectrum.size());
    return singular(spectrum) ? INFINITY : std::log(sum / n) - logs / n;
}

double orthogonalityGap(const Matrix& gram)
{
    Matrix rest = gram;
    const double total = numeric::trace(gram);
    for (double& value : rest.values) value /= total;
    for (int64_t i = 0; i < rest.rows; ++i) rest(i, i) -= 1 / double(rest.rows);
    return numeric::frobenius(rest);
}

double rankCollapse(const Matrix& x)
{
    return numeric::frobenius(numeric::withoutColumnMeans(x)) / numeric::frobenius(x);
}

double effectiveRank(std::span<const double> s)
{
    double sum = 0, entropy = 0;
    for (const double value : s) sum += value;
    for (const double value : s) {
        const double p = value / sum + 1e-7;
        entropy -= p * std::log(p);
    }
    return std::exp(entropy);
}

double participationRatio(std::span<const double> spectrum)
{
    double sum = 0, squares = 0;
    for (const double value : spectrum) {
        sum += value;
        squares += value * value;
    }
    return sum * sum / squares;
}

namespace
{

constexpr int64_t mostDense = 4096;

/// Examples against each other, or units against each other where that was chosen.
Matrix compared(const Observation& o, const Settings& settings)
{
    const auto examples = shownExamples(o.network.data(), o.example, settings.whole("examples"));
    expectExamples(int64_t(examples.size()), 2, "a Gram matrix");
    Matrix x = representationOf(o, examples);
    if (settings.on("centred")) x = numeric::withoutColumnMeans(std::move(x));
    if (settings.choice("of") == "examples") return x;
    const int64_t most = settings.whole("units");
    if (x.columns > mostDense && most > mostDense) {
        throw Error{"wire " + o.at,
                    "has " + std::to_string(x.columns) + " units: their matrix would have " +
                        number(double(x.columns) * double(x.columns)) + " entries",
                    "set units to " + std::to_string(mostDense) +
                        " or fewer for a subset spread evenly, or compare the examples"};
    }
    const int64_t kept = std::min(x.columns, most);
    Matrix units(kept, x.rows);
    for (int64_t k = 0; k < kept; ++k)
        for (int64_t i = 0; i < x.rows; ++i) units(k, i) = x(i, k * x.columns / kept);
    return units;
}

MatrixReading heatMap(const Matrix& a, std::string label)
{
    MatrixReading reading;
    reading.rows = int(a.rows);
    reading.columns = int(a.columns);
    reading.values.assign(a.values.begin(), a.values.end());
    reading.rowLabel = reading.columnLabel = std::move(label);
    reading.diverging = std::any_of(a.values.begin(), a.values.end(), [](double value) { return value < 0; });
    return reading;
}

Reading readGram(const Observation& o)
{
    const Settings settings(gram, o);
    const Matrix x = compared(o, settings), g = numeric::gram(x);
    return heatMap(settings.choice("form") == "cosine" ? cosines(g) : g,
                   settings.choice("of") == "units" ? "unit" : "example");
}

Reading readSpectrum(const Observation& o)
{
    const Settings settings(spectrum, o);
    const Matrix x = compared(o, settings);
    std::vector<double> values = gramSpectrum(x);
    std::reverse(values.begin(), values.end());
    SeriesReading reading;
    reading.xLabel = "rank";
    reading.yLabel = "eigenvalue / mean";
    reading.logY = true;
    double mean = 0;
    for (const double value : values) mean += value / double(values.size());
    if (!(mean > 0)) throw Error{"wire " + o.at, "is zero for every example", "look at an earlier wire"};
    SeriesReading::Line line{o.at, {}, {}};
    for (size_t i = 0; i < values.size(); ++i) {
        line.x.push_back(double(i + 1));
        line.y.push_back(values[i] > 1e-15 * values.front() ? values[i] / mean : NAN);
    }
    reading.lines.push_back(std::move(line));
    return reading;
}

/// X, its Gram matrix and its spectrum, each computed when a measure first asks for it.
class Geometry
{
public:
    explicit Geometry(Matrix x)
        : x(std::move(x))
    {
    }
    const Matrix x;
    const Matrix& gram()
    {
        if (m_gram.values.empty()) m_gram = numeric::gram(x);
        return m_gram;
    }
    const std::vector<double>& spectrum()
    {
        if (m_spectrum.empty())
            m_spectrum = x.rows <= x.columns ? numeric::eigenvalues(gram()) : gramSpectrum(x);
        return m_spectrum;
    }

private:
    Matrix m_gram;
    std::vector<double> m_spectrum;
};

using Measure = double (*)(Geometry&);
struct NamedMeasure {
    const char* name;
    Measure measure;
};

constexpr NamedMeasure measures[] = {
    {"cosine_mean", [](Geometry& g) { return meanBeside(cosines(g.gram())); }},
    {"isometry", [](Geometry& g) { return isometry(g.spectrum()); }},
    // A singular Gram matrix parts the line: it has no finite gap.
    {"isometry_gap",
     [](Geometry& g) { return singular(g.spectrum()) ? double(NAN) : isometryGap(g.spectrum()); }},
    {"orthogonality_gap", [](Geometry& g) { return orthogonalityGap(g.gram()); }},
    {"rank_collapse", [](Geometry& g) { return rankCollapse(g.x); }},
    {"effective_rank",
     [](Geometry& g) {
         std::vector<double> s;
         for (const double value : g.spectrum()) s.push_back(std::sqrt(std::max(0.0, value)));
         return effectiveRank(s);
     }},
    {"participation_ratio", [](Geometry& g) { return participationRatio(g.spectrum()); }},
};

std::vector<std::string> measureNames()
{
    std::vector<std::string> names{"all"};
    for (const NamedMeasure& one : measures) names.emplace_back(one.name);
    return names;
}

Reading readDepth(const Observation& o)
{
    const Settings settings(gramDepth, o);
    const Representations all = representationsOf(o, settings.whole("examples"));
    SeriesReading reading;
    reading.xLabel = "depth";
    reading.xNames = all.wires;
    const std::string& wanted = settings.choice("measure");
    for (const NamedMeasure& one : measures)
        if (wanted == "all" || wanted == one.name) reading.lines.push_back({one.name, {}, {}});
    for (size_t depth = 0; depth < all.x.size(); ++depth) {
        Geometry geometry(settings.on("centred") ? numeric::withoutColumnMeans(all.x[depth]) : all.x[depth]);
        for (SeriesReading::Line& line : reading.lines) {
            const auto* one = std::find_if(std::begin(measures), std::end(measures),
                                           [&](const NamedMeasure& m) { return line.name == m.name; });
            line.x.push_back(double(depth));
            line.y.push_back(one->measure(geometry));
        }
    }
    for (SeriesReading::Line& line : reading.lines) {
        if (!std::all_of(line.y.begin(), line.y.end(), [](double y) { return std::isnan(y); })) continue;
        if (wanted != "all")
            throw Error{"Gram matrix",
                        "is singular at every wire: its determinant is zero and " + wanted + " has no value",
                        "take fewer examples than the narrowest wire has units, or the effective rank"};
        line.name += " (singular)";
    }
    if (wanted != "all") reading.yLabel = wanted;
    return reading;
}

std::vector<ParameterDeclaration> settingsOfOne(std::vector<ParameterDeclaration> own)
{
    own.push_back(wholeSetting("examples", 64, 2, 4096, "size of the observation batch"));
    own.push_back(choiceSetting("of", {"examples", "units"}, "what is compared with each other"));
    own.push_back(switchSetting("centred", false, "take the mean over examples away first"));
    own.push_back(wholeSetting("units", 1 << 20, 2, 1 << 20,
                               "of more units than that, so many are taken, spread evenly"));
    return own;
}

} // namespace

const Instrument gram = {
    "gram",
    "Gram matrix",
    "Inner products of what a wire carries for each two examples (or units), or their cosines.",
    Instrument::Needs::Wire,
    readGram,
    isWire,
    "G = X X'",
    settingsOfOne({choiceSetting("form", {"cosine", "inner"}, "cosines, or inner products")}),
    Instrument::Cost::Light,
    Instrument::Sees::Wire};

const Instrument spectrum = {"spectrum",
                             "Spectrum",
                             "Eigenvalues of a wire's Gram matrix over their mean, the largest first.",
                             Instrument::Needs::Wire,
                             readSpectrum,
                             isWire,
                             "eigenvalues of X X'",
                             settingsOfOne({}),
                             Instrument::Cost::Light,
                             Instrument::Sees::Wire};

const Instrument gramDepth = {
    "gram_depth",
    "Geometry by depth",
    "Mean cosine, isometry, orthogonality gap, rank collapse, effective rank and participation ratio of the "
    "Gram matrix, wire after wire.",
    Instrument::Needs::Wires,
    readDepth,
    hasWires,
    "Joudaki, Daneshmand, Bach 2023; Dong et al. 2021; Roy, Vetterli 2007",
    {choiceSetting("measure", measureNames(), "which measure to draw"),
     wholeSetting("examples", 32, 2, 4096, "size of the observation batch"),
     switchSetting("centred", false, "take the mean over examples away first")}};

} // namespace core::instruments
