#include "core/trainers/history.h"

namespace core
{

namespace
{

float meanOf(float a, float b)
{
    if (std::isnan(a)) return b;
    return std::isnan(b) ? a : 0.5f * (a + b);
}

} // namespace

void History::close(int64_t step, double epoch)
{
    add({step, epoch, m_count ? float(m_sum / double(m_count)) : NAN, NAN});
    m_sum = 0;
    m_count = 0;
}

void History::addValidation(int64_t step, double epoch, float value)
{
    if (m_count > 0 || m_points.empty()) close(step, epoch);
    m_points.back().validation = value;
}

void History::add(const HistoryPoint& point)
{
    m_points.push_back(point);
    if (m_points.size() >= most) thin();
}

void History::cutAfter(int64_t step)
{
    while (!m_points.empty() && m_points.back().step > step) m_points.pop_back();
    m_sum = 0;
    m_count = 0;
}

void History::thin()
{
    const size_t pairs = m_points.size() / 2;
    for (size_t i = 0; i < pairs; ++i) {
        const HistoryPoint &a = m_points[2 * i], &b = m_points[2 * i + 1];
        m_points[i] = {b.step, b.epoch, meanOf(a.train, b.train), meanOf(a.validation, b.validation)};
    }
    if (m_points.size() % 2) m_points[pairs] = m_points.back();
    m_points.resize(pairs + m_points.size() % 2);
    m_interval *= 2;
}

} // namespace core
