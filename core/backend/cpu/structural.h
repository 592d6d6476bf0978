// Kernels of ops that are neither contractions nor rows: they move elements, go along lines, make random
// numbers.
#pragma once

#include "core/backend/cpu/kernels.h"

namespace core::cpu
{

/// Null where the op has no kernel of its own here.
std::unique_ptr<Kernel> makeStructural(const PlanKernel&, const Storage&);

std::unique_ptr<Kernel> makeOrder(const PlanKernel&, const Storage&);
std::unique_ptr<Kernel> makeAssociativeScan(const PlanKernel&, const Storage&);

/// A Copy with a border of zeros.
std::unique_ptr<Kernel> makeBordered(const PlanKernel&, const Storage&);

float* address(const Storage&, const PlanOperand&);

} // namespace core::cpu
