// Networks and data that several tests of instruments look at.
#pragma once

#include "core/instruments/instrument.h"
#include "core/instruments/network.h"
#include "core/trainers/run.h"
#include "tests/core/trainers/shared.h"

#include <numeric>
#include <random>

namespace cases
{

using namespace shared;
using namespace core::instruments;

inline Setting flag(bool on) { return {Setting::Kind::Switch, 0, {}, on}; }

inline Array normal(std::vector<Axis> axes, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> draw;
    std::vector<float> values(size_t(Type{Element::Real, axes}.count()));
    for (float& value : values) value = draw(random);
    return Array::real(std::move(axes), std::move(values));
}

/// All examples train and are shown.
inline std::shared_ptr<const Dataset> dataOf(Array x, Array y, std::vector<std::string> classes = {})
{
    auto data = std::make_shared<Dataset>();
    data->name = "made up";
    data->task = y.type.element == Element::Integer ? Task::Classification : Task::Regression;
    data->x = std::move(x);
    data->y = std::move(y);
    data->classNames = std::move(classes);
    data->train.resize(size_t(data->examples()));
    std::iota(data->train.begin(), data->train.end(), 0);
    return data;
}

/// A network at its first step, on a backend of its own.
struct Lab {
    std::unique_ptr<Backend> backend;
    Network network;
    Moment now;
    std::vector<int64_t> all; ///< examples

    Lab(const Document& document, std::shared_ptr<const Dataset> data, const char* name = "cpu")
        : backend(makeBackend(name))
        , network(document, std::make_shared<const BlockLibrary>(BlockLibrary::builtIn()), data, *backend)
        , now(network.initial())
        , all(data->train)
    {
    }
    explicit Lab(const Document& document, const char* name = "cpu")
        : Lab(document, std::make_shared<const Dataset>(loadDataset(document.data)), name)
    {
    }
};

inline Error errorOf(auto work)
{
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return {};
}

} // namespace cases
