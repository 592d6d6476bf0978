// Inside of core: element types as standard files store them, turned into Real or Integer.
#pragma once

#include "core/array.h"
#include "core/error.h"

#include <bit>
#include <optional>
#include <span>
#include <string_view>

namespace core::files
{

enum class Stored : uint8_t { Bool, U8, I8, U16, I16, U32, I32, U64, I64, F16, BF16, F32, F64 };

size_t bytesOf(Stored);

/// Product of the sizes; nothing if one is negative or the product exceeds the limit.
std::optional<int64_t> boundedCount(std::span<const int64_t> sizes, int64_t limit);

/// Axes axis0, axis1, ... of these sizes.
std::vector<Axis> numberedAxes(std::span<const int64_t> sizes);

/// `bytes` holds exactly the elements of `axes`, row-major. Floats become Real, the others Integer; an
/// integer beyond int32 is an Error, a double beyond float becomes infinite.
Array decodeElements(std::string_view bytes, Stored, std::endian, std::vector<Axis> axes,
                     const std::string& source);

/// Appends the elements as floats, whatever they are stored as (integers beyond 2^24 are rounded).
void appendReals(std::vector<float>& values, std::string_view bytes, Stored, std::endian);

} // namespace core::files
