// What the person watches of wires, as small pictures for an export.
#pragma once

#include "core/picture/lens.h"
#include "widgets/lab.h"

namespace widgets
{

/// The newest readings that the pictures panel has of wires, in the colours of a theme.
std::vector<core::picture::Lens> lensesOf(const Lab&, const Theme&);

} // namespace widgets
