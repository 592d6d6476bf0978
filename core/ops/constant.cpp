#include "core/ops/rules.h"

#include <algorithm>

namespace core::ops
{

const Op constant = {
    .name = "constant",
    .help = "known numbers; type, values: one for all elements or one for each",
    .type =
        [](std::span<const Type> inputs, const Attributes& a) {
            expectInputs("constant", inputs, 0);
            if (a.values.size() != 1 && int64_t(a.values.size()) != a.type.count())
                fail("constant", std::to_string(a.values.size()) + " values for " + a.type.text());
            return a.type;
        },
    .evaluate =
        [](const Instruction& of, std::span<const Tensor* const>, Tensor& out) {
            const std::vector<double>& values = of.attributes.values;
            for (size_t i = 0; i < out.data.size(); ++i) out.data[i] = values[values.size() == 1 ? 0 : i];
        },
    .samples =
        [] {
            std::vector<Sample> samples(3);
            samples[0].attributes.type = real({{"a", 2}, {"b", 2}});
            samples[0].attributes.values = {1, -2, 3, 0.5};
            samples[1].attributes.type = real({{"a", 5}});
            samples[1].attributes.values = {0.25};
            samples[2].attributes.type = integer({{"a", 3}});
            samples[2].attributes.values = {4, 0, -7};
            return samples;
        },
    .kind = Op::Kind::Source,
};

const Op iota = {
    .name = "iota",
    .help = "0, 1, ... along one axis; axes: it, sizes: its size",
    .type =
        [](std::span<const Type> inputs, const Attributes& a) {
            expectInputs("iota", inputs, 0);
            expectAttributes("iota", a, 1, 0, 1);
            return real({{a.axes[0], a.sizes[0]}});
        },
    .evaluate =
        [](const Instruction&, std::span<const Tensor* const>, Tensor& out) {
            for (size_t i = 0; i < out.data.size(); ++i) out.data[i] = double(i);
        },
    .samples =
        [] {
            std::vector<Sample> samples(2);
            samples[0].attributes.axes = samples[1].attributes.axes = {"token"};
            samples[0].attributes.sizes = {5};
            samples[1].attributes.sizes = {1};
            return samples;
        },
    .kind = Op::Kind::Source,
};

} // namespace core::ops
