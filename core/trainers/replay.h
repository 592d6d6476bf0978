// The past, to be looked at: runs that take on the values of a moment and never train.
#pragma once

#include "core/trainers/timeline.h"

#include <list>

namespace core
{

/// Keeps the latest few, so that going to and fro between two runs compiles nothing. Uses the backend that it
/// is given: forget() before that goes.
class Replay
{
public:
    /// The run of this moment's document with its values. Valid until the next call.
    Run& at(const Milestone&, const std::shared_ptr<const Dataset>&, const BlockLibrary&, Backend&);
    /// The data of one of the kept runs, if that is what this choice means.
    std::shared_ptr<const Dataset> data(const DataChoice&) const;
    void forget() { m_kept.clear(); }

private:
    struct Kept {
        std::shared_ptr<const Document> document;
        std::shared_ptr<const Dataset> data;
        std::unique_ptr<Run> run;
        std::shared_ptr<const Checkpoint> values; ///< that it has
    };
    std::list<Kept> m_kept; ///< latest use first
};

} // namespace core
