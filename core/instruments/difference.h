// Two readings of one instrument, at two times or of two runs, subtracted.
#pragma once

#include "core/instruments/reading.h"

#include <optional>

namespace core
{

/// `b` minus `a` where both are of one kind and shape; lines are subtracted where both have a value.
std::optional<Reading> differenceOf(const Reading& a, const Reading& b);

} // namespace core
