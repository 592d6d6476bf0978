// One writer, one reader, the newest value wins; neither ever waits.
#pragma once

#include <array>
#include <atomic>

namespace core
{

/// Three slots: one is the writer's, one the reader's, one lies between and is exchanged atomically.
template<typename T> class TripleBuffer
{
public:
    explicit TripleBuffer(const T& first)
        : m_slots{first, first, first}
    {
    }

    void write(T value) ///< the writing thread
    {
        m_slots[m_mine] = std::move(value);
        m_mine = m_between.exchange(uint8_t(m_mine | fresh), std::memory_order_acq_rel) & index;
    }
    const T& read() ///< the reading thread; valid until its next read
    {
        if (m_between.load(std::memory_order_relaxed) & fresh) {
            m_theirs = m_between.exchange(m_theirs, std::memory_order_acq_rel) & index;
        }
        return m_slots[m_theirs];
    }

private:
    static constexpr uint8_t fresh = 4, index = 3;
    std::array<T, 3> m_slots;
    uint8_t m_mine = 0, m_theirs = 1;
    std::atomic<uint8_t> m_between{2};
};

} // namespace core
