#include "core/picture/walked.h"

#include <algorithm>

namespace core::picture
{

namespace
{

constexpr double stub = 12; ///< of the wire that is walked along, outside of the brackets

} // namespace

Lanes withoutAxis(Lanes lanes, const std::string& axis)
{
    std::erase_if(lanes, [&](const Lane& lane) { return lane.axis == axis; });
    return lanes;
}

Lanes withAxis(const Lanes& inside, const Lanes& all, const std::string& axis)
{
    const auto lane = std::ranges::find(all, axis, &Lane::axis);
    if (lane == all.end()) return inside;
    Lanes result = inside;
    const auto place = std::min(lane - all.begin(), std::ptrdiff_t(inside.size()));
    result.insert(result.begin() + place, *lane);
    return result;
}

void addCrossing(Marks& marks, const Lanes& outside, double outsideTop, const Lanes& inside, double insideTop,
                 double edge, double bracket)
{
    const auto within = placed(inside, insideTop);
    const bool comesIn = edge < bracket;
    const double bend = comesIn ? edge + stub + 4 : edge - stub - 4;
    for (const PlacedLane& lane : placed(outside, outsideTop)) {
        const PlacedLane* same = find(within, lane.lane.axis);
        const Point begin{edge, lane.y}, before{bend, lane.y};
        if (!same) {
            const Point end{comesIn ? edge + stub : edge - stub, lane.y};
            comesIn ? addLane(marks, lane.lane, begin, end) : addLane(marks, lane.lane, end, begin);
            addDot(marks, lane.lane, end);
        } else if (comesIn) {
            addLane(marks, lane.lane, begin, before);
            addLane(marks, lane.lane, before, {bracket, same->y});
        } else {
            addLane(marks, lane.lane, {bracket, same->y}, before);
            addLane(marks, lane.lane, before, begin);
        }
    }
}

void addState(Marks& marks, const std::string& name, const Lanes& lanes, double top, double bracket,
              double end)
{
    const double outer = bracket + (end > bracket ? -10 : 10);
    for (const PlacedLane& lane : placed(lanes, top))
        addLane(marks, lane.lane, {std::min(outer, end), lane.y}, {std::max(outer, end), lane.y});
    addText(marks, Role::Words, mathematics(name),
            {outer + (end > bracket ? -5 : 5), top + stackHeight(lanes.size()) / 2 + 4},
            end > bracket ? Anchor::End : Anchor::Start);
}

void addWalkedBrackets(Marks& marks, const Rect& around, const std::string& axis, bool reverse)
{
    addBrackets(marks, around, "");
    marks.pop_back();
    addText(marks, Role::Title, {{"× " + axis + (reverse ? " ←" : " →"), Face::SemiBold}},
            {around.left + 16, around.top + 14}, Anchor::Start);
}

} // namespace core::picture
