// Which pixels belong to the figure: a task from pictures to pictures.
#include "core/data/readers.h"
#include "core/data/shuffle.h"

namespace core::data
{

/// The built-in digits under noise (of that deviation, white being 16); of each pixel it is asked whether it
/// belonged to the stroke, that is, was brighter than half.
Examples digitMasks(double noise, uint64_t seed)
{
    Examples result = digits();
    Dataset& set = result.set;
    Random random{seed ^ 0x5eed};
    std::vector<int32_t> stroke;
    for (float& pixel : set.x.reals()) {
        stroke.push_back(pixel > 8);
        pixel += float(16 * noise * random.normal());
    }
    std::vector<Axis> axes = set.x.type.axes;
    axes.pop_back();
    set.y = Array::integer(std::move(axes), std::move(stroke));
    set.classNames = {"paper", "stroke"};
    return result;
}

} // namespace core::data
