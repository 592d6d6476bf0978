// Layouts of the wall of pictures that the person keeps under names, for any document.
#pragma once

#include "core/diagram/lenses.h"

#include <QPoint>

class QWidget;

namespace widgets
{

class Lab;

/// A list to type into: a kept name puts its pictures on the wall, a new one keeps what is `shown`. Where a
/// document has no such wire, a picture looks at the selection.
void chooseWallLayout(Lab&, QWidget* parent, QPoint place, const std::vector<core::Lens>& shown);

} // namespace widgets
