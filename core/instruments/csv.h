// Readings as tables of text, for other programs.
#pragma once

#include "core/instruments/reading.h"

namespace core
{

/// RFC 4180 with a line of names first; numbers as short as gives them back. Lines of a series that share
/// their x stand beside each other, others below each other.
std::string csvOf(const Reading&);

} // namespace core
