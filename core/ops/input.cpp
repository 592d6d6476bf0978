#include "core/ops/rules.h"

namespace core::ops
{
namespace
{

Type declared(std::string_view op, std::span<const Type> inputs, const Attributes& attributes)
{
    expectInputs(op, inputs, 0);
    if (attributes.name.empty()) fail(op, "has no name");
    return attributes.type;
}

std::vector<Sample> named(const char* name, Type type)
{
    Sample sample;
    sample.attributes.name = name;
    sample.attributes.type = std::move(type);
    sample.attributes.formula = language::Expression::variable(1);
    sample.attributes.values = {3, 2};
    return {sample};
}

} // namespace

const Op input = {
    .name = "input",
    .help = "a value given anew for every run; name, type",
    .type = [](std::span<const Type> inputs, const Attributes& a) { return declared("input", inputs, a); },
    .samples =
        [] {
            return named("x", real({{"batch", 3}, {"channel", 2}}));
        },
    .kind = Op::Kind::Source,
};

const Op parameter = {
    .name = "parameter",
    .help = "kept between runs and trained; name, type, formula of the first value in n, u, fan_in, fan_out, "
            "values: fan_in and fan_out",
    .type =
        [](std::span<const Type> inputs, const Attributes& a) {
            expectReal("parameter", a.type);
            return declared("parameter", inputs, a);
        },
    .samples =
        [] {
            return named("w", real({{"channel", 3}, {"hidden", 2}}));
        },
    .kind = Op::Kind::Source,
};

const Op state = {
    .name = "state",
    .help = "kept between runs, not trained; attributes as parameter",
    .type = [](std::span<const Type> inputs, const Attributes& a) { return declared("state", inputs, a); },
    .samples =
        [] {
            return named("moment", real({{"channel", 3}, {"hidden", 2}}));
        },
    .kind = Op::Kind::Source,
};

} // namespace core::ops
