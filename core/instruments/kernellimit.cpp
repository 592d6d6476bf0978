// What infinite width says of each wire, beside what is measured.
#include "core/instruments/gram.h"
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/instruments/widelayers.h"
#include "core/instruments/wires.h"
#include "core/numeric/linear.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

namespace
{

Matrix kernelOf(const Matrix& x)
{
    Matrix k = numeric::gram(x);
    for (double& value : k.values) value /= double(x.columns);
    return k;
}

using Measure = double (*)(const Matrix& kernel);
struct NamedMeasure {
    const char* name;
    Measure measure;
};

/// What the kernel alone says: of a measured batch and of an infinite network alike.
constexpr NamedMeasure measures[] = {
    {"cosine_mean", [](const Matrix& k) { return meanBeside(cosines(k)); }},
    {"mean_square", [](const Matrix& k) { return numeric::trace(k) / double(k.rows); }},
    {"isometry", [](const Matrix& k) { return isometry(numeric::eigenvalues(k)); }},
    {"isometry_gap",
     [](const Matrix& k) {
         const std::vector<double> spectrum = numeric::eigenvalues(k);
         return singular(spectrum) ? double(NAN) : isometryGap(spectrum);
     }},
    {"orthogonality_gap", [](const Matrix& k) { return orthogonalityGap(k); }},
    {"effective_rank",
     [](const Matrix& k) {
         std::vector<double> s;
         for (const double value : numeric::eigenvalues(k)) s.push_back(std::sqrt(std::max(0.0, value)));
         return effectiveRank(s);
     }},
    {"participation_ratio", [](const Matrix& k) { return participationRatio(numeric::eigenvalues(k)); }},
};

std::vector<std::string> measureNames()
{
    std::vector<std::string> names;
    for (const NamedMeasure& one : measures) names.emplace_back(one.name);
    return names;
}

double figureOf(const Matrix& kernel, const std::string& measure)
{
    return std::find_if(std::begin(measures), std::end(measures),
                        [&](const NamedMeasure& one) { return one.name == measure; })
        ->measure(kernel);
}

/// The figure of each wire; NaN where a way to it is no plain chain, and an Error if that is so of all.
Matrix limitFigures(const Observation& o, const Representations& all, const std::string& measure)
{
    const Elaboration& made = o.network.elaboration(int64_t(all.examples.size()));
    Observation data = o;
    data.at = dataWire(made);
    if (data.at.empty())
        throw Error{"kernel limit", "the diagram does not read the data", "add a data block"};
    const Matrix inputs = kernelOf(representationOf(data, all.examples));
    // Wires lie on one chain: what was computed for the one before is gone on with.
    std::vector<WideLayer> layers;
    std::vector<LimitKernels> kernels{{inputs, Matrix(inputs.rows, inputs.rows)}};
    Matrix figures(1, int64_t(all.wires.size()), NAN);
    bool known = false;
    std::string why;
    for (size_t depth = 0; depth < all.wires.size(); ++depth) {
        try {
            const std::vector<WideLayer> wanted = wideLayersTo(made, all.wires[depth]);
            size_t shared = 0;
            while (shared < std::min(layers.size(), wanted.size()) && layers[shared] == wanted[shared])
                ++shared;
            kernels.resize(shared + 1);
            for (size_t i = shared; i < wanted.size(); ++i)
                kernels.push_back(throughLayer(kernels.back(), wanted[i], Kernels::NngpOnly));
            layers = wanted;
            figures.values[depth] = figureOf(kernels.back().nngp, measure);
            known = true;
        } catch (const Error& error) {
            why = error.text();
        }
    }
    if (!known) throw Error{"kernel limit", why, "choose wires of a plain chain"};
    return figures;
}

Reading read(const Observation& o)
{
    const Settings settings(kernelLimit, o);
    const Representations all = representationsOf(o, settings.whole("examples"));
    const std::string& measure = settings.choice("measure");
    const std::string key = "limit of " + measure + ", " + o.at + ", " + std::to_string(o.example) + ", " +
                            std::to_string(all.examples.size());
    const Matrix& limit = o.network.once(key, [&] { return limitFigures(o, all, measure); });
    SeriesReading reading;
    reading.xLabel = "depth";
    reading.yLabel = measure;
    reading.xNames = all.wires;
    reading.lines = {{"measured", {}, {}}, {"infinite width", {}, limit.values, true}};
    for (size_t depth = 0; depth < all.x.size(); ++depth) {
        for (SeriesReading::Line& line : reading.lines) line.x.push_back(double(depth));
        reading.lines[0].y.push_back(figureOf(kernelOf(all.x[depth]), measure));
    }
    return reading;
}

bool applies(const Dataset& data, const Elaboration& made, const std::string& at)
{
    if (!hasWires(data, made, at) || !carriesReals(made, dataWire(made))) return false;
    for (const std::string& wire : wiresOf(made, at)) {
        try {
            wideLayersTo(made, wire);
            return true;
        } catch (const Error&) {
            continue;
        }
    }
    return false;
}

} // namespace

const Instrument kernelLimit = {"kernel_limit",
                                "Infinite width",
                                "Mean cosine, mean square, isometry or rank by depth, measured, and what an "
                                "infinitely wide network of the "
                                "same formulas has before its first step.",
                                Instrument::Needs::Wires,
                                read,
                                applies,
                                "Lee et al. 2019, appendix E; Cho, Saul 2009; Williams 1996",
                                {choiceSetting("measure", measureNames(), "what is compared"),
                                 wholeSetting("examples", 12, 2, 256, "size of the observation batch")}};

} // namespace core::instruments
