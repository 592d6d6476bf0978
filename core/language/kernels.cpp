#include "core/language/kernels.h"

#include "core/language/simd.h"

#include <cassert>
#include <iterator>

namespace core::language
{
namespace
{

using namespace simd;

template<bool constant> AXO_INLINE Floats read(const float* p, int i)
{
    if constexpr (constant)
        return splat(*p);
    else
        return load(p + i);
}

template<auto f, int mode> void unary(float* dst, const float* a, const float*, const float*, int n)
{
    for (int i = 0; i < n; i += lanes) store(dst + i, f(read<mode & 1>(a, i)));
}

template<auto f, int mode> void binary(float* dst, const float* a, const float* b, const float*, int n)
{
    for (int i = 0; i < n; i += lanes) store(dst + i, f(read<mode & 1>(a, i), read<(mode & 2) != 0>(b, i)));
}

template<auto f, int mode> void ternary(float* dst, const float* a, const float* b, const float* c, int n)
{
    for (int i = 0; i < n; i += lanes)
        store(dst + i, f(read<mode & 1>(a, i), read<(mode & 2) != 0>(b, i), read<(mode & 4) != 0>(c, i)));
}

template<auto f> constexpr KernelRow row1(std::string_view name)
{
    return {name, {unary<f, 0>, unary<f, 1>}};
}

template<auto f> constexpr KernelRow row2(std::string_view name)
{
    return {name, {binary<f, 0>, binary<f, 1>, binary<f, 2>, binary<f, 3>}};
}

template<auto f> constexpr KernelRow row3(std::string_view name)
{
    return {name,
            {ternary<f, 0>, ternary<f, 1>, ternary<f, 2>, ternary<f, 3>, ternary<f, 4>, ternary<f, 5>,
             ternary<f, 6>, ternary<f, 7>}};
}

// clang-format off
#define AXO_UNARY(expression) [](Floats a) __attribute__((always_inline)) -> Floats { return expression; }
#define AXO_BINARY(expression) [](Floats a, Floats b) __attribute__((always_inline)) -> Floats { return expression; }
#define AXO_TERNARY(expression) [](Floats a, Floats b, Floats c) __attribute__((always_inline)) -> Floats { return expression; }

constexpr KernelRow rows[] = {
    row2<AXO_BINARY(a + b)>("add"),
    row2<AXO_BINARY(a - b)>("subtract"),
    row2<AXO_BINARY(a * b)>("multiply"),
    row2<AXO_BINARY(a / b)>("divide"),
    row3<AXO_TERNARY(simd::fma(a, b, c))>("multiply_add"),
    row3<AXO_TERNARY(simd::fma(a, b, -c))>("multiply_subtract"),
    row3<AXO_TERNARY(simd::fma(-a, b, c))>("subtract_multiply"),
    row3<AXO_TERNARY(axo_max(a + b, c))>("add_max"),
    row3<AXO_TERNARY((a > b ? c : splat(0.0f)))>("gate"),
    row3<AXO_TERNARY((simd::abs(a) <= b ? a : c))>("within"),
    row1<AXO_UNARY(-a)>("negate"),
    row2<AXO_BINARY(axo_pow(a, b))>("power"),
    row2<AXO_BINARY(axo_min(a, b))>("min"),
    row2<AXO_BINARY(axo_max(a, b))>("max"),
    row1<AXO_UNARY(simd::abs(a))>("abs"),
    row1<AXO_UNARY(axo_sign(a))>("sign"),
    row1<AXO_UNARY(simd::floor(a))>("floor"),
    row1<AXO_UNARY(roundEven(a))>("round"),
    row1<AXO_UNARY(squareRoot(a))>("sqrt"),
    row1<AXO_UNARY(axo_exp(a))>("exp"),
    row1<AXO_UNARY(axo_expm1(a))>("expm1"),
    row1<AXO_UNARY(axo_log(a))>("log"),
    row1<AXO_UNARY(axo_log1p(a))>("log1p"),
    row1<AXO_UNARY(axo_tanh(a))>("tanh"),
    row1<AXO_UNARY(axo_sigmoid(a))>("sigmoid"),
    row1<AXO_UNARY(axo_softplus(a))>("softplus"),
    row1<AXO_UNARY(axo_erf(a))>("erf"),
    row1<AXO_UNARY(axo_sin(a))>("sin"),
    row1<AXO_UNARY(axo_cos(a))>("cos"),
    row2<AXO_BINARY(truth(a < b))>("less"),
    row2<AXO_BINARY(truth(a <= b))>("less_equal"),
    row2<AXO_BINARY(truth((a > b)))>("greater"),
    row2<AXO_BINARY(truth(a >= b))>("greater_equal"),
    row2<AXO_BINARY(truth(a == b))>("equal"),
    row2<AXO_BINARY(truth(a != b))>("not_equal"),
    row2<AXO_BINARY(a * b)>("and"),
    row2<AXO_BINARY(axo_max(a, b))>("or"),
    row1<AXO_UNARY(1.0f - a)>("not"),
    row3<AXO_TERNARY((a != 0.0f ? b : c))>("where"),
};
// clang-format on

} // namespace

const KernelRow& kernelsOf(std::string_view function)
{
    for (const KernelRow& row : rows)
        if (row.function == function) return row;
    assert(!"every primitive has kernels");
    return *std::end(rows);
}

} // namespace core::language
