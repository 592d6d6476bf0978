// A picture as TikZ, a whole document for pdflatex that needs nothing but tikz.
#pragma once

#include "core/picture/svg.h"

namespace core::picture
{

std::string writeTikz(const Picture&, const Paper& = {});

} // namespace core::picture
