// The kernels of a plan as this backend runs them.
#pragma once

#include "core/backend/cpu/contraction.h"
#include "core/backend/cpu/rows.h"
#include "core/ops/op.h"

namespace core::cpu
{

/// What a kernel is given before the first run: scratch of each thread, memory shared by the tasks of one
/// kernel.
struct Workspace {
    std::vector<float*> scratch;
    float* partial = nullptr;
};

class Kernel
{
public:
    virtual ~Kernel() = default;
    virtual int64_t scratchFloats() const { return 0; }
    virtual int64_t partialFloats() const { return 0; }
    virtual void bind(const Workspace&) {}
    virtual void run(ThreadPool&) = 0;
};

std::unique_ptr<Kernel> makeKernel(const PlanKernel&, const Plan&, const Storage&, int threads);

} // namespace core::cpu
