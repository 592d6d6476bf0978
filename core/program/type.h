// The type of a value: an element type and a set of named axes, listed in memory order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace core
{

/// What one element is. Real is float on cpu and vulkan, double in the reference; Integer is int32
/// everywhere.
enum class Element : uint8_t { Real, Integer };

struct Axis {
    std::string name;
    int64_t size = 1;
    friend bool operator==(const Axis&, const Axis&) = default;
};

/// Axis names are unique within a type. The *set* is the meaning; the order is only how it lies in memory
/// (row-major: the last axis is contiguous). A scalar has no axes.
struct Type {
    Element element = Element::Real;
    std::vector<Axis> axes;

    int64_t count() const;                 ///< product of the sizes; 1 for a scalar
    int find(std::string_view axis) const; ///< position of the axis, or -1
    bool has(std::string_view axis) const { return find(axis) >= 0; }
    int64_t size(std::string_view axis) const; ///< 1 if absent (an absent axis is broadcast over)
    std::vector<int64_t> strides() const;      ///< in elements, row-major
    std::string text() const;                  ///< "real[batch=128, channel=784]"

    friend bool operator==(const Type&, const Type&) = default;
};

} // namespace core
