#include "core/array.h"

#include <cassert>

namespace core
{

Array Array::real(std::vector<Axis> axes, std::vector<float> values)
{
    Array array{{Element::Real, std::move(axes)}, std::move(values)};
    assert(array.count() == int64_t(array.reals().size()));
    return array;
}

Array Array::integer(std::vector<Axis> axes, std::vector<int32_t> values)
{
    Array array{{Element::Integer, std::move(axes)}, std::move(values)};
    assert(array.count() == int64_t(array.integers().size()));
    return array;
}

} // namespace core
