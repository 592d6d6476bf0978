// The past of a run: moments to look at again and to go on from, thinned so that they always span all of it.
#pragma once

#include "core/trainers/history.h"
#include "core/trainers/run.h"

namespace core
{

/// All that a run needs to go on from here with the same bits. Never changed; runs that branch share it.
struct Milestone {
    std::shared_ptr<const Document> document;
    std::shared_ptr<const Checkpoint> values; ///< without the text of the document
    int64_t step() const { return values->step; }
    size_t bytes() const;
};

/// Moments in the order of their steps, denser where the run was young: even in the square root of the step.
class Timeline
{
public:
    static constexpr size_t most = 256;

    /// Whether a moment at this step would be far enough from the latest.
    bool due(int64_t step) const;
    void add(Milestone); ///< drops what lies at its step or later
    /// Drops the moment that is missed least; false where only the first and the last are left.
    bool thin();
    void cutAfter(int64_t step);
    const Milestone* nearest(int64_t step) const; ///< null where there is none
    const std::vector<Milestone>& milestones() const { return m_milestones; }

private:
    std::vector<Milestone> m_milestones;
};

/// A run that is over for now: it can be looked at, compared with another, and gone on with.
struct PastRun {
    int id = 0; ///< unique in its session
    std::string name, notes;
    std::shared_ptr<const Document> document; ///< at its end
    std::string backend;
    History loss, accuracy;
    Score train, validation, test;
    int64_t step = 0;
    double epoch = 0;
    Timeline timeline;
};

/// Thins the largest of these until all moments take at most so many bytes; what several share counts once.
void fitIntoMemory(std::vector<Timeline*>, size_t bytes);
/// A quarter of the machine's memory, at most 2 GiB.
size_t memoryForMilestones();

} // namespace core
