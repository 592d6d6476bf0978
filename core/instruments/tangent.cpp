#include "core/instruments/tangent.h"

#include "core/instruments/cka.h"
#include "core/instruments/classifier.h"
#include "core/instruments/derivatives.h"
#include "core/instruments/gram.h"
#include "core/instruments/learning.h"
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/instruments/widelayers.h"
#include "core/instruments/wires.h"
#include "core/numeric/linear.h"
#include "core/ops/op.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

double targetAlignment(const Matrix& kernel, const Matrix& targets)
{
    return alignment(centred(kernel), numeric::gram(targets));
}

double kernelDistance(const Matrix& k, const Matrix& l) { return 1 - alignment(k, l); }

namespace
{

/// The wire that the loss compares with the targets, where none is chosen.
std::string outputWire(const Elaboration& made)
{
    for (const Result& end : made.program.results) {
        if (end.name != "logits" && end.name != "prediction") continue;
        // The loss may read it in another way, as without an axis of size 1.
        for (ValueId at = end.value;; at = made.program.code[size_t(at)].inputs[0]) {
            for (const auto& [name, value] : made.wires)
                if (value == at) return name;
            if (made.program.code[size_t(at)].op->kind != Op::Kind::View) break;
        }
    }
    return {};
}

std::string wireFor(const Observation& o)
{
    const std::string wire = o.at.empty() ? outputWire(o.network.elaboration()) : o.at;
    if (wire.empty())
        throw Error{"tangent kernel", "no wire is what the loss compares", "choose a wire of the diagram"};
    return wire;
}

Matrix kernelAt(const Observation& o, const Moment& moment, const std::string& wire,
                std::span<const int64_t> examples)
{
    Matrix k = numeric::rowsAlong(tangentKernel(o.network, moment, wire, examples), "batch");
    expectFinite(k, "tangent kernel of " + wire);
    return k;
}

/// One-hot classes, or the real targets themselves.
Matrix targetsOfExamples(const Dataset& data, std::span<const int64_t> examples)
{
    const Array y = targetsOf(data, examples);
    if (y.type.element == Element::Real) return numeric::rowsAlong(y, "batch");
    const std::vector<int> labels = labelsOf(data, examples);
    Matrix targets(int64_t(labels.size()), std::max<int64_t>(data.classes(), 1));
    for (size_t i = 0; i < labels.size(); ++i) targets(int64_t(i), labels[i]) = 1;
    return targets;
}

std::vector<int64_t> chosen(const Observation& o, const Settings& settings)
{
    auto examples = trainingExamples(o.network.data(), settings.whole("examples"));
    expectExamples(int64_t(examples.size()), 2, "a tangent kernel");
    return examples;
}

Reading readKernel(const Observation& o)
{
    const Settings settings(tangent, o);
    const Matrix k = kernelAt(o, o.now, wireFor(o), chosen(o, settings));
    MatrixReading reading;
    reading.rows = reading.columns = int(k.rows);
    reading.values.assign(k.values.begin(), k.values.end());
    reading.rowLabel = reading.columnLabel = "example";
    reading.diverging = std::any_of(k.values.begin(), k.values.end(), [](double v) { return v < 0; });
    return reading;
}

SeriesReading::Line spectrumLine(const std::string& name, std::vector<double> l)
{
    std::reverse(l.begin(), l.end());
    SeriesReading::Line line{name, {}, {}};
    for (size_t i = 0; i < l.size(); ++i) {
        line.x.push_back(double(i + 1));
        line.y.push_back(l[i] > 1e-7 * l.front() ? l[i] : NAN); // what is below is rounding of the engine
    }
    return line;
}

/// The spectrum of an infinitely wide network of the same formulas; Error where the way to the wire is no
/// plain chain.
Matrix limitSpectrum(const Observation& o, const std::string& wire, std::span<const int64_t> examples)
{
    const Elaboration& made = o.network.elaboration(int64_t(examples.size()));
    const std::vector<WideLayer> layers = wideLayersTo(made, wire);
    Observation data = o;
    data.at = dataWire(made);
    Matrix k = numeric::gram(representationOf(data, examples));
    const double features = double(made.program.type(wireNamed(made, data.at)).count()) / double(k.rows);
    for (double& value : k.values) value /= features;
    const std::vector<double> l =
        numeric::eigenvalues(limitKernels(layers, k, Kernels::AsTrained).back().ntk);
    Matrix row(1, int64_t(l.size()));
    row.values = l;
    return row;
}

Reading readSpectrum(const Observation& o)
{
    const Settings settings(tangentSpectrum, o);
    const auto examples = chosen(o, settings);
    const std::string wire = wireFor(o);
    SeriesReading reading;
    reading.xLabel = "rank";
    reading.yLabel = "eigenvalue";
    reading.logY = true;
    const Matrix kernel = kernelAt(o, o.now, wire, examples);
    reading.lines.push_back(spectrumLine("tangent kernel", numeric::eigenvalues(kernel)));
    try {
        const Matrix& limit = o.network.once("spectrum of the tangent kernel's limit, " + wire + ", " +
                                                 std::to_string(kernel.rows),
                                             [&] { return limitSpectrum(o, wire, examples); });
        reading.lines.push_back(spectrumLine("infinite width", limit.values));
        reading.lines.back().theory = true;
    } catch (const Error&) { // no limit is known: the measured one stands alone
    }
    return reading;
}

Reading readTime(const Observation& o)
{
    const Settings settings(tangentTime, o);
    const auto examples = chosen(o, settings);
    const std::string wire = wireFor(o);
    const Matrix targets = targetsOfExamples(o.network.data(), examples);
    SeriesReading reading;
    reading.xLabel = "step";
    reading.lines = {{"alignment with the targets", {}, {}}, {"distance from the start", {}, {}}};
    Matrix first;
    for (const Moment& moment : momentsOf(o, size_t(settings.whole("moments")))) {
        const Matrix k = kernelAt(o, moment, wire, examples);
        if (first.values.empty()) first = k;
        for (SeriesReading::Line& line : reading.lines) line.x.push_back(double(moment.step));
        reading.lines[0].y.push_back(targetAlignment(k, targets));
        reading.lines[1].y.push_back(kernelDistance(k, first));
    }
    return reading;
}

bool applies(const Dataset& data, const Elaboration& made, const std::string& at)
{
    const std::string wire = at.empty() ? outputWire(made) : at;
    return data.train.size() >= 2 && carriesExamples(made, wire) && dependsOnParameters(made, wire);
}

bool appliesInTime(const Dataset& data, const Elaboration& made, const std::string& at)
{
    return applies(data, made, at) && (hasLabels(data) || data.signature(1).y.element == Element::Real);
}

std::vector<ParameterDeclaration> settingsWith(std::vector<ParameterDeclaration> own)
{
    own.push_back(wholeSetting("examples", 48, 2, 2048, "training examples that are compared"));
    return own;
}

} // namespace

