// Shapes of data that the tests of core/diagram elaborate against.
#pragma once

#include "core/data/dataset.h"
#include "core/diagram/document.h"
#include "core/diagram/elaborate.h"

#include <algorithm>

namespace core::test
{

inline DataSignature images(int64_t side = 8, int64_t batch = 32)
{
    return {{Element::Real, {{"batch", batch}, {"row", side}, {"column", side}, {"colour", 1}}},
            {Element::Integer, {{"batch", batch}}},
            10,
            0};
}

inline DataSignature points(int64_t batch = 16)
{
    return {{Element::Real, {{"batch", batch}, {"feature", 2}}}, {Element::Real, {{"batch", batch}}}, 0, 0};
}

inline DataSignature tokens(int64_t batch = 4, int64_t length = 64, int64_t vocabulary = 65)
{
    const Type type{Element::Integer, {{"batch", batch}, {"token", length}}};
    return {type, type, vocabulary, vocabulary};
}

inline Setting text(const std::string& value) { return {Setting::Kind::Text, 0, value, false}; }
inline Setting number(double value) { return {Setting::Kind::Number, value, "", false}; }
inline Setting flag(bool value) { return {Setting::Kind::Switch, 0, "", value}; }

/// "data.x linear.x": blocks and wires in few words.
inline Wire wire(const std::string& from, const std::string& to)
{
    const auto end = [](const std::string& port) {
        const size_t dot = port.find('.');
        return PortRef{port.substr(0, dot), port.substr(dot + 1)};
    };
    return {end(from), end(to)};
}

inline std::string textOf(const Errors& errors)
{
    std::string all;
    for (const Error& error : errors) all += error.text() + "\n";
    return all;
}

/// What a preset's data look like, of the larger sets without reading them.
inline DataSignature signatureOf(const Document& document)
{
    if (document.data.name == "mnist") return images(28);
    if (document.data.name == "shakespeare") return tokens();
    return loadDataset(document.data).signature(std::max<int64_t>(document.train.batch, 1));
}

} // namespace core::test
