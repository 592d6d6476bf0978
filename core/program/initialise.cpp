#include "core/program/initialise.h"

#include "core/language/random.h"

#include <cmath>
#include <numbers>

namespace core
{
namespace
{

/// FNV-1a, 64 bits.
uint64_t nameHash(const std::string& name)
{
    uint64_t hash = 0xcbf29ce484222325ull;
    for (const char letter : name) hash = (hash ^ uint8_t(letter)) * 0x100000001b3ull;
    return hash;
}

double unit(uint32_t bits) { return (double(bits) + 0.5) * 0x1p-32; }

} // namespace

std::vector<float> initialValues(const Instruction& source, uint64_t seed)
{
    const Attributes& a = source.attributes;
    const size_t count = size_t(source.type.count());
    const double fanIn = a.values.empty() ? 1 : a.values[0], fanOut = a.values.size() < 2 ? 1 : a.values[1];
    if (!language::uses(a.formula, 0) && !language::uses(a.formula, 1)) {
        const double variables[] = {0, 0, fanIn, fanOut};
        return std::vector<float>(count, float(language::evaluate(a.formula, variables)));
    }
    const uint64_t hash = nameHash(a.name);
    std::vector<float> values(count);
    language::Evaluator evaluate(a.formula);
    for (size_t i = 0; i < count; ++i) {
        const std::array<uint32_t, 4> bits =
            language::philox({uint32_t(seed), uint32_t(seed >> 32)},
                             {uint32_t(i), uint32_t(i >> 32), uint32_t(hash), uint32_t(hash >> 32)});
        // Box-Muller.
        const double normal =
            std::sqrt(-2 * std::log(unit(bits[0]))) * std::cos(2 * std::numbers::pi * unit(bits[1]));
        const double variables[] = {double(float(normal)), 2 * unit(bits[2]) - 1, fanIn, fanOut};
        values[i] = float(evaluate(variables));
    }
    return values;
}

} // namespace core
