#include "core/language/random.h"
#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{

const Op random = {
    .name = "random",
    .help = "uniform in (0, 1), a function of seed, step, site and element; inputs: seed and step, integer "
            "scalars, "
            "sizes: site, type",
    .type =
        [](std::span<const Type> inputs, const Attributes& a) {
            expectInputs("random", inputs, 2);
            expectAttributes("random", a, 0, 0, 1);
            expectReal("random", a.type);
            for (const Type& input : inputs)
                if (input.element != Element::Integer || !input.axes.empty())
                    fail("random", "seed and step are integer scalars, not " + input.text());
            return a.type;
        },
    .evaluate =
        [](const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out) {
            const uint32_t seed = uint32_t(int32_t(inputs[0]->data[0])),
                           step = uint32_t(int32_t(inputs[1]->data[0]));
            std::vector<float> values(out.data.size());
            language::fillUniform(values.data(), seed, step, uint32_t(of.attributes.sizes[0]), 0,
                                  int64_t(values.size()));
            std::copy(values.begin(), values.end(), out.data.begin());
        },
    .samples =
        [] {
            Sample sample;
            sample.inputs = {integer({}), integer({})};
            sample.attributes.sizes = {7};
            sample.attributes.type = real({{"a", 3}, {"b", 7}});
            sample.integers = 100;
            return std::vector<Sample>{sample};
        },
};

} // namespace core::ops
