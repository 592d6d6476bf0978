// How a backend's results differ from those of the definition.
#pragma once

#include "core/backend/backend.h"
#include "core/backend/reference/interpret.h"

#include <bit>
#include <cmath>

namespace draw
{

using namespace core;

inline double largest(const Tensor& x)
{
    double most = 0;
    for (double value : x.data) most = std::max(most, std::abs(value));
    return most;
}

/// An empty string, or which result is wrong on that backend.
inline std::string differenceOn(Backend& backend, const Program& program,
                                const std::map<std::string, Tensor>& sources)
{
    const std::vector<Tensor> expected = interpret(program, sources);
    const auto executable = backend.compile(program, backend.memory(), 1);
    for (const auto& [name, tensor] : sources) {
        const int slot = executable->input(name);
        const std::vector<float> reals(tensor.data.begin(), tensor.data.end());
        const std::vector<int32_t> integers(tensor.data.begin(), tensor.data.end());
        if (slot >= 0)
            executable->upload(slot, tensor.type.element == Element::Real
                                         ? static_cast<const void*>(reals.data())
                                         : integers.data());
    }
    executable->run();
    for (const Result& result : program.results) {
        const Tensor& a = expected[size_t(result.value)];
        std::vector<float> got(a.data.size());
        executable->download(executable->result(result.name), got.data());
        if (a.type.element == Element::Integer)
            for (float& value : got) value = float(std::bit_cast<int32_t>(value));
        for (size_t k = 0; k < got.size(); ++k)
            if (!(std::abs(a.data[k] - double(got[k])) <= 1e-3 * (1 + largest(a))))
                return result.name + ": " + std::to_string(got[k]) + " is not " + std::to_string(a.data[k]);
    }
    return {};
}

} // namespace draw
