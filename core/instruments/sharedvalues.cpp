#include "core/instruments/sharedvalues.h"

#include <algorithm>

namespace core
{

bool SharedValues::expects(const std::vector<std::string>& wires) const
{
    return std::all_of(wires.begin(), wires.end(), [&](const std::string& wire) {
        return std::find(m_expected.begin(), m_expected.end(), wire) != m_expected.end();
    });
}

std::optional<Arrays> SharedValues::find(const Moment& moment, std::span<const int64_t> examples,
                                         const std::vector<std::string>& wires)
{
    if (m_moment != moment.values) return {};
    for (const Kept& kept : m_kept) {
        if (!std::equal(kept.examples.begin(), kept.examples.end(), examples.begin(), examples.end()))
            continue;
        Arrays found;
        for (const std::string& wire : wires)
            if (const auto value = kept.values.find(wire); value != kept.values.end()) found.insert(*value);
        if (found.size() != wires.size()) continue;
        m_latest = &kept;
        return found;
    }
    return {};
}

void SharedValues::keep(const Moment& moment, std::span<const int64_t> examples, Arrays values)
{
    if (m_moment != moment.values) forget();
    m_moment = moment.values;
    m_kept.push_back({{examples.begin(), examples.end()}, std::move(values)});
    m_latest = &m_kept.back();
}

} // namespace core
