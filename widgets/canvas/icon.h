// A block by itself, for lists.
#pragma once

#include "core/diagram/library.h"
#include "widgets/theme.h"

#include <QPixmap>

namespace widgets
{

/// Its symbol on the wires it acts on, no words around it.
QPixmap blockIcon(const core::BlockDeclaration&, const Theme&, QSize, double devicePixelRatio);

} // namespace widgets
