// The fast backend: f32 kernels of our own on the threads of this machine.
#pragma once

#include "core/backend/backend.h"

namespace core
{

/// `option`: number of threads, at least 1; empty: as many as the machine has. An Error if it is not a
/// number.
std::unique_ptr<Backend> makeCpu(const std::string& option);

} // namespace core
