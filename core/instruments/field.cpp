// Effective receptive field: how much each place of the input moves a place of a wire.
#include "core/instruments/derivatives.h"
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/instruments/wires.h"

#include <cmath>

namespace core::instruments
{

namespace
{

/// 1 at the middle of rows and columns (everywhere along other axes), 0 elsewhere.
Array middleOf(const Type& type)
{
    const ImageAxes image = imageAxes(type);
    Array ones = Array::real(type.axes, std::vector<float>(size_t(type.count()), 1.0f));
    if (!image) return ones;
    const std::vector<int64_t> strides = type.strides();
    for (const std::string& name : {image.row, image.column}) {
        const size_t at = size_t(type.find(name));
        const int64_t size = type.axes[at].size;
        for (int64_t i = 0; i < type.count(); ++i)
            if (i / strides[at] % size != size / 2) ones.reals()[size_t(i)] = 0;
    }
    return ones;
}

Reading read(const Observation& o)
{
    const Settings settings(receptiveField, o);
    const auto examples = shownExamples(o.network.data(), o.example, settings.whole("examples"));
    const Elaboration& made = o.network.elaboration(int64_t(examples.size()));
    const Type type = made.program.type(wireNamed(made, o.at));
    if (type.element != Element::Real || !type.has("batch"))
        throw Error{"wire " + o.at, "is no real value of each example", "choose a wire behind the data"};
    const Array gradient = pullBackTo(o.network, o.now, o.at, dataWire(made), examples, middleOf(type));
    // |gradient|, summed over all but the places of the input, averaged over examples.
    Type places;
    for (const Axis& axis : gradient.type.axes)
        if (axis.name != "batch" && axis.name != "colour") places.axes.push_back(axis);
    std::vector<std::string> order;
    for (const Axis& axis : places.axes) order.push_back(axis.name);
    for (const Axis& axis : gradient.type.axes)
        if (!places.has(axis.name)) order.push_back(axis.name);
    const Array sorted = inOrder(gradient, order);
    const int64_t each = sorted.count() / places.count();
    Array field = Array::real(places.axes, std::vector<float>(size_t(places.count())));
    for (int64_t i = 0; i < sorted.count(); ++i)
        field.reals()[size_t(i / each)] += std::abs(sorted.reals()[size_t(i)]) / float(examples.size());
    return matrixOf(field);
}

bool applies(const Dataset& data, const Elaboration& made, const std::string& at)
{
    if (!carriesReals(made, dataWire(made)) || !isWire(data, made, at)) return false;
    return dependsOn(made.program, wireNamed(made, at), wireNamed(made, dataWire(made)));
}

} // namespace

const Instrument receptiveField = {
    "receptive_field",
    "Receptive field",
    "How much each place of the input moves the middle of a wire: mean magnitude of the gradient. A wire "
    "without rows and columns is taken as a whole.",
    Instrument::Needs::Wire,
    read,
    applies,
    "Luo et al. 2016, section 2",
    {wholeSetting("examples", 32, 1, 1024, "examples that are averaged over")}};

} // namespace core::instruments
