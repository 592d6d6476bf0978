// The backend that defines what programs mean: every instruction by its op's plain loops, in double.
#pragma once

#include "core/backend/backend.h"

namespace core
{

/// Takes no options: an Error if there are any.
std::unique_ptr<Backend> makeReference(const std::string& option);

} // namespace core
