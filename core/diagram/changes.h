// What a document says is to be looked at as if it were different: values of wires, gradients through blocks.
// Training knows nothing of it.
#pragma once

#include "core/diagram/document.h"

namespace core
{

/// As core/instruments/edits.h writes them down: "hidden.y = 0", "relu1 half".
struct Changes {
    std::vector<std::string> values, gradients;
    bool empty() const { return values.empty() && gradients.empty(); }
    friend bool operator==(const Changes&, const Changes&) = default;
};

Changes changesOf(const Document&); ///< what cannot be read is left out
void setChanges(Document&, const Changes&);

} // namespace core
