#include "core/picture/flow.h"

#include <algorithm>

namespace core::picture
{

namespace
{

constexpr double lead = 10;   ///< between an edge of the cell and what stands in it
constexpr double dashed = 22; ///< length that parts a tuple: two dashes

constexpr Form forms[] = {
    {"", drawSpanning},       {"none", drawPassing},         {"join", drawJoin},
    {"cup", drawContraction}, {"concat", drawConcatenation}, {"repeat", drawRepetition},
};

Rect bodyOf(const Symbol& symbol, double width, double left, double top, double bottom, bool free)
{
    Rect body{left, top - symbol.overhang, left + width, bottom + symbol.overhang};
    const double lacking = std::max(0.0, symbol.leastHeight - body.height());
    body.top -= free ? lacking / 2 : 0;
    body.bottom += free ? lacking / 2 : lacking;
    return body;
}

/// Several inputs, or none: the symbol spans whatever comes and goes.
void drawWhole(Drawing& d, const Symbol& symbol)
{
    const double width = widthOf(symbol, d.text);
    d.inputTops = Drawing::stacked(d.inputs);
    d.outputTops = Drawing::stacked(d.outputs);
    double bottom = 0;
    for (size_t i = 0; i < d.inputs.size(); ++i)
        bottom = std::max(bottom, d.inputTops[i] + stackHeight(d.inputs[i].lanes.size()));
    for (size_t i = 0; i < d.outputs.size(); ++i)
        bottom = std::max(bottom, d.outputTops[i] + stackHeight(d.outputs[i].lanes.size()));
    const double left = d.inputs.empty() ? 0 : lead + (d.inputs.size() > 1 ? 14 : 0);
    const bool tuple = std::ranges::count_if(d.outputs, &Slot::wired) > 1;
    d.widen(left + width + (d.outputs.empty() ? 0 : tuple ? lead + dashed : lead));
    const Rect body = bodyOf(symbol, width, left, 0, bottom, true);
    for (size_t i = 0; i < d.inputs.size(); ++i)
        for (const PlacedLane& lane : placed(d.inputs[i].lanes, d.inputTops[i]))
            addLane(d.marks, lane.lane, {0, lane.y}, {body.centre().x, lane.y});
    for (size_t i = 0; i < d.outputs.size(); ++i) {
        if (!d.outputs[i].wired) continue;
        for (const PlacedLane& lane : placed(d.outputs[i].lanes, d.outputTops[i]))
            addLane(d.marks, lane.lane, {body.centre().x, lane.y}, {d.width, lane.y});
    }
    d.partTuples(left);
    for (size_t i = 1; tuple && i < d.outputs.size(); ++i)
        if (d.outputs[i].wired)
            addPath(d.marks, Role::Dash,
                    Path::line({d.width - dashed, d.outputTops[i] - tupleGap / 2},
                               {d.width, d.outputTops[i] - tupleGap / 2}));
    drawSymbol(d.marks, symbol, body, d.text);
}

/// Of two wires that meet: how far the curve reaches.
double reachOf(double height) { return std::clamp(24 + 0.4 * std::abs(height), 30.0, 90.0); }

/// Puts the array with all axes first: the others join it.
void fullestFirst(Drawing& d)
{
    if (d.inputs.empty()) return;
    const auto fullest = std::ranges::max_element(d.inputs, {}, [](const Slot& s) { return s.lanes.size(); });
    std::rotate(d.inputs.begin(), fullest, fullest + 1);
}

} // namespace

const Form& formOf(std::string_view shape)
{
    const auto found = std::ranges::find(forms, shape, &Form::shape);
    return found == std::end(forms) ? forms[0] : *found;
}

std::vector<double> Drawing::stacked(const std::vector<Slot>& slots)
{
    std::vector<double> tops;
    double top = 0;
    for (const Slot& slot : slots) {
        tops.push_back(top);
        top += stackHeight(slot.lanes.size()) + tupleGap;
    }
    return tops;
}

std::set<std::string> Drawing::acted() const
{
    if (kind.inputs.empty() || inputs.empty()) return {};
    const auto port = std::ranges::find(kind.inputs, inputs[0].port, &PortDeclaration::name);
    std::vector<Lanes> out;
    if (!outputs.empty()) out.push_back(outputs[0].lanes);
    return actedAxes(block, kind, port == kind.inputs.end() ? kind.inputs[0] : *port, inputs[0].lanes, out);
}

void Drawing::widen(double least) { width = std::max(width, std::ceil(least / 20 - 1e-9) * 20); }

void Drawing::partTuples(double length)
{
    for (size_t i = 1; i < inputs.size(); ++i)
        addPath(marks, Role::Dash,
                Path::line({0, inputTops[i] - tupleGap / 2}, {length, inputTops[i] - tupleGap / 2}));
}

std::vector<PlacedLane> placed(const Lanes& lanes, double top)
{
    std::vector<PlacedLane> result;
    for (const Lane& lane : lanes) result.push_back({lane, top + double(result.size()) * lanePitch});
    return result;
}

const PlacedLane* find(const std::vector<PlacedLane>& lanes, const std::string& axis)
{
    const auto found = std::ranges::find_if(lanes, [&](const PlacedLane& l) { return l.lane.axis == axis; });
    return found == lanes.end() ? nullptr : &*found;
}

void drawSpanning(Drawing& d)
{
    const Symbol& symbol =
        symbolOf(d.kind.draw.linear && d.kind.draw.shape == "box" ? "linear" : d.kind.draw.shape);
    const bool firstUnread = d.outputs.size() > 1 && !d.outputs[0].wired;
    if (d.inputs.size() != 1 || firstUnread) return drawWhole(d, symbol);
    const bool oneReader = std::ranges::count_if(d.outputs, &Slot::wired) <= 1;
    Flow flow = flowOf(d, oneReader ? Gather::InPlace : Gather::Last);
    d.inputTops = {0};
    const double bottom = flow.top() + stackHeight(size_t(flow.rows()));
    const bool alone = flow.above.empty() && flow.below.empty();
    flow.clear(bodyOf(symbol, 0, 0, flow.top(), bottom, alone).bottom);
    const double width = widthOf(symbol, d.text), left = flow.crossed + std::max(lead, flow.leadIn());
    const Rect body = bodyOf(symbol, width, left, flow.top(), bottom, alone);
    d.widen(left + width + std::max(lead, flow.leadOut()));

    cross(d, flow);
    pass(d, flow, body.left, body.right);
    for (const PlacedLane& lane : flow.acted)
        addLane(d.marks, lane.lane, {flow.crossed, lane.y}, {body.centre().x, lane.y});
    for (const PlacedLane& lane : flow.made)
        addLane(d.marks, lane.lane, {body.centre().x, lane.y}, {d.width, lane.y});
    if (flow.acted.empty() && !flow.above.empty()) {
        const double x = body.centre().x, y = flow.above.back().y;
        addPath(d.marks, Role::Guide, Path::line({x, y}, {x, body.top}));
        addDot(d.marks, flow.above.back().lane, {x, y});
    }
    double below = bottom;
    for (size_t i = 0; i < d.outputs.size(); ++i) {
        d.outputTops.push_back(i == 0 ? 0 : below + (d.outputs[i].wired ? tupleGap : gridUnit));
        if (i == 0 || !d.outputs[i].wired) continue;
        for (const PlacedLane& lane : placed(d.outputs[i].lanes, d.outputTops[i]))
            addLane(d.marks, lane.lane, {body.centre().x, lane.y}, {d.width, lane.y});
        below = d.outputTops[i] + stackHeight(d.outputs[i].lanes.size());
    }
    drawSymbol(d.marks, symbol,
               {body.left, body.top, body.right,
                std::max(body.bottom, below + (below > bottom ? symbol.overhang : 0))},
               d.text);
}

void drawRepetition(Drawing& d)
{
    drawSpanning(d);
    Rect all = boundsOf(d.marks);
    const double margin = 16;
    for (Mark& mark : d.marks) mark = mark.translated({margin, 0});
    const double inner = d.width;
    d.widen(inner + 2 * margin + 14);
    const auto lead = [&](const std::vector<Slot>& slots, const std::vector<double>& tops, double from,
                          double to) {
        for (size_t i = 0; i < slots.size(); ++i)
            for (const PlacedLane& lane : placed(slots[i].lanes, tops[i]))
                addLane(d.marks, lane.lane, {from, lane.y}, {to, lane.y});
    };
    lead(d.inputs, d.inputTops, 0, margin);
    lead(d.outputs, d.outputTops, inner + margin, d.width);
    const auto* count = d.kind.parameter("count");
    addBrackets(d.marks, {margin - 6, all.top - 8, inner + margin + 4, all.bottom + 8},
                count ? settingText(settingOf(d.block, *count)) : "n");
}

void drawPassing(Drawing& d)
{
    d.inputTops = Drawing::stacked(d.inputs);
    d.outputTops = Drawing::stacked(d.outputs);
    const bool spoken = !d.text.words.empty();
    const Role role = d.text.learned ? Role::Title : Role::Words;
    d.widen(spoken ? expressionWidth(d.text.words, role) + 4 : 20);
    if (spoken) addExpression(d.marks, d.text.words, role, {d.width / 2, -15});
    if (d.inputs.empty() || d.outputs.empty()) { // an end: the wires go through
        for (const auto* slots : {&d.inputs, &d.outputs})
            for (size_t i = 0; i < slots->size(); ++i)
                for (const PlacedLane& lane : placed((*slots)[i].lanes, Drawing::stacked(*slots)[i]))
                    addLane(d.marks, lane.lane, {0, lane.y}, {d.width, lane.y});
        return;
    }
    // What comes under one name and goes under another stays in its place.
    Lanes &in = d.inputs[0].lanes, out = d.outputs[0].lanes, fresh, order;
    std::ranges::copy_if(out, std::back_inserter(fresh),
                         [&](const Lane& lane) { return !has(in, lane.axis); });
    const auto arriving = placed(in, 0);
    for (const PlacedLane& lane : arriving) {
        const bool stays = has(out, lane.lane.axis);
        addLane(d.marks, lane.lane, {0, lane.y}, {d.width, lane.y});
        if (!stays && !fresh.empty()) {
            const double x = d.width / 2;
            addPath(d.marks, Role::Stroke, Path::line({x, lane.y - 4}, {x, lane.y + 4}));
            order.push_back(fresh.front());
            fresh.erase(fresh.begin());
        } else if (stays)
            order.push_back(*std::ranges::find(out, lane.lane.axis, &Lane::axis));
    }
    order.insert(order.end(), fresh.begin(), fresh.end());
    d.outputs[0].lanes = order;
}

void drawJoin(Drawing& d)
{
    fullestFirst(d);
    d.inputTops = Drawing::stacked(d.inputs);
    d.outputTops = Drawing::stacked(d.outputs);
    if (d.inputs.empty()) return drawPassing(d);
    const Lanes out = d.outputs.empty() ? Lanes{} : d.outputs[0].lanes;
    const auto main = placed(d.inputs[0].lanes, 0);
    const double deepest = d.inputTops.back() + stackHeight(d.inputs.back().lanes.size());
    const bool sign = d.text.words.empty();
    const double half = sign ? 12 : expressionWidth(d.text.words, Role::Words) / 2;
    const double x = std::max(d.inputs.size() > 1 ? 20 + reachOf(deepest) : 10, half);
    d.widen(x + std::max(half, 10.0));
    for (const PlacedLane& lane : main) addLane(d.marks, lane.lane, {0, lane.y}, {d.width, lane.y});
    for (size_t i = 1; i < d.inputs.size(); ++i)
        for (const PlacedLane& lane : placed(d.inputs[i].lanes, d.inputTops[i])) {
            const PlacedLane* met = find(main, lane.lane.axis);
            const double y = met ? met->y : lane.y, bend = x - reachOf(lane.y - y);
            addLane(d.marks, lane.lane, {0, lane.y}, {bend, lane.y});
            addLane(d.marks, lane.lane, {bend, lane.y}, {x, y});
            if (met) addDot(d.marks, lane.lane, {x, y});
        }
    d.partTuples(dashed);
    if (sign)
        addText(d.marks, Role::Sign, {{d.text.symbol, Face::SemiBold}}, {x, -8});
    else
        addExpression(d.marks, d.text.words, Role::Words, {x, -15});
    if (d.outputs.empty()) return;
    Lanes order;
    for (const PlacedLane& lane : main)
        if (const auto same = std::ranges::find(out, lane.lane.axis, &Lane::axis); same != out.end())
            order.push_back(*same);
    for (const Lane& lane : out)
        if (std::ranges::find(order, lane.axis, &Lane::axis) == order.end()) order.push_back(lane);
    d.outputs[0].lanes = order;
}

void drawConcatenation(Drawing& d)
{
    if (d.inputs.empty()) return drawJoin(d);
    d.inputTops = Drawing::stacked(d.inputs);
    d.outputTops = Drawing::stacked(d.outputs);
    const Flow flow = flowOf(d, Gather::Last);
    const double deepest = d.inputTops.back() + stackHeight(d.inputs.back().lanes.size());
    const double x = flow.crossed + 20 + reachOf(deepest), barTop = flow.top() - 8;
    d.widen(x + 20);
    cross(d, flow);
    for (const PlacedLane& lane : flow.above)
        addLane(d.marks, lane.lane, {flow.crossed, lane.y}, {d.width, lane.y});
    for (const PlacedLane& lane : flow.acted)
        addLane(d.marks, lane.lane, {flow.crossed, lane.y}, {x, lane.y});
    for (const PlacedLane& lane : flow.made) addLane(d.marks, lane.lane, {x, lane.y}, {d.width, lane.y});
    double row = flow.top() + stackHeight(flow.acted.size());
    for (size_t i = 1; i < d.inputs.size(); ++i)
        for (const PlacedLane& lane : placed(d.inputs[i].lanes, d.inputTops[i])) {
            const PlacedLane* met = find(flow.above, lane.lane.axis);
            const double y = met ? met->y : (row += lanePitch), bend = x - reachOf(deepest);
            addLane(d.marks, lane.lane, {0, lane.y}, {bend, lane.y});
            addLane(d.marks, lane.lane, {bend, lane.y}, {x, y});
            if (met) addDot(d.marks, lane.lane, {x, y});
        }
    d.partTuples(dashed);
    addPath(d.marks, Role::Bar, Path::line({x, barTop}, {x, row + 8}));
}

} // namespace core::picture
