// A host array: a Type and its elements, as files, data sets, parameters and readings hold them.
#pragma once

#include "core/program/type.h"

#include <variant>
#include <vector>

namespace core
{

/// A value type. Real elements are float here (double only inside the reference backend).
struct Array {
    Type type;
    std::variant<std::vector<float>, std::vector<int32_t>> data;

    static Array real(std::vector<Axis> axes, std::vector<float> values);
    static Array integer(std::vector<Axis> axes, std::vector<int32_t> values);

    std::vector<float>& reals() { return std::get<std::vector<float>>(data); }
    const std::vector<float>& reals() const { return std::get<std::vector<float>>(data); }
    std::vector<int32_t>& integers() { return std::get<std::vector<int32_t>>(data); }
    const std::vector<int32_t>& integers() const { return std::get<std::vector<int32_t>>(data); }
    int64_t count() const { return type.count(); }

    friend bool operator==(const Array&, const Array&) = default;
};

} // namespace core
