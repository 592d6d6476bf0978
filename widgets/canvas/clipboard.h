// Parts of diagrams between windows: as JSON, the same text that files hold.
#pragma once

#include "widgets/canvas/scene.h"

namespace widgets
{

inline constexpr const char* partMime = "application/x-axonometry-part";

void copySelected(const Lab&, const DiagramScene&);
/// KeepInputs: inputs that the part had from outside are wired to the same ports again.
enum class Inputs : uint8_t { Free, Kept };
/// What the clipboard holds, `at` in the middle or a little beside where it was copied from. Becomes the
/// selection.
void paste(Lab&, Inputs, std::optional<QPointF> at = {});
void duplicateSelected(Lab&, const DiagramScene&, Inputs);
/// Wires through a removed block are joined if it had one input and one output.
void removeSelected(Lab&);

} // namespace widgets
