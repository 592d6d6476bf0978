// Calls of ops as their samples have them, and how far a backend may be from the definition.
#pragma once

#include "core/backend/backend.h"
#include "core/backend/reference/interpret.h"
#include "core/ops/build.h"
#include "tests/core/program/draw.h"

#include <algorithm>

namespace cases
{

using namespace core;

struct Case {
    Program program;
    std::map<std::string, Tensor> sources;
    std::vector<ValueId> inputs;
    ValueId value = -1;
};

inline std::string sourceName(size_t i) { return std::string("x").append(std::to_string(i)); }

/// The op on inputs x0, x1, ...; those lie in memory as `order` makes of the declared type and are permuted
/// back.
inline Case makeCase(const Op& op, const Sample& sample, uint64_t seed, bool reversed = false,
                     bool whole = false)
{
    Case result;
    draw::Generator generator{seed};
    std::vector<ValueId> operands;
    for (size_t i = 0; i < sample.inputs.size(); ++i) {
        Type type = sample.inputs[i];
        build::Axes order;
        for (const Axis& axis : type.axes) order.push_back(axis.name);
        Tensor tensor = draw::tensor(generator, type, sample.low, sample.high, sample.integers);
        if (whole && type.element == Element::Real)
            for (double& value : tensor.data) value = double(generator.below(7) - 3);
        if (reversed) std::reverse(type.axes.begin(), type.axes.end());
        result.sources[sourceName(i)] = draw::reordered(tensor, type);
        result.inputs.push_back(build::input(result.program, sourceName(i), type));
        operands.push_back(reversed ? build::permute(result.program, result.inputs.back(), order)
                                    : result.inputs.back());
    }
    result.value = result.program.add(op, operands, sample.attributes);
    return result;
}

/// The first result, integers as floats, after two runs: nothing may be left over from the first.
inline std::vector<float> run(Backend& backend, const Program& program,
                              const std::map<std::string, Tensor>& sources)
{
    const auto executable = backend.compile(program, backend.memory(), 1);
    for (const auto& [name, tensor] : sources) {
        const int slot = executable->input(name);
        if (slot < 0) continue;
        const std::vector<float> reals(tensor.data.begin(), tensor.data.end());
        const std::vector<int32_t> integers(tensor.data.begin(), tensor.data.end());
        executable->upload(slot, tensor.type.element == Element::Real ? static_cast<const void*>(reals.data())
                                                                      : integers.data());
    }
    executable->run();
    executable->run();
    std::vector<float> result(size_t(executable->resultType(0).count()));
    if (executable->resultType(0).element == Element::Real) {
        executable->download(0, result.data());
    } else {
        std::vector<int32_t> integers(result.size());
        executable->download(0, integers.data());
        result.assign(integers.begin(), integers.end());
    }
    return result;
}

/// An empty string, or which element is too far from the definition. `whole`: small whole numbers, on which
/// everything but formulas must be exact.
inline std::string disagreement(Backend& backend, const Op& op, const Sample& sample, bool reversed,
                                bool whole)
{
    const bool sums = op.kind != Op::Kind::Elementwise;
    if (whole && (!sums || op.name == "random")) return {};
    Case made = makeCase(op, sample, 8, reversed, whole);
    made.program.results.push_back({"y", made.value});
    const std::vector<float> got = run(backend, made.program, made.sources);
    const Tensor expected = interpret(made.program, made.sources)[size_t(made.value)];
    auto sizes = made.sources;
    double terms = 1;
    for (auto& [name, tensor] : sizes) {
        for (double& value : tensor.data) value = std::abs(value);
        terms = std::max(terms, double(tensor.data.size()));
    }
    const Tensor magnitude = sums ? interpret(made.program, sizes)[size_t(made.value)] : expected;
    for (size_t i = 0; i < got.size(); ++i) {
        const double tolerance = whole  ? 0
                                 : sums ? 4 * std::sqrt(terms) * 0x1p-24 * std::abs(magnitude.data[i])
                                        : 1e-5 * (1 + std::abs(expected.data[i]));
        if (!(std::abs(double(got[i]) - expected.data[i]) <= tolerance))
            return "element " + std::to_string(i) + ": " + std::to_string(got[i]) + " against " +
                   std::to_string(expected.data[i]);
    }
    return {};
}

} // namespace cases
