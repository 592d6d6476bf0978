#include "core/ops/rules.h"
#include "core/program/philox.h"

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
            const int32_t seed = int32_t(inputs[0]->data[0]), step = int32_t(inputs[1]->data[0]);
            for (size_t i = 0; i < out.data.size(); ++i)
                out.data[i] =
                    unitUniform(randomBlock(seed, step, of.attributes.sizes[0], int64_t(i / 4))[i % 4]);
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
