// What is looked at in a document, kept in its file: pictures on the wall of panels and on the canvas.
#pragma once

#include "core/diagram/document.h"

#include <array>

namespace core
{

/// An instrument at a place.
struct Lens {
    std::string instrument;
    std::string at; ///< PortRef text, or a parameter's name; "": where the selection is, or nowhere
    std::map<std::string, Setting> settings; ///< of the instrument, where they differ from its own
    /// On the canvas, where the person put it: from the middle of its wire to its own; else it finds room.
    std::optional<std::array<double, 2>> offset = {};
    std::optional<std::array<double, 2>> size = {}; ///< of the picture there, in units of the canvas
    friend bool operator==(const Lens&, const Lens&) = default;
};

enum class LensPlace : uint8_t { Wall, Canvas };

/// Nothing where the document says nothing of them; what cannot be read is left out.
std::optional<std::vector<Lens>> lensesOf(const Document&, LensPlace);
void setLenses(Document&, LensPlace, const std::vector<Lens>&);

} // namespace core
