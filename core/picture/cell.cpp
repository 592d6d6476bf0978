#include "core/picture/cell.h"

#include "core/picture/drawing.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace core::picture
{

namespace
{

constexpr size_t longestWords = 26;

/// Fills in `words` of a declaration: "{kernel}" is a setting, "{stride?/}" the same behind "/" unless it
/// has its default value.
std::string filled(const std::string& words, const Block& block, const BlockDeclaration& kind)
{
    std::string text;
    for (size_t i = 0; i < words.size(); ++i) {
        const size_t end = words[i] == '{' ? words.find('}', i) : std::string::npos;
        if (end == std::string::npos) {
            text += words[i];
            continue;
        }
        const std::string field = words.substr(i + 1, end - i - 1);
        const size_t optional = field.find('?');
        i = end;
        const ParameterDeclaration* parameter = kind.parameter(field.substr(0, optional));
        if (!parameter) continue;
        const Setting& setting = settingOf(block, *parameter);
        if (optional == std::string::npos)
            text += settingText(setting);
        else if (!(setting == parameter->initial))
            text += field.substr(optional + 1) +
                    (setting.kind == Setting::Kind::Switch ? "" : settingText(setting));
    }
    return text;
}

bool switchedOn(const Block& block, const BlockDeclaration& kind, const char* name)
{
    const ParameterDeclaration* parameter = kind.parameter(name);
    return parameter && settingOf(block, *parameter).on;
}

/// The block that another applies again and again: "encoder_block(heads = 4)", its title and settings.
struct Inner {
    std::string title, settings;
};
Inner innerOf(const Block& block, const BlockDeclaration& kind, const BlockLibrary* library)
{
    const ParameterDeclaration* of = kind.draw.label == "of" ? kind.parameter("of") : nullptr;
    if (!of || !library) return {};
    const std::string text = settingText(settingOf(block, *of));
    const size_t open = text.find('('), close = text.rfind(')');
    const std::string name =
        text.substr(0, text.find_last_not_of(' ', open == text.npos ? open : open - 1) + 1);
    const BlockDeclaration* inner = library->find(name);
    Inner result{inner && !inner->title.empty() ? inner->title : name, {}};
    if (open == text.npos || close == text.npos || close < open) return result;
    for (const char c : text.substr(open + 1, close - open - 1))
        if (c == '=' && result.settings.ends_with(' ')) // "heads = 4" becomes "heads 4"
            result.settings.pop_back();
        else
            result.settings += c;
    return result;
}

/// What is written on the block.
SymbolText textOf(const Block& block, const BlockDeclaration& kind, const CellOptions& options)
{
    SymbolText text;
    text.symbol = kind.draw.symbol;
    text.title = {{kind.title.empty() ? block.kind : kind.title, Face::SemiBold}};
    text.learned = kind.draw.learned;
    text.linear = kind.draw.linear;
    text.bias = switchedOn(block, kind, "bias");
    const bool shortId = block.id.size() <= 5 &&
                         std::ranges::all_of(block.id, [](unsigned char c) { return std::isalpha(c); });
    if (shortId) text.superscript = block.id;
    std::string words;
    const Inner inner = innerOf(block, kind, options.library);
    if (!inner.title.empty()) {
        const bool repeated = kind.draw.shape == "repeat";
        if (repeated) text.title = {{inner.title, Face::SemiBold}};
        text.words = mathematics(shortened(repeated ? inner.settings : inner.title, longestWords));
        return text;
    }
    const ParameterDeclaration* label = kind.parameter(kind.draw.label);
    if (!kind.draw.words.empty())
        words = filled(kind.draw.words, block, kind);
    else if (label)
        words = settingText(settingOf(block, *label));
    else if (kind.inputs.empty() && !options.note.empty())
        text.words = {{shortened(options.note, longestWords)}};
    if (words.find_first_not_of(' ') == std::string::npos) return text;
    text.words = mathematics(shortened(words, longestWords));
    return text;
}

/// Moves the drawing so that its centre is at (0, 0), on the grid.
Cell finished(Drawing& d)
{
    Rect extent{0, 0, d.width, 0};
    for (const Mark& mark : d.marks)
        if (mark.detail != Detail::Near) extent = extent.united(mark.bounds());
    const double top = std::floor(extent.top / gridUnit) * gridUnit;
    const double height = std::max(20.0, std::ceil((extent.bottom - top) / 20) * 20);
    const Point centre{d.width / 2, top + height / 2};

    Cell cell;
    cell.size = {d.width, height};
    const Rect all = Rect::around({}, cell.size);
    for (const Mark& mark : d.marks) {
        cell.marks.push_back(mark.translated(-centre));
        if (mark.role == Role::Words) cell.words = cell.marks.back().bounds().grown(4, 2);
    }
    for (Mark& mark : cell.marks)
        if (mark.detail == Detail::Always && mark.role != Role::Wire && mark.role != Role::Batch &&
            mark.role != Role::Unknown)
            mark.detail = Detail::Normal;
    const bool captioned = std::ranges::any_of(d.marks, [](const Mark& m) { return m.role == Role::Title; });
    if (captioned) cell.title = d.text.title;
    cell.learned = d.kind.draw.learned;
    cell.outline = Path::rectangle(all.grown(0, -2), 6);
    cell.setting = d.kind.parameter(d.kind.draw.label) ? d.kind.draw.label : std::string();

    const auto place = [&](std::vector<Slot>& slots, const std::vector<double>& tops, double x) {
        for (size_t i = 0; i < slots.size(); ++i)
            slots[i].place = {x, tops[i] + stackHeight(slots[i].lanes.size()) / 2 - centre.y};
    };
    place(d.inputs, d.inputTops, all.left);
    place(d.outputs, d.outputTops, all.right);
    cell.inputs = std::move(d.inputs);
    cell.outputs = std::move(d.outputs);
    markFresh(cell, d.options.sizes);
    return cell;
}

/// Of a kind that is not known: its ports are those that wires go to.
BlockDeclaration undeclared(const Block& block, const std::vector<Slot>& inputs,
                            const std::vector<Slot>& outputs)
{
    BlockDeclaration kind;
    kind.name = kind.title = block.kind;
    kind.draw.shape = "box";
    for (const Slot& slot : inputs) kind.inputs.push_back({.name = slot.port});
    for (const Slot& slot : outputs) kind.outputs.push_back({.name = slot.port});
    return kind;
}

/// Ends of all wires, as indices.
std::vector<Cells::Ends> endsOf(const Diagram& diagram)
{
    std::unordered_map<std::string_view, int> index;
    for (size_t i = 0; i < diagram.blocks.size(); ++i) index.emplace(diagram.blocks[i].id, int(i));
    std::map<std::pair<int, std::string_view>, int> taken;
    std::vector<Cells::Ends> ends;
    for (const Wire& wire : diagram.wires) {
        const auto from = index.find(wire.from.block), to = index.find(wire.to.block);
        Cells::Ends& both = ends.emplace_back();
        if (from != index.end()) both.from = from->second;
        if (to == index.end()) continue;
        both.to = to->second;
        both.rank = taken[{both.to, wire.to.port}]++;
    }
    return ends;
}

struct Wiring {
    std::vector<std::vector<int>> in, out; ///< wires of every block
    std::vector<int> order;                ///< blocks, sources first
    std::vector<int> depth;                ///< blocks before each on the longest way
};

/// Without recursion: a chain of 10^5 blocks must not exhaust the stack.
Wiring wiringOf(size_t blocks, const std::vector<Cells::Ends>& ends)
{
    Wiring wiring{std::vector<std::vector<int>>(blocks),
                  std::vector<std::vector<int>>(blocks),
                  {},
                  std::vector<int>(blocks, -1)};
    for (size_t w = 0; w < ends.size(); ++w) {
        if (ends[w].to >= 0) wiring.in[size_t(ends[w].to)].push_back(int(w));
        if (ends[w].from >= 0) wiring.out[size_t(ends[w].from)].push_back(int(w));
    }
    struct Step {
        int block;
        size_t next = 0;
        int deepest = 0;
    };
    std::vector<Step> path;
    const auto enter = [&](int block) {
        wiring.depth[size_t(block)] = 0; // a cycle ends here
        path.push_back({block});
    };
    for (size_t root = 0; root < blocks; ++root) {
        if (wiring.depth[root] >= 0) continue;
        for (enter(int(root)); !path.empty();) {
            Step& step = path.back();
            const std::vector<int>& in = wiring.in[size_t(step.block)];
            if (step.next < in.size()) {
                const int feeder = ends[size_t(in[step.next])].from;
                const int before = feeder < 0 ? -1 : wiring.depth[size_t(feeder)];
                if (feeder >= 0 && before < 0) {
                    enter(feeder); // it is looked at again when it is done
                    continue;
                }
                ++step.next;
                if (feeder >= 0) step.deepest = std::max(step.deepest, before + 1);
                continue;
            }
            wiring.depth[size_t(step.block)] = step.deepest;
            wiring.order.push_back(step.block);
            path.pop_back();
        }
    }
    return wiring;
}

} // namespace

void markFresh(Cell& cell, Sizes sizes)
{
    const auto arrived = [&](const Lane& lane) {
        return std::ranges::any_of(cell.inputs, [&](const Slot& slot) {
            return std::ranges::any_of(
                slot.lanes, [&](const Lane& l) { return l.axis == lane.axis && l.size == lane.size; });
        });
    };
    for (Slot& slot : cell.outputs)
        for (Lane& lane : slot.lanes) {
            lane.fresh = !arrived(lane);
            if (lane.fresh && slot.wired)
                cell.room =
                    std::max(cell.room, widthOf(laneLabel(lane, sizes), styleOf(Role::Label).size) + 14);
        }
}

const Slot* Cell::input(const std::string& port, int wire) const
{
    const auto fits = [&](const Slot& slot) { return slot.port == port && slot.wire == wire; };
    auto found = std::ranges::find_if(inputs, fits);
    if (found == inputs.end()) found = std::ranges::find(inputs, port, &Slot::port);
    return found == inputs.end() ? nullptr : &*found;
}

const Slot* Cell::output(const std::string& port) const
{
    const auto found = std::ranges::find(outputs, port, &Slot::port);
    return found == outputs.end() ? nullptr : &*found;
}

Cell cellOf(const Block& block, const BlockDeclaration* declaration, std::vector<Slot> inputs,
            std::vector<Slot> outputs, const CellOptions& options)
{
    const BlockDeclaration kind = declaration ? *declaration : undeclared(block, inputs, outputs);
    // Optional inputs that nothing comes to take no room: they wait one above the other at the lower left.
    const auto rest = std::ranges::stable_partition(
        inputs, [](const Slot& slot) { return slot.wired || !slot.lanes.empty(); });
    std::vector<Slot> idle(rest.begin(), rest.end());
    inputs.erase(rest.begin(), rest.end());
    Drawing drawing{
        block, kind, options, std::move(inputs), std::move(outputs), {}, {}, textOf(block, kind, options)};
    formOf(kind.draw.shape).draw(drawing);
    Cell cell = finished(drawing);
    for (Slot& slot : idle) {
        slot.place = {-cell.size.width / 2, cell.size.height / 2 - gridUnit * double(&slot - idle.data())};
        cell.inputs.push_back(std::move(slot));
    }
    return cell;
}

Cells cellsOf(const Diagram& diagram, const BlockLibrary& library, const Elaboration& elaboration,
              const CellOptions& options, const CellHooks& hooks)
{
    CellOptions own = options;
    own.library = &library;
    Cells result;
    result.ends = endsOf(diagram);
    result.blocks.resize(diagram.blocks.size());
    result.wires.resize(diagram.wires.size());
    const Wiring wiring = wiringOf(diagram.blocks.size(), result.ends);
    for (const int index : wiring.order) {
        const Block& block = diagram.blocks[size_t(index)];
        const std::vector<int>&in = wiring.in[size_t(index)], &out = wiring.out[size_t(index)];
        const auto wireAt = [&](int wire) -> const Wire& { return diagram.wires[size_t(wire)]; };
        const auto declared = library.declarationOf(block);
        const BlockDeclaration* kind = declared.get();
        std::vector<Slot> inputs, outputs;
        const auto arrive = [&](const std::string& port, bool needed) {
            std::vector<int> wires;
            std::ranges::copy_if(in, std::back_inserter(wires),
                                 [&](int wire) { return wireAt(wire).to.port == port; });
            if (kind && kind->draw.shape == "join") // what comes from nearby goes on top, a bypass below
                std::ranges::stable_sort(wires, std::greater(), [&](int wire) {
                    const int from = result.ends[size_t(wire)].from;
                    return from < 0 ? 0 : wiring.depth[size_t(from)];
                });
            for (const int wire : wires) {
                const Cells::Ends& ends = result.ends[size_t(wire)];
                const PortRef& from = wireAt(wire).from;
                const Cell* source = ends.from < 0 ? nullptr : result.blocks[size_t(ends.from)].get();
                const Slot* slot = source ? source->output(from.port) : nullptr;
                Lanes& lanes = result.wires[size_t(wire)];
                lanes = slot ? slot->lanes : lanesOf(elaboration, from.text());
                inputs.push_back({port, ends.rank, lanes});
            }
            if (wires.empty())
                inputs.push_back({port, -1, needed ? Lanes{{.known = false}} : Lanes{}, {}, false});
        };
        const auto isRead = [&](const std::string& port) {
            return std::ranges::any_of(out, [&](int wire) { return wireAt(wire).from.port == port; });
        };
        const auto leave = [&](const std::string& port, bool first) {
            const std::string name = PortRef{block.id, port}.text();
            outputs.push_back({port, -1, lanesOf(elaboration, name), {}, first || isRead(port)});
        };
        if (kind) {
            for (const PortDeclaration& port : kind->inputs) arrive(port.name, !port.optional);
            const bool unread = std::ranges::none_of(
                kind->outputs, [&](const PortDeclaration& port) { return isRead(port.name); });
            for (const PortDeclaration& port : kind->outputs)
                leave(port.name, unread && &port == &kind->outputs.front());
        } else {
            std::set<std::string> to, from;
            for (const int wire : in) to.insert(wireAt(wire).to.port);
            for (const int wire : out) from.insert(wireAt(wire).from.port);
            for (const std::string& port : to) arrive(port, true);
            for (const std::string& port : from) leave(port, true);
        }
        if (const auto given = hooks.arriving.find(block.id);
            given != hooks.arriving.end() && !outputs.empty())
            outputs[0].lanes = given->second;
        auto& made = result.blocks[size_t(index)];
        if (kind && hooks.instead) made = hooks.instead(block, *kind, inputs, outputs);
        if (made) continue;
        Cell cell = cellOf(block, kind, std::move(inputs), std::move(outputs), own);
        if (hooks.arriving.contains(block.id)) // labelled where they come from
            for (Slot& slot : cell.outputs)
                for (Lane& lane : slot.lanes) lane.fresh = false;
        made = std::make_shared<const Cell>(std::move(cell));
    }
    return result;
}

} // namespace core::picture
