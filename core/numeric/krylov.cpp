#include "core/numeric/krylov.h"

#include "core/language/random.h"
#include "core/numeric/linear.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace core::numeric
{

namespace
{

void scale(std::vector<double>& x, double factor)
{
    for (double& value : x) value *= factor;
}

void subtract(std::vector<double>& x, std::span<const double> direction, double amount)
{
    for (size_t i = 0; i < x.size(); ++i) x[i] -= amount * direction[i];
}

} // namespace

PowerResult powerIteration(const Operator& apply, std::vector<double> start, int mostIterations,
                           double tolerance, double shift)
{
    PowerResult result;
    result.vector = std::move(start);
    scale(result.vector, 1 / norm(result.vector));
    for (; result.iterations < mostIterations && !result.converged; ++result.iterations) {
        std::vector<double> next = apply(result.vector);
        subtract(next, result.vector, -shift);
        const double before = result.value, length = norm(next);
        result.value = dot(next, result.vector) - shift;
        if (length == 0) {
            result.converged = true;
            break;
        }
        scale(next, 1 / length);
        result.vector = std::move(next);
        result.converged = result.iterations > 0 &&
                           std::abs(result.value - before) <= tolerance * std::abs(result.value + shift);
    }
    return result;
}

Extremes extremeEigenvalues(const Operator& apply, const std::vector<double>& start, int mostIterations,
                            double tolerance)
{
    const PowerResult top = powerIteration(apply, start, mostIterations, tolerance);
    if (top.value >= 0) return {top.value, top.value, top.iterations, top.converged};
    const PowerResult above = powerIteration(apply, start, mostIterations, tolerance, -top.value);
    return {top.value, above.value, top.iterations + above.iterations, top.converged && above.converged};
}

Lanczos lanczos(const Operator& apply, std::vector<double> start, int steps)
{
    std::vector<std::vector<double>> basis;
    std::vector<double> diagonal, beside;
    scale(start, 1 / norm(start));
    std::vector<double> next = std::move(start);
    const int most = int(std::min<size_t>(size_t(steps), next.size()));
    double largest = 0;
    while (int(basis.size()) < most) {
        basis.push_back(std::move(next));
        next = apply(basis.back());
        diagonal.push_back(dot(next, basis.back()));
        for (int pass = 0; pass < 2; ++pass)
            for (const std::vector<double>& known : basis) subtract(next, known, dot(next, known));
        const double length = norm(next);
        largest = std::max({largest, length, std::abs(diagonal.back())});
        if (length <= 1e-10 * largest || int(basis.size()) == most) break;
        beside.push_back(length);
        scale(next, 1 / length);
    }
    const Eigen parts = eigenTridiagonal(diagonal, beside);
    Lanczos result{parts.values, {}, int(basis.size())};
    for (int64_t i = 0; i < result.steps; ++i)
        result.weights.push_back(parts.vectors(0, i) * parts.vectors(0, i));
    return result;
}

std::vector<double> normalVector(int64_t n, uint64_t seed)
{
    std::vector<double> values(size_t(n), 0);
    for (size_t i = 0; i < values.size(); i += 2) {
        const auto bits = language::philox({uint32_t(seed), uint32_t(seed >> 32)},
                                           {uint32_t(i), uint32_t(uint64_t(i) >> 32), 0, 0x6b72796c});
        const double radius = std::sqrt(-2 * std::log((bits[0] + 0.5) * 0x1p-32)),
                     angle = 2 * std::numbers::pi * (bits[1] + 0.5) * 0x1p-32;
        values[i] = radius * std::cos(angle);
        if (i + 1 < values.size()) values[i + 1] = radius * std::sin(angle);
    }
    return values;
}

} // namespace core::numeric
