// A picture as TikZ, a whole document for pdflatex that needs nothing but tikz.
#pragma once

#include "core/picture/svg.h"

namespace core::picture
{

/// Its images are looked for in files NAME-1.png, NAME-2.png, ... beside it.
std::string writeTikz(const Picture&, const Paper& = {}, const std::string& name = "picture");

} // namespace core::picture
