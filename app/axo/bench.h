// The cases of axo bench.
#pragma once

#include "app/axo/command.h"

#include <functional>

namespace axo
{

/// One measured piece of work: `work()` does it `unit` times over (steps a call).
struct Prepared {
    std::function<void()> work;
    int64_t unit = 1;
    Json counts;                      ///< kernels, flops, bytes_moved, arena_bytes, ...
    std::function<int64_t()> submits; ///< of the backend until now; where there is such a thing
    std::shared_ptr<void> keep;       ///< what `work` uses
};

struct Case {
    std::string name, help;
    std::function<Prepared(core::Backend&)> prepare;
};
std::vector<Case> benchCases();
std::vector<Case> layoutCases(); ///< large diagrams

} // namespace axo
