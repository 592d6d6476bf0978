// One block of a diagram while it is elaborated. Private to core/diagram.
#pragma once

#include "core/diagram/graph.h"
#include "core/diagram/term.h"

namespace core::diagram
{

struct BlockRun {
    bool wired = true; ///< every input that is needed has a wire from a block that works
    Errors settings;   ///< faults of the block itself
    Errors inputs;     ///< faults of what comes in
    std::vector<ValueId> outputs;
    bool works() const { return wired && settings.empty() && inputs.empty(); }
};

/// Binds what comes in by `graph.into` and the settings, and unfolds the body.
BlockRun runBlock(Evaluator&, const Block&, const BlockDeclaration&, const Graph&,
                  const std::map<std::string, ValueId>& wires, const std::set<std::string>& broken);

} // namespace core::diagram
