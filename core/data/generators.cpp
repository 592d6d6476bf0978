// The tasks of TensorFlow Playground as its source defines them (github.com/tensorflow/playground at 02469bd,
// src/dataset.ts; Apache-2.0), and scikit-learn's moons (1.2.1, make_moons). Without noise all points lie in
// [-6, 6] x [-6, 6] but for the tails of the Gaussians; noise is Playground's slider, 0 .. 50, divided by
// 100. In xor, circles and the regressions it moves the point at which the label is taken, not the point.
#include "core/data/readers.h"
#include "core/data/shuffle.h"

#include <algorithm>
#include <cassert>

namespace core::data
{

namespace
{

struct Sample {
    double x, y, label;
};
using Samples = std::vector<Sample>;
using Generator = Samples (*)(int64_t count, double noise, Random&);

Samples xorTask(int64_t count, double noise, Random& random)
{
    Samples samples;
    for (int64_t i = 0; i < count; ++i) {
        double x = random.uniform(-5, 5), y = random.uniform(-5, 5);
        x += x > 0 ? 0.3 : -0.3;
        y += y > 0 ? 0.3 : -0.3;
        const double nx = random.uniform(-5, 5) * noise, ny = random.uniform(-5, 5) * noise;
        samples.push_back({x, y, (x + nx) * (y + ny) >= 0 ? 1. : -1.});
    }
    return samples;
}

Samples circles(int64_t count, double noise, Random& random)
{
    const double radius = 5;
    Samples samples;
    for (int64_t i = 0; i < count; ++i) {
        const double r =
            i < (count + 1) / 2 ? random.uniform(0, radius * 0.5) : random.uniform(radius * 0.7, radius);
        const double angle = random.uniform(0, 2 * std::numbers::pi);
        const double x = r * std::sin(angle), y = r * std::cos(angle);
        const double nx = random.uniform(-radius, radius) * noise,
                     ny = random.uniform(-radius, radius) * noise;
        samples.push_back({x, y, std::hypot(x + nx, y + ny) < radius * 0.5 ? 1. : -1.});
    }
    return samples;
}

Samples spiral(int64_t count, double noise, Random& random)
{
    Samples samples;
    const int64_t half[2] = {(count + 1) / 2, count / 2};
    for (int arm = 0; arm < 2; ++arm)
        for (int64_t i = 0; i < half[arm]; ++i) {
            const double along = double(i) / double(half[arm]), r = along * 5;
            const double t = 1.75 * along * 2 * std::numbers::pi + arm * std::numbers::pi;
            const double x = r * std::sin(t) + random.uniform(-1, 1) * noise;
            const double y = r * std::cos(t) + random.uniform(-1, 1) * noise;
            samples.push_back({x, y, arm == 0 ? 1. : -1.});
        }
    return samples;
}

Samples gaussian(int64_t count, double noise, Random& random)
{
    const double deviation = std::sqrt(0.5 + noise / 0.5 * 3.5); // variance 0.5 .. 4
    Samples samples;
    for (int64_t i = 0; i < count; ++i) {
        const double label = i < (count + 1) / 2 ? 1 : -1;
        const double x = random.normal() * deviation + 2 * label, y = random.normal() * deviation + 2 * label;
        samples.push_back({x, y, label});
    }
    return samples;
}

/// make_moons, the outer moon being the first and negative class; moved to the origin, three times as large.
Samples moons(int64_t count, double noise, Random& random)
{
    Samples samples;
    const int64_t half[2] = {count / 2, (count + 1) / 2};
    for (int moon = 0; moon < 2; ++moon)
        for (int64_t i = 0; i < half[moon]; ++i) {
            const double angle = half[moon] > 1 ? std::numbers::pi * double(i) / double(half[moon] - 1) : 0;
            const double x = moon == 0 ? std::cos(angle) : 1 - std::cos(angle);
            const double y = moon == 0 ? std::sin(angle) : 0.5 - std::sin(angle);
            const double nx = random.normal() * noise, ny = random.normal() * noise;
            samples.push_back({3 * (x - 0.5 + nx), 3 * (y - 0.25 + ny), moon == 0 ? -1. : 1.});
        }
    return samples;
}

Samples plane(int64_t count, double noise, Random& random)
{
    Samples samples;
    for (int64_t i = 0; i < count; ++i) {
        const double x = random.uniform(-6, 6), y = random.uniform(-6, 6);
        const double nx = random.uniform(-6, 6) * noise, ny = random.uniform(-6, 6) * noise;
        samples.push_back({x, y, (x + nx + y + ny) / 10});
    }
    return samples;
}

Samples gaussRegression(int64_t count, double noise, Random& random)
{
    static constexpr Sample hills[] = {{-4, 2.5, 1},   {0, 2.5, -1}, {4, 2.5, 1},
                                       {-4, -2.5, -1}, {0, -2.5, 1}, {4, -2.5, -1}};
    const auto height = [](double x, double y) {
        double label = 0;
        for (const Sample& hill : hills) {
            const double here = hill.label * std::max(0., 1 - std::hypot(x - hill.x, y - hill.y) / 2);
            if (std::abs(here) > std::abs(label)) label = here;
        }
        return label;
    };
    Samples samples;
    for (int64_t i = 0; i < count; ++i) {
        const double x = random.uniform(-6, 6), y = random.uniform(-6, 6);
        const double nx = random.uniform(-6, 6) * noise, ny = random.uniform(-6, 6) * noise;
        samples.push_back({x, y, height(x + nx, y + ny)});
    }
    return samples;
}

struct Row {
    const char* name;
    Generator generator;
    bool twoClasses;
};
constexpr Row rows[] = {{"xor", xorTask, true},
                        {"circles", circles, true},
                        {"moons", moons, true},
                        {"spiral", spiral, true},
                        {"gaussian", gaussian, true},
                        {"plane", plane, false},
                        {"gauss-regression", gaussRegression, false}};

} // namespace

Examples generate(const std::string& kind, int64_t count, double noise, bool classes, uint64_t seed)
{
    const Row* row =
        std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.name == kind; });
    assert(row != std::end(rows));
    Random random{seed ^ 0x5eed};
    const Samples samples = row->generator(count, noise, random);
    Examples result;
    Dataset& set = result.set;
    set.featureNames = {"x", "y"};
    std::vector<float> x, targets;
    std::vector<int32_t> labels;
    for (const Sample& sample : samples) {
        x.insert(x.end(), {float(sample.x), float(sample.y)});
        targets.push_back(float(sample.label));
        labels.push_back(sample.label > 0);
    }
    set.x = Array::real({{"example", count}, {"feature", 2}}, std::move(x));
    if (row->twoClasses) set.classNames = {"-1", "+1"};
    const bool signs = !row->twoClasses || !classes;
    set.task = signs ? Task::Regression : Task::Classification;
    set.y = signs ? Array::real({{"example", count}}, std::move(targets))
                  : Array::integer({{"example", count}}, std::move(labels));
    return result;
}

} // namespace core::data
