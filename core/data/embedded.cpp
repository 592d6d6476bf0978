#include "core/data/readers.h"

#include <cassert>

namespace core::data
{

Examples digits()
{
    constexpr int64_t examples = 1797, pixels = 64;
    const std::string bytes = files::gunzip(files::resource("data/digits.bin.gz"), "data/digits.bin.gz");
    assert(bytes.size() == size_t(examples * (pixels + 1)));
    std::vector<float> x;
    std::vector<int32_t> y;
    for (size_t at = 0; at < bytes.size(); at += pixels + 1) {
        for (size_t i = 0; i < pixels; ++i) x.push_back(float(bytes[at + i]));
        y.push_back(bytes[at + pixels]);
    }
    Examples result;
    result.set.x =
        Array::real({{"example", examples}, {"row", 8}, {"column", 8}, {"colour", 1}}, std::move(x));
    result.set.y = Array::integer({{"example", examples}}, std::move(y));
    result.set.classNames = numberNames(10);
    return result;
}

} // namespace core::data
