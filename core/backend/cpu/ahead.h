// What will be read next comes into L2 while something else is calculated.
#pragma once

#include <cstdint>

namespace core::cpu
{

/// Rows of `length` contiguous floats, row i at base + offsets[i]. Where the machine does not look ahead it
/// does nothing; it never faults.
class Ahead
{
public:
    Ahead() = default;
    Ahead(const float* base, const int64_t* offsets, int64_t rows, int64_t length)
        : m_base(base)
        , m_offsets(offsets)
        , m_rows(rows)
        , m_length(length)
    {
    }

    int64_t lines() const { return m_rows * ((m_length + line - 1) / line); }
    void fetch(int64_t lines) ///< the next so many cache lines, as far as there are any
    {
        for (; lines > 0 && m_row < m_rows; --lines) {
            __builtin_prefetch(m_base + m_offsets[m_row] + m_at, 0, 2);
            m_at += line;
            if (m_at >= m_length) m_at = 0, ++m_row;
        }
    }

private:
    static constexpr int64_t line = 16;
    const float* m_base = nullptr;
    const int64_t* m_offsets = nullptr;
    int64_t m_rows = 0, m_length = 0, m_row = 0, m_at = 0;
};

} // namespace core::cpu
