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

double figureOf(const Matrix& kernel, const std::string& measure)
{
    if (measure == "cosine_mean") return meanBeside(cosines(kernel));
    return numeric::trace(kernel) / double(kernel.rows);
}

Reading read(const Observation& o)
{
    const Settings settings(kernelLimit, o);
    const Representations all = representationsOf(o, settings.whole("examples"));
    const Elaboration& made = o.network.elaboration(int64_t(all.examples.size()));
    const std::string& measure = settings.choice("measure");
    Observation data = o;
    data.at = dataWire(made);
    if (data.at.empty())
        throw Error{"kernel limit", "the diagram does not read the data", "add a data block"};
    const Matrix inputs = kernelOf(representationOf(data, all.examples));
    SeriesReading reading;
    reading.xLabel = "depth";
    reading.yLabel = measure;
    reading.xNames = all.wires;
    reading.lines = {{"measured", {}, {}}, {"infinite width", {}, {}}};
    // Wires lie on one chain: what was computed for the one before is gone on with.
    std::vector<WideLayer> layers;
    std::vector<LimitKernels> kernels{{inputs, Matrix(inputs.rows, inputs.rows)}};
    bool known = false;
    std::string why;
    for (size_t depth = 0; depth < all.x.size(); ++depth) {
        double limit = NAN;
        try {
            const std::vector<WideLayer> wanted = wideLayersTo(made, all.wires[depth]);
            size_t shared = 0;
            while (shared < std::min(layers.size(), wanted.size()) && layers[shared] == wanted[shared])
                ++shared;
            kernels.resize(shared + 1);
            for (size_t i = shared; i < wanted.size(); ++i)
                kernels.push_back(throughLayer(kernels.back(), wanted[i], Kernels::NngpOnly));
            layers = wanted;
            limit = figureOf(kernels.back().nngp, measure);
            known = true;
        } catch (const Error& error) {
            why = error.text();
        }
        for (SeriesReading::Line& line : reading.lines) line.x.push_back(double(depth));
        reading.lines[0].y.push_back(figureOf(kernelOf(all.x[depth]), measure));
        reading.lines[1].y.push_back(limit);
    }
    if (!known) throw Error{"kernel limit", why, "choose wires of a plain chain"};
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

const Instrument kernelLimit = {
    "kernel_limit",
    "Infinite width",
    "Mean cosine or mean square by depth, measured, and what an infinitely wide network of the same formulas "
    "has before its first step.",
    Instrument::Needs::Wires,
    read,
    applies,
    "Lee et al. 2019, appendix E; Cho, Saul 2009; Williams 1996",
    {choiceSetting("measure", {"cosine_mean", "mean_square"}, "what is compared"),
     wholeSetting("examples", 12, 2, 256, "size of the observation batch")}};

} // namespace core::instruments
