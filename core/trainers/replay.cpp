#include "core/trainers/replay.h"

#include <algorithm>

namespace core
{

constexpr size_t runsKept = 3;

Run& Replay::at(const Milestone& milestone, const std::shared_ptr<const Dataset>& data,
                const BlockLibrary& library, Backend& backend)
{
    auto kept = std::find_if(m_kept.begin(), m_kept.end(), [&](const Kept& entry) {
        return entry.document == milestone.document && entry.data == data;
    });
    if (kept == m_kept.end()) {
        auto run = std::make_unique<Run>(*milestone.document, library, data, backend);
        m_kept.push_front({milestone.document, data, std::move(run), nullptr});
        if (m_kept.size() > runsKept) m_kept.pop_back();
    } else {
        m_kept.splice(m_kept.begin(), m_kept, kept);
    }
    Kept& entry = m_kept.front();
    if (entry.values != milestone.values) {
        entry.run->restore(*milestone.values);
        entry.values = milestone.values;
    }
    return *entry.run;
}

std::shared_ptr<const Dataset> Replay::data(const DataChoice& choice) const
{
    for (const Kept& entry : m_kept) {
        if (entry.document->data == choice) return entry.data;
    }
    return nullptr;
}

} // namespace core
