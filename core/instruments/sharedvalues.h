// Wires that several instruments look at, computed in one pass for all of them.
#pragma once

#include "core/instruments/moment.h"

#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace core
{

/// Of one network. What it keeps belongs to one moment and is dropped with the first question about another.
class SharedValues
{
public:
    /// Wires that will be asked for one after the other, for the same examples; replaces what was expected.
    void expect(std::vector<std::string> wires) { m_expected = std::move(wires); }
    void forget()
    {
        m_kept.clear();
        m_latest = nullptr;
    }

    const std::vector<std::string>& expected() const { return m_expected; }
    bool expects(const std::vector<std::string>& wires) const; ///< all of them
    std::optional<Arrays> find(const Moment&, std::span<const int64_t> examples,
                               const std::vector<std::string>& wires);
    void keep(const Moment&, std::span<const int64_t> examples, Arrays values);
    /// Tells what was kept or found latest from what else is kept; null: nothing since this was asked last.
    const void* takeLatest() { return std::exchange(m_latest, nullptr); }

private:
    struct Kept {
        std::vector<int64_t> examples;
        Arrays values; ///< by wire
    };
    std::vector<std::string> m_expected;
    std::shared_ptr<const Arrays> m_moment; ///< that all kept values belong to
    std::list<Kept> m_kept;
    const void* m_latest = nullptr; ///< one of them
};

} // namespace core
