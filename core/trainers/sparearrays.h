// Arrays whose memory is used again: the system's fresh pages cost several times what copying into them does.
#pragma once

#include "core/instruments/moment.h"

#include <mutex>
#include <vector>

namespace core
{

/// What it shares comes back when the last one who holds it lets go, on whatever thread that is. May be
/// destroyed before that.
class SpareArrays
{
public:
    std::shared_ptr<const Arrays> share(Arrays);
    Arrays take(); ///< of what came back; empty where nothing did

private:
    struct Shelf {
        std::mutex mutex;
        std::vector<Arrays> back;
    };
    std::shared_ptr<Shelf> m_shelf = std::make_shared<Shelf>();
};

} // namespace core
