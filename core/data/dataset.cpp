#include "core/data/dataset.h"

#include <cassert>
#include <cstring>

namespace core
{

void Normalisation::apply(std::span<float> example) const
{
    if (shift.size() == 1) {
        const float a = shift[0], b = scale[0];
        for (float& value : example) value = (value - a) / b;
        return;
    }
    for (size_t i = 0, k = 0; i < example.size(); ++i, k = k + 1 == shift.size() ? 0 : k + 1)
        example[i] = (example[i] - shift[k]) / scale[k];
}

void Normalisation::undo(std::span<float> example) const
{
    for (size_t i = 0, k = 0; i < example.size(); ++i, k = k + 1 == shift.size() ? 0 : k + 1)
        example[i] = example[i] * scale[k] + shift[k];
}

DataSignature Dataset::signature(int64_t batch) const
{
    if (task == Task::NextToken) {
        const Type block{Element::Integer, {{"batch", batch}, {"token", blockLength}}};
        return {block, block, classes(), int64_t(vocabulary.size())};
    }
    DataSignature signature{x.type, y.type, classes(), int64_t(vocabulary.size())};
    for (Type* type : {&signature.x, &signature.y})
        if (!type->axes.empty()) type->axes.front() = {"batch", batch};
    return signature;
}

namespace
{

/// Rows of one 4-byte element or two are so common (labels, points of the plane) that a call of memcpy would
/// show.
void copyRows(const void* from, size_t elements, std::span<const int64_t> indices, void* to)
{
    const auto fixed = [&]<size_t bytes>() {
        for (size_t i = 0; i < indices.size(); ++i)
            std::memcpy(static_cast<char*>(to) + i * bytes,
                        static_cast<const char*>(from) + size_t(indices[i]) * bytes, bytes);
    };
    if (elements == 1) return fixed.template operator()<4>();
    if (elements == 2) return fixed.template operator()<8>();
    const size_t bytes = elements * 4;
    for (size_t i = 0; i < indices.size(); ++i)
        std::memcpy(static_cast<char*>(to) + i * bytes,
                    static_cast<const char*>(from) + size_t(indices[i]) * bytes, bytes);
}

const void* elementsOf(const Array& array)
{
    return std::visit([](const auto& values) -> const void* { return values.data(); }, array.data);
}

} // namespace

void fillBatch(const Dataset& set, std::span<const int64_t> indices, void* x, void* y)
{
    if (set.task == Task::NextToken) {
        const size_t block = size_t(set.blockLength);
        const int32_t* tokens = set.x.integers().data();
        for (size_t i = 0; i < indices.size(); ++i) {
            assert(indices[i] >= 0 && indices[i] + set.blockLength < set.x.count());
            const int32_t* start = tokens + indices[i];
            std::memcpy(static_cast<int32_t*>(x) + i * block, start, block * 4);
            std::memcpy(static_cast<int32_t*>(y) + i * block, start + 1, block * 4);
        }
        return;
    }
    const int64_t examples = set.examples();
    for ([[maybe_unused]] const int64_t index : indices) assert(index >= 0 && index < examples);
    if (examples == 0) return;
    copyRows(elementsOf(set.x), size_t(set.x.count() / examples), indices, x);
    copyRows(elementsOf(set.y), size_t(set.y.count() / examples), indices, y);
}

} // namespace core
