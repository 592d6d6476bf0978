#include "core/picture/flow.h"

#include <algorithm>

namespace core::picture
{

namespace
{

constexpr double clearance = 6; ///< between an operation and a wire that passes below it

double leadOf(double height) { return height == 0 ? 0 : std::clamp(16 + 0.5 * std::abs(height), 20.0, 60.0); }

void curveTo(Path& path, Point to)
{
    const Point from = path.end();
    const double reach = (to.x - from.x) / 2;
    if (from.y == to.y)
        path.lineTo(to);
    else
        path.cubicTo({from.x + reach, from.y}, {to.x - reach, to.y}, to);
}

bool sideBySide(const Lanes& lanes, const Lanes& some)
{
    const auto first = std::ranges::find_if(lanes, [&](const Lane& lane) { return has(some, lane.axis); });
    return std::all_of(first, first + std::ptrdiff_t(some.size()),
                       [&](const Lane& lane) { return has(some, lane.axis); });
}

} // namespace

void Flow::clear(double height)
{
    if (!below.empty()) down = std::max(0.0, snappedUp(height + clearance) - below.front().y);
}

double Flow::leadIn() const { return leadOf(down); }
double Flow::leadOut() const { return below.empty() ? 0 : leadOf(below.front().y + down - leaving(0)); }

Flow flowOf(Drawing& d, Gather gather)
{
    const Lanes in = d.inputs[0].lanes, out = d.outputs.empty() ? Lanes{} : d.outputs[0].lanes;
    const std::set<std::string> named = d.acted();
    const auto resized = [&](const Lane& lane) {
        const auto same = std::ranges::find(out, lane.axis, &Lane::axis);
        return same != out.end() && same->number != lane.number;
    };
    Lanes passing, acted, made, above, below;
    for (const Lane& lane : in)
        (named.contains(lane.axis) || resized(lane) ? acted : passing).push_back(lane);
    std::ranges::copy_if(out, std::back_inserter(made),
                         [&](const Lane& lane) { return !has(passing, lane.axis); });
    if (acted.empty() && made.empty()) {
        std::swap(acted, passing);
        made = out;
    }
    const bool stays = gather == Gather::InPlace && !acted.empty() && sideBySide(in, acted);
    const size_t first =
        stays ? size_t(std::ranges::find(in, acted[0].axis, &Lane::axis) - in.begin()) : passing.size();
    above.assign(passing.begin(), passing.begin() + std::ptrdiff_t(first));
    below.assign(passing.begin() + std::ptrdiff_t(first), passing.end());

    Flow flow;
    flow.above = placed(above, 0);
    flow.acted = placed(acted, flow.top());
    flow.made = placed(made, flow.top());
    flow.below = placed(below, flow.top() + double(acted.size()) * lanePitch);
    const auto arriving = placed(in, 0);
    for (const auto* group : {&flow.above, &flow.acted})
        for (const PlacedLane& lane : *group)
            if (find(arriving, lane.lane.axis)->y != lane.y) flow.crossed = 24 + 6 * double(in.size());
    if (!d.outputs.empty()) {
        Lanes& order = d.outputs[0].lanes = above;
        order.insert(order.end(), made.begin(), made.end());
        order.insert(order.end(), below.begin(), below.end());
    }
    return flow;
}

void cross(Drawing& d, const Flow& flow)
{
    if (flow.crossed == 0) return;
    const auto arriving = placed(d.inputs[0].lanes, 0);
    for (const auto* group : {&flow.above, &flow.acted})
        for (const PlacedLane& lane : *group)
            addLane(d.marks, lane.lane, {0, find(arriving, lane.lane.axis)->y}, {flow.crossed, lane.y});
}

void pass(Drawing& d, const Flow& flow, double left, double right)
{
    for (const PlacedLane& lane : flow.above)
        addLane(d.marks, lane.lane, {flow.crossed, lane.y}, {d.width, lane.y});
    for (size_t i = 0; i < flow.below.size(); ++i) {
        const auto& [lane, y] = flow.below[i];
        const double begin = std::max(flow.crossed, left - flow.leadIn()),
                     end = std::min(d.width, right + flow.leadOut());
        Path path;
        path.moveTo({flow.crossed, y}).lineTo({begin, y});
        curveTo(path, {left, y + flow.down});
        path.lineTo({right, y + flow.down});
        curveTo(path, {end, flow.leaving(i)});
        path.lineTo({d.width, flow.leaving(i)});
        addPath(d.marks, wireRole(lane), std::move(path));
    }
}

} // namespace core::picture
