#include "core/files/elements.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

namespace core::files
{

size_t bytesOf(Stored stored)
{
    static constexpr uint8_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 2, 2, 4, 8};
    return sizes[size_t(stored)];
}

std::optional<int64_t> boundedCount(std::span<const int64_t> sizes, int64_t limit)
{
    if (std::any_of(sizes.begin(), sizes.end(), [](int64_t size) { return size < 0; })) return std::nullopt;
    // With a zero among them the others still must not overflow: Type::count multiplies in order.
    const bool empty = std::find(sizes.begin(), sizes.end(), 0) != sizes.end();
    if (empty) limit = std::numeric_limits<int64_t>::max();
    int64_t product = 1;
    for (const int64_t size : sizes) {
        if (size == 0) continue;
        if (product > limit / size) return std::nullopt;
        product *= size;
    }
    return empty ? 0 : product;
}

std::vector<Axis> numberedAxes(std::span<const int64_t> sizes)
{
    std::vector<Axis> axes;
    for (const int64_t size : sizes) axes.push_back({"axis" + std::to_string(axes.size()), size});
    return axes;
}

namespace
{

template<class Word> Word load(const char* at, std::endian order)
{
    unsigned char bytes[sizeof(Word)];
    std::memcpy(bytes, at, sizeof(Word));
    if (order != std::endian::native) std::reverse(std::begin(bytes), std::end(bytes));
    return std::bit_cast<Word>(bytes);
}

template<class Word>
std::vector<int32_t> integers(std::string_view bytes, std::endian order, const std::string& source)
{
    std::vector<int32_t> values(bytes.size() / sizeof(Word));
    for (size_t i = 0; i < values.size(); ++i) {
        const Word value = load<Word>(bytes.data() + i * sizeof(Word), order);
        if (!std::in_range<int32_t>(value))
            throw Error{source + ", element " + std::to_string(i),
                        std::to_string(value) + " does not fit in 32 bits", "store it as int32 or float32"};
        values[i] = int32_t(value);
    }
    return values;
}

float halfToFloat(uint16_t half)
{
    const int exponent = half >> 10 & 31, mantissa = half & 1023;
    float value;
    if (exponent == 31)
        value = mantissa ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
    else if (exponent == 0)
        value = std::ldexp(float(mantissa), -24);
    else
        value = std::ldexp(float(mantissa + 1024), exponent - 25);
    return half >> 15 ? -value : value;
}

} // namespace

void appendReals(std::vector<float>& values, std::string_view bytes, Stored stored, std::endian order)
{
    const auto append = [&]<class Word>(Word, auto&& widen) {
        const size_t before = values.size(), count = bytes.size() / sizeof(Word);
        values.resize(before + count);
        for (size_t i = 0; i < count; ++i)
            values[before + i] = widen(load<Word>(bytes.data() + i * sizeof(Word), order));
    };
    const auto plain = [](auto word) { return float(word); };
    switch (stored) {
    case Stored::Bool:
        return append(uint8_t(), [](uint8_t byte) { return float(byte != 0); });
    case Stored::U8: { // pictures: no pass that fills with zeros first
        const auto* begin = reinterpret_cast<const uint8_t*>(bytes.data());
        values.insert(values.end(), begin, begin + bytes.size());
        return;
    }
    case Stored::I8:
        return append(int8_t(), plain);
    case Stored::U16:
        return append(uint16_t(), plain);
    case Stored::I16:
        return append(int16_t(), plain);
    case Stored::U32:
        return append(uint32_t(), plain);
    case Stored::I32:
        return append(int32_t(), plain);
    case Stored::U64:
        return append(uint64_t(), plain);
    case Stored::I64:
        return append(int64_t(), plain);
    case Stored::F16:
        return append(uint16_t(), halfToFloat);
    case Stored::BF16:
        return append(uint16_t(), [](uint16_t word) { return std::bit_cast<float>(uint32_t(word) << 16); });
    case Stored::F32:
        return append(float(), plain);
    case Stored::F64:
        return append(double(), plain);
    }
    assert(!"every stored type is decoded above");
}

Array decodeElements(std::string_view bytes, Stored stored, std::endian order, std::vector<Axis> axes,
                     const std::string& source)
{
    const auto integer = [&]<class Word>(Word) {
        return Array::integer(std::move(axes), integers<Word>(bytes, order, source));
    };
    switch (stored) {
    case Stored::Bool: {
        std::vector<int32_t> values(bytes.size());
        std::transform(bytes.begin(), bytes.end(), values.begin(), [](char byte) { return byte != 0; });
        return Array::integer(std::move(axes), std::move(values));
    }
    case Stored::U8:
        return integer(uint8_t());
    case Stored::I8:
        return integer(int8_t());
    case Stored::U16:
        return integer(uint16_t());
    case Stored::I16:
        return integer(int16_t());
    case Stored::U32:
        return integer(uint32_t());
    case Stored::I32:
        return integer(int32_t());
    case Stored::U64:
        return integer(uint64_t());
    case Stored::I64:
        return integer(int64_t());
    case Stored::F16:
    case Stored::BF16:
    case Stored::F32:
    case Stored::F64:
        break;
    }
    std::vector<float> values;
    appendReals(values, bytes, stored, order);
    return Array::real(std::move(axes), std::move(values));
}

} // namespace core::files
