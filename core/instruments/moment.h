// The numbers of a network at one time.
#pragma once

#include "core/array.h"

#include <map>
#include <memory>
#include <string>

namespace core
{

using Arrays = std::map<std::string, Array>;

/// Parameters and running statistics by name after so many steps; names that a network does not know
/// (optimiser state) are passed over. Shared and never changed; that of a checkpoint needs no copy:
/// {c->step, {c, &c->values}} for a shared_ptr c.
struct Moment {
    int64_t step = 0;
    std::shared_ptr<const Arrays> values;
};

} // namespace core
