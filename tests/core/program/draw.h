// Random numbers for tests: a small generator with a fixed definition, and tensors drawn from it.
#pragma once

#include "core/ops/op.h"

#include <cmath>

namespace draw
{

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Generator {
    uint64_t state = 0;

    uint64_t bits()
    {
        uint64_t z = (state += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }
    int64_t below(int64_t n) { return int64_t(bits() % uint64_t(n)); }
    double uniform(double low, double high) { return low + (high - low) * double(bits() >> 11) * 0x1p-53; }
};

/// Reals in low..high rounded to float (so that every backend gets the same), integers below `integers`.
inline core::Tensor tensor(Generator& generator, const core::Type& type, double low = -2, double high = 2,
                           int64_t integers = 4)
{
    core::Tensor tensor{type, std::vector<double>(size_t(type.count()))};
    for (double& value : tensor.data)
        value = type.element == core::Element::Real ? double(float(generator.uniform(low, high)))
                                                    : double(generator.below(std::max<int64_t>(1, integers)));
    return tensor;
}

/// The same named array in another memory order.
inline core::Tensor reordered(const core::Tensor& x, const core::Type& type)
{
    core::Tensor result{type, std::vector<double>(x.data.size())};
    std::vector<int64_t> index(type.axes.size(), 0);
    for (double& value : result.data) {
        int64_t at = 0;
        for (size_t d = 0; d < index.size(); ++d)
            at += index[d] * x.type.strides()[size_t(x.type.find(type.axes[d].name))];
        value = x.data[size_t(at)];
        for (size_t d = index.size(); d-- > 0;) {
            if (++index[d] < type.axes[d].size) break;
            index[d] = 0;
        }
    }
    return result;
}

} // namespace draw
