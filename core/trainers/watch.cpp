#include "core/trainers/watch.h"

namespace core
{

constexpr size_t longestLine = 512, longestRidge = 48;

void Trail::add(const Seen& seen)
{
    const bool line = std::holds_alternative<ScalarReading>(*seen);
    while (!points.empty() && points.back().step >= seen.step) points.pop_back();
    if (!points.empty() && seen.step < points.back().step + apart) return;
    points.push_back({seen.step, seen.reading});
    if (points.size() <= (line ? longestLine : longestRidge)) return;
    for (size_t i = 1; 2 * i < points.size(); ++i) points[i] = points[2 * i];
    points.resize((points.size() + 1) / 2);
    apart = (points.back().step - points.front().step) / int64_t(points.size() - 1);
}

} // namespace core
