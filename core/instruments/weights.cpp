#include "core/instruments/common.h"
#include "core/instruments/list.h"

namespace core::instruments
{

namespace
{

constexpr int64_t mostTiles = 100;

/// A flattened image gets its rows and columns back: the axis whose size is that of the data's pictures.
Array unflattened(Array weight, const Type& x)
{
    if (imageAxes(weight.type) || !imageAxes(x)) return weight;
    const int64_t pixels = x.count();
    for (size_t i = 0; i < weight.type.axes.size(); ++i) {
        if (weight.type.axes[i].size != pixels) continue;
        weight.type.axes.erase(weight.type.axes.begin() + ptrdiff_t(i));
        weight.type.axes.insert(weight.type.axes.begin() + ptrdiff_t(i), x.axes.begin() + 1, x.axes.end());
        return weight;
    }
    return weight;
}

Reading read(const Observation& o)
{
    const Array weight = unflattened(parameterNamed(o, o.at), o.network.data().signature(1).x);
    if (weight.type.axes.empty()) return ScalarReading{weight.reals().front(), ""};
    if (const ImageAxes image = imageAxes(weight.type)) return tilesOf(weight, image, mostTiles);
    return matrixOf(weight);
}

bool applies(const Dataset&, const Elaboration& elaboration, const std::string& name)
{
    return hasParameter(elaboration, name);
}

} // namespace

const Instrument weights = {"weights",
                            "Weights",
                            "A parameter as pictures: one tile a unit where it reads pixels, one a kernel "
                            "for convolutions, else a heat map.",
                            Instrument::Needs::Parameter,
                            read,
                            applies};

} // namespace core::instruments
