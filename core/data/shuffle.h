// Seeded randomness of data: splits, generators. The same on every machine; not the generator of training.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

namespace core::data
{

/// splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
struct Random {
    uint64_t state;

    uint64_t bits()
    {
        uint64_t z = (state += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    /// In [0, n). The bias of the multiplication is below n / 2^64.
    uint64_t below(uint64_t n) { return uint64_t((static_cast<unsigned __int128>(bits()) * n) >> 64); }
    double uniform(double low, double high) { return low + (high - low) * double(bits() >> 11) * 0x1p-53; }
    double normal() ///< Box and Muller, 1958
    {
        const double radius = std::sqrt(-2 * std::log(1 - uniform(0, 1)));
        return radius * std::cos(2 * std::numbers::pi * uniform(0, 1));
    }
};

/// Fisher-Yates.
template<class T> void shuffle(std::vector<T>& values, Random& random)
{
    for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.below(i)]);
}

} // namespace core::data