const Instrument tangent = {
    "ntk",
    "Tangent kernel",
    "How much a step on one example moves the answer to another: the empirical neural tangent kernel, "
    "averaged over outputs.",
    Instrument::Needs::Wires,
    readKernel,
    applies,
    "J J' / outputs, Jacot et al. 2018",
    settingsWith({}),
    Instrument::Cost::Heavy};

const Instrument tangentSpectrum = {
    "ntk_spectrum",
    "Tangent spectrum",
    "Eigenvalues of the empirical tangent kernel: directions that are learned fast, and slowly; and those of "
    "an infinitely wide network of the same formulas before its first step.",
    Instrument::Needs::Wires,
    readSpectrum,
    applies,
    "Jacot et al. 2018, section 5; Sohl-Dickstein et al. 2020",
    settingsWith({}),
    Instrument::Cost::Heavy};

const Instrument tangentTime = {
    "ntk_time",
    "Tangent kernel in time",
    "How the tangent kernel aligns with the targets, and how far it has turned from where it began.",
    Instrument::Needs::Wires,
    readTime,
    appliesInTime,
    "alignment: Cristianini et al. 2001; distance: Fort et al. 2020",
    settingsWith({wholeSetting("moments", 12, 1, 200, "earlier moments that are looked at")}),
    Instrument::Cost::Heavy};

} // namespace core::instruments
