// Sums and extrema of strips, in an order that depends on their length alone.
#pragma once

#include "core/backend/cpu/vector.h"

#include <limits>
#include <string_view>

namespace core::cpu
{

struct Sum {
    static constexpr float start = 0;
    template<class T> static T join(T a, T b) { return a + b; }
};
struct Product {
    static constexpr float start = 1;
    template<class T> static T join(T a, T b) { return a * b; }
};
/// NaN wins, as in the definition.
struct Max {
    static constexpr float start = -std::numeric_limits<float>::infinity();
    template<class T> static T join(T a, T b) { return (b > a) | (b != b) ? b : a; }
};
struct Min {
    static constexpr float start = std::numeric_limits<float>::infinity();
    template<class T> static T join(T a, T b) { return (b < a) | (b != b) ? b : a; }
};

/// Halves upon halves, so a handful of operations instead of one a lane.
template<class Kind> float joinLanes(Vector v)
{
#if defined(__AVX512F__)
    v = Kind::join(v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    v = Kind::join(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
    v = Kind::join(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
    v = Kind::join(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
#elif defined(__AVX2__)
    v = Kind::join(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3));
    v = Kind::join(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5));
    v = Kind::join(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6));
#else
    v = Kind::join(v, __builtin_shufflevector(v, v, 2, 3, 0, 1));
    v = Kind::join(v, __builtin_shufflevector(v, v, 1, 0, 3, 2));
#endif
    return v[0];
}

/// All of x[0..n).
template<class Kind> float reduceStrip(const float* x, int64_t n)
{
    if (n < lanes) {
        float result = n > 0 ? x[0] : Kind::start;
        for (int64_t i = 1; i < n; ++i) result = Kind::join(result, x[i]);
        return result;
    }
    Vector sum[4] = {splat(Kind::start), splat(Kind::start), splat(Kind::start), splat(Kind::start)};
    int64_t i = 0;
    for (; i + 4 * lanes <= n; i += 4 * lanes)
        for (int j = 0; j < 4; ++j) sum[j] = Kind::join(sum[j], load(x + i + j * lanes));
    for (; i + lanes <= n; i += lanes) sum[0] = Kind::join(sum[0], load(x + i));
    if (i < n) {
        Vector rest = splat(Kind::start);
        std::memcpy(&rest, x + i, size_t(n - i) * 4);
        sum[1] = Kind::join(sum[1], rest);
    }
    return joinLanes<Kind>(Kind::join(Kind::join(sum[0], sum[2]), Kind::join(sum[1], sum[3])));
}

/// to[r] = all of row r; rows are `length` long and lie one behind the other.
template<class Kind> void reduceRows(float* to, const float* x, int64_t rows, int64_t length)
{
    for (int64_t r = 0; r < rows; ++r) to[r] = reduceStrip<Kind>(x + r * length, length);
}

/// to[e] joins column e of all rows. `to` has room for lanes more.
template<class Kind> void reduceColumns(float* to, const float* x, int64_t rows, int64_t length)
{
    if (length < lanes && lanes % length == 0) {
        // Several rows fill a vector; lanes of the same column are joined at the end.
        Vector sum[2] = {splat(Kind::start), splat(Kind::start)};
        const int64_t n = rows * length;
        int64_t i = 0;
        for (; i + 2 * lanes <= n; i += 2 * lanes)
            for (int j = 0; j < 2; ++j) sum[j] = Kind::join(sum[j], load(x + i + j * lanes));
        for (int j = 0; i < n; i += lanes, ++j) {
            Vector rest = splat(Kind::start);
            std::memcpy(&rest, x + i, size_t(n - i < lanes ? n - i : lanes) * 4);
            sum[j] = Kind::join(sum[j], rest);
        }
        float part[lanes];
        store(part, Kind::join(sum[0], sum[1]));
        for (int64_t k = length; k < lanes; k += length)
            for (int64_t e = 0; e < length; ++e) part[e] = Kind::join(part[e], part[k + e]);
        for (int64_t e = 0; e < length; ++e) to[e] = Kind::join(to[e], part[e]);
        return;
    }
    for (int64_t e = 0; e < length; e += lanes) {
        const int64_t width = length - e;
        Vector sum = splat(Kind::start), other = splat(Kind::start);
        int64_t r = 0;
        if (width >= lanes) {
            for (; r + 2 <= rows; r += 2) {
                sum = Kind::join(sum, load(x + r * length + e));
                other = Kind::join(other, load(x + (r + 1) * length + e));
            }
            for (; r < rows; ++r) sum = Kind::join(sum, load(x + r * length + e));
            store(to + e, Kind::join(load(to + e), Kind::join(sum, other)));
        } else {
            for (; r + 2 <= rows; r += 2) {
                sum = Kind::join(sum, loadPart(x + r * length + e, int(width)));
                other = Kind::join(other, loadPart(x + (r + 1) * length + e, int(width)));
            }
            for (; r < rows; ++r) sum = Kind::join(sum, loadPart(x + r * length + e, int(width)));
            storePart(to + e, Kind::join(loadPart(to + e, int(width)), Kind::join(sum, other)), int(width));
        }
    }
}

/// The row of functions of one kind of reduction.
struct Reduction {
    std::string_view name;
    float start;
    float (*strip)(const float*, int64_t);
    void (*rows)(float*, const float*, int64_t, int64_t);
    void (*columns)(float*, const float*, int64_t, int64_t);
};
const Reduction& findReduction(std::string_view name); ///< asserts that there is one

} // namespace core::cpu
