#include "core/instruments/landscape.h"

#include "core/language/random.h"
#include "core/numeric/krylov.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

std::vector<double> filterNormalised(const Flat& flat, std::span<const double> weights, uint64_t seed)
{
    std::vector<double> direction = numeric::normalVector(flat.size(), seed);
    for (const Flat::Part& part : flat.parts()) {
        const std::vector<int64_t> strides = part.type.strides();
        int64_t filters = 1;
        for (const Axis& axis : part.type.axes)
            if (std::find(part.inputs.begin(), part.inputs.end(), axis.name) == part.inputs.end())
                filters *= axis.size;
        const bool oneAxis = part.type.axes.size() < 2;
        std::vector<double> own(size_t(filters), 0), drawn(size_t(filters), 0);
        const auto filterOf = [&](int64_t element) {
            int64_t filter = 0;
            for (size_t i = 0; i < strides.size(); ++i) {
                const Axis& axis = part.type.axes[i];
                if (std::find(part.inputs.begin(), part.inputs.end(), axis.name) == part.inputs.end())
                    filter = filter * axis.size + element / strides[i] % axis.size;
            }
            return size_t(filter);
        };
        for (int64_t i = 0; i < part.type.count(); ++i) {
            const size_t at = size_t(part.begin + i), filter = filterOf(i);
            own[filter] += weights[at] * weights[at];
            drawn[filter] += direction[at] * direction[at];
        }
        for (int64_t i = 0; i < part.type.count(); ++i) {
            const size_t filter = filterOf(i);
            direction[size_t(part.begin + i)] *=
                oneAxis ? 0 : std::sqrt(own[filter]) / (std::sqrt(drawn[filter]) + 1e-10);
        }
    }
    return direction;
}

std::vector<double> evenly(double low, double high, int64_t count)
{
    std::vector<double> ts;
    for (int64_t i = 0; i < count; ++i) ts.push_back(low + (high - low) * double(i) / double(count - 1));
    return ts;
}

std::vector<double> lossAlong(const LossAt& loss, std::span<const double> from,
                              std::span<const double> direction, std::span<const double> ts)
{
    std::vector<double> losses, at(from.size());
    for (const double t : ts) {
        for (size_t i = 0; i < at.size(); ++i) at[i] = from[i] + t * direction[i];
        losses.push_back(loss(at));
    }
    return losses;
}

std::vector<double> lossBetween(const LossAt& loss, std::span<const double> a, std::span<const double> b,
                                std::span<const double> ts)
{
    std::vector<double> losses, at(a.size());
    for (const double t : ts) {
        for (size_t i = 0; i < at.size(); ++i) at[i] = (1 - t) * a[i] + t * b[i];
        losses.push_back(loss(at));
    }
    return losses;
}

double barrier(std::span<const double> losses)
{
    double most = 0;
    for (size_t i = 0; i < losses.size(); ++i) {
        const double t = double(i) / double(losses.size() - 1);
        most = std::max(most, losses[i] - ((1 - t) * losses.front() + t * losses.back()));
    }
    return most;
}

std::vector<double> bezierPoint(std::span<const double> a, std::span<const double> bend,
                                std::span<const double> b, double t)
{
    std::vector<double> at(a.size());
    for (size_t i = 0; i < at.size(); ++i)
        at[i] = (1 - t) * (1 - t) * a[i] + 2 * t * (1 - t) * bend[i] + t * t * b[i];
    return at;
}

std::vector<double> findBend(const GradientAt& gradient, std::span<const double> a, std::span<const double> b,
                             int steps, double rate, uint64_t seed)
{
    // Adam: gradients at a random t differ in size by where the curve crosses a ridge.
    std::vector<double> bend(a.size()), first(a.size()), second(a.size());
    for (size_t i = 0; i < bend.size(); ++i) bend[i] = (a[i] + b[i]) / 2;
    for (int step = 1; step <= steps; ++step) {
        const auto bits =
            language::philox({uint32_t(seed), uint32_t(seed >> 32)}, {uint32_t(step), 0, 0, 0x62656e64});
        const double t = (bits[0] + 0.5) * 0x1p-32;
        const std::vector<double> g = gradient(bezierPoint(a, bend, b, t));
        for (size_t i = 0; i < bend.size(); ++i) {
            const double own = 2 * t * (1 - t) * g[i];
            first[i] = 0.9 * first[i] + 0.1 * own;
            second[i] = 0.999 * second[i] + 0.001 * own * own;
            const double mean = first[i] / (1 - std::pow(0.9, step)),
                         square = second[i] / (1 - std::pow(0.999, step));
            bend[i] -= rate * mean / (std::sqrt(square) + 1e-8);
        }
    }
    return bend;
}

} // namespace core::instruments
