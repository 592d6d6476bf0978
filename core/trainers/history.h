// A curve of bounded length: points are merged in pairs as it grows, so it always spans the whole run.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace core
{

struct HistoryPoint {
    int64_t step = 0;
    double epoch = 0;
    float train = 0, validation = 0; ///< NaN where not measured at this step
};

class History
{
public:
    static constexpr size_t most = 2000;

    /// One step's training value; cheap enough for every step.
    void addTrain(int64_t step, double epoch, float value)
    {
        m_sum += double(value);
        if (++m_count >= m_interval) close(step, epoch);
    }
    /// Shows at once: ends the point that is being gathered.
    void addValidation(int64_t step, double epoch, float value);
    /// Both measured at the same time.
    void add(const HistoryPoint&);
    void cutAfter(int64_t step); ///< forgets what came later
    const std::vector<HistoryPoint>& points() const { return m_points; }

private:
    void close(int64_t step, double epoch);
    void thin();

    std::vector<HistoryPoint> m_points;
    double m_sum = 0;
    int64_t m_count = 0, m_interval = 1;
};

} // namespace core
