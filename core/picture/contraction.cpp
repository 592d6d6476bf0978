#include "core/picture/flow.h"

#include <algorithm>

namespace core::picture
{

namespace
{

/// The wires of two arrays by what becomes of them.
struct Pairing {
    Lanes above;         ///< of both, kept, drawn on top: the second joins the first
    Lanes first, second; ///< of one only
    Lanes summed;        ///< of both, gone
    Lanes below;         ///< of both, kept, drawn below: the first joins the second
};

Pairing pairingOf(const Lanes& a, const Lanes& b, const Lanes& out)
{
    Pairing pairing;
    for (const Lane& lane : a)
        if (!has(b, lane.axis))
            pairing.first.push_back(lane);
        else if (!has(out, lane.axis))
            pairing.summed.push_back(lane);
        else
            (pairing.first.empty() ? pairing.above : pairing.below).push_back(lane);
    std::ranges::copy_if(b, std::back_inserter(pairing.second),
                         [&](const Lane& lane) { return !has(a, lane.axis); });
    return pairing;
}

/// Lanes that go by another name on the other side keep their place.
Lanes renamed(Lanes order, const Lanes& out)
{
    Lanes fresh;
    std::ranges::copy_if(out, std::back_inserter(fresh),
                         [&](const Lane& lane) { return !has(order, lane.axis); });
    for (Lane& lane : order) {
        const auto same = std::ranges::find(out, lane.axis, &Lane::axis);
        if (same != out.end())
            lane = *same;
        else if (!fresh.empty()) {
            lane = fresh.front();
            fresh.erase(fresh.begin());
        }
    }
    order.insert(order.end(), fresh.begin(), fresh.end());
    return order;
}

Path cup(double x, double top, double bottom)
{
    const double r = (bottom - top) / 2;
    return Path::arc({x - r, top, x + r, bottom}, -90, 180);
}

/// One input: the wires that are summed over run into one arrow that ends.
void drawSum(Drawing& d)
{
    const Lanes in = d.inputs[0].lanes, out = d.outputs.empty() ? Lanes{} : d.outputs[0].lanes;
    const auto ended = [&](const Lane& lane) { return !has(out, lane.axis); };
    if (out.size() >= in.size() || std::ranges::none_of(in, ended)) return drawPassing(d);
    d.inputTops = {0};
    d.outputTops = Drawing::stacked(d.outputs);
    const Flow flow = flowOf(d, Gather::InPlace);
    const size_t ends = flow.acted.size();
    const double middle = flow.top() + stackHeight(ends) / 2;
    const double merged = flow.crossed + (ends > 1 ? 24 : 6);
    const double words = widthOf(d.text.words, styleOf(Role::Words).size);
    const double arrow = merged + (words > 0 ? words + 6 : 0), tip = arrow + 18;
    d.widen(std::max(tip + 10, tip - 8 + flow.leadOut()));
    cross(d, flow);
    pass(d, flow, flow.crossed, tip - 8);
    for (const PlacedLane& lane : flow.acted)
        addLane(d.marks, lane.lane, {flow.crossed, lane.y}, {merged, middle});
    addText(d.marks, Role::Words, d.text.words, {merged + 3, middle + 4}, Anchor::Start);
    addPath(d.marks, Role::Wire, Path::line({arrow, middle}, {arrow + 12, middle}));
    addArrowhead(d.marks, {tip, middle}, 8);
}

} // namespace

void drawContraction(Drawing& d)
{
    if (d.inputs.empty()) return drawSpanning(d);
    if (d.inputs.size() == 1) return drawSum(d);
    if (d.inputs.size() > 2) return drawSpanning(d);
    const Lanes &a = d.inputs[0].lanes, &b = d.inputs[1].lanes;
    const Pairing pair = pairingOf(a, b, d.outputs.empty() ? Lanes{} : d.outputs[0].lanes);
    d.inputTops = Drawing::stacked(d.inputs);
    const auto arrivingA = placed(a, 0), arrivingB = placed(b, d.inputTops[1]);

    // The upper wires stay at the top, the lower ones at the bottom; the cups are between them.
    const double bottom = d.inputTops[1] + stackHeight(b.size());
    Lanes upper = pair.above, lower = pair.summed;
    upper.insert(upper.end(), pair.first.begin(), pair.first.end());
    std::ranges::reverse(lower);
    lower.insert(lower.end(), pair.second.begin(), pair.second.end());
    lower.insert(lower.end(), pair.below.begin(), pair.below.end());
    const auto top = placed(upper, 0);
    const auto low = placed(lower, bottom - stackHeight(lower.size()));
    const double cups = low.empty() ? bottom : low.front().y;
    const auto summed = placed(pair.summed, cups - double(pair.summed.size()) * lanePitch);

    const double height = bottom, x = std::clamp(24 + 0.35 * height, 40.0, 80.0);
    const double cupReach = double(pair.summed.size()) * lanePitch - lanePitch / 2;
    const double meet = x + std::max(cupReach - 4, 0.0), leave = x + 4;
    const auto enter = [&](const std::vector<PlacedLane>& arriving, const PlacedLane& lane, double until) {
        addLane(d.marks, lane.lane, {0, find(arriving, lane.lane.axis)->y},
                {8, find(arriving, lane.lane.axis)->y});
        addLane(d.marks, lane.lane, {8, find(arriving, lane.lane.axis)->y}, {until, lane.y});
    };
    for (const PlacedLane& lane : top) enter(arrivingA, lane, x);
    for (const PlacedLane& lane : summed) enter(arrivingA, lane, x);
    for (const PlacedLane& lane : low) enter(arrivingB, lane, x);
    for (const PlacedLane& lane : summed)
        addPath(d.marks, wireRole(lane.lane), cup(x, lane.y, find(low, lane.lane.axis)->y));

    // The smaller group moves to the other, so that all leave side by side.
    const size_t kept = lower.size() - pair.summed.size();
    const bool topMoves = kept >= upper.size();
    const double outTop = topMoves ? bottom - stackHeight(kept) - double(upper.size()) * lanePitch : 0;
    Lanes order = upper;
    order.insert(order.end(), lower.begin() + std::ptrdiff_t(pair.summed.size()), lower.end());
    const auto leaving = placed(order, outTop);
    const double shift = std::abs(topMoves ? outTop : low.empty() ? 0 : low.back().y - leaving.back().y);
    const double outer =
        std::max(meet + 10, shift > 0 ? leave + std::clamp(20 + 0.6 * shift, 30.0, 80.0) : 0);
    d.widen(outer + 6);
    for (const PlacedLane& lane : leaving) {
        const PlacedLane* inner = find(top, lane.lane.axis);
        if (!inner) inner = find(low, lane.lane.axis);
        addLane(d.marks, lane.lane, {x, inner->y}, {leave, inner->y});
        addLane(d.marks, lane.lane, {leave, inner->y}, {outer, lane.y});
        addLane(d.marks, lane.lane, {outer, lane.y}, {d.width, lane.y});
    }
    // A diagonal: the wire of one array meets that of the other in a dot.
    const auto diagonal = [&](const Lanes& lanes, const std::vector<PlacedLane>& arriving,
                              const std::vector<PlacedLane>& met) {
        for (const Lane& lane : lanes) {
            const double from = find(arriving, lane.axis)->y, to = find(met, lane.axis)->y;
            addLane(d.marks, lane, {0, from}, {8, from});
            addLane(d.marks, lane, {8, from}, {x, to});
            addDot(d.marks, lane, {x, to});
        }
    };
    diagonal(pair.above, arrivingB, top);
    diagonal(pair.below, arrivingA, low);
    d.partTuples(std::min(24.0, x * 0.5));
    if (!d.text.words.empty())
        addText(d.marks, Role::Words, d.text.words, {x + cupReach + 4, cups - 6}, Anchor::Start);
    d.outputTops = Drawing::stacked(d.outputs);
    for (double& y : d.outputTops) y += outTop;
    if (!d.outputs.empty()) d.outputs[0].lanes = renamed(order, d.outputs[0].lanes);
}

} // namespace core::picture
