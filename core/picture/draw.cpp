#include "core/picture/draw.h"

#include "core/diagram/linear.h"
#include "core/picture/columns.h"
#include "core/picture/drawing.h"
#include "core/picture/far.h"
#include "core/picture/route.h"
#include "core/picture/walked.h"

#include <algorithm>

namespace core::picture
{

namespace
{

constexpr int deepestOpening = 8;

/// One diagram: that of the document, or the inside of an opened block.
struct Level {
    const Diagram& diagram;
    const BlockLibrary& library;
    const Elaboration& elaboration;
    const DataSignature& data;
    const DrawOptions& options;
    std::string path; ///< of the block around it: "encoder/", or empty
    int depth = 0;
    std::map<std::string, Lanes> arriving; ///< by id of an input block
};

struct Drawn {
    Picture picture;
    Cells cells;
    std::vector<Point> centres; ///< as the blocks of the diagram
};

Drawn drawn(const Level&);

bool isEnd(const Block& block, const char* kind) { return block.kind == kind; }

/// Which end of an inside stands for a port: the first of that name that was not taken yet.
std::string portOf(const Block& end, const BlockLibrary& library)
{
    const BlockDeclaration* kind = library.find(end.kind);
    const ParameterDeclaration* name = kind ? kind->parameter("name") : nullptr;
    return name ? settingText(settingOf(end, *name)) : end.id;
}

/// An opened block: a frame with its title, its inside drawn within.
std::optional<Cell> openedCell(const Level& around, const Block& block, const BlockDeclaration& kind,
                               std::vector<Slot> inputs, std::vector<Slot> outputs)
{
    if (around.depth >= deepestOpening || !opens(kind)) return {};
    const std::string path = around.path + block.id;
    if (!block.open && !around.options.open.contains(path)) return {};
    Inside inside;
    try {
        inside = drawnInsideOf(block, around.diagram, around.library, &around.elaboration);
    } catch (const Error&) { // what cannot be opened stays closed; the elaboration says why
        return {};
    }
    const bool walked = !inside.along.empty(), repeated = walked || kind.draw.shape == "repeat";
    if (repeated) // the copy is what the brackets show
        for (Block& copy : inside.diagram.blocks) copy.open = true;
    const Elaboration elaboration = elaborate(inside, around.library, around.data, Phase::Evaluation);
    Level level{inside.diagram, around.library, elaboration,      around.data,
                around.options, path + "/",     around.depth + 1, {}};
    std::vector<const Block*> ins(inputs.size()), outs(outputs.size());
    const auto match = [&](const std::vector<Slot>& slots, std::vector<const Block*>& ends,
                           const char* endKind) {
        std::set<std::string> taken;
        for (size_t i = 0; i < slots.size(); ++i)
            for (const Block& end : inside.diagram.blocks) {
                if (ends[i] || !isEnd(end, endKind) || taken.contains(end.id)) continue;
                if (portOf(end, around.library) != slots[i].port) continue;
                ends[i] = &end;
                taken.insert(end.id);
            }
    };
    match(inputs, ins, "input");
    match(outputs, outs, "output");
    for (size_t i = 0; i < ins.size(); ++i)
        if (ins[i]) level.arriving[ins[i]->id] = withoutAxis(inputs[i].lanes, inside.along);
    Drawn inner = drawn(level);
    if (inner.picture.marks.empty()) return {};

    const double side = walked ? walkedSide : repeated ? 20 : 0, head = repeated && !walked ? 10 : 30;
    const Rect bounds = inner.picture.bounds;
    Rect frame{bounds.left, bounds.top - head, bounds.right, bounds.bottom + 10};
    for (size_t b = 0; b < inside.diagram.blocks.size(); ++b) {
        const Block& end = inside.diagram.blocks[b];
        const double half = inner.cells.blocks[b]->size.width / 2;
        if (isEnd(end, "input")) frame.left = std::min(frame.left, inner.centres[b].x - half);
        if (isEnd(end, "output")) frame.right = std::max(frame.right, inner.centres[b].x + half);
    }
    frame = {std::floor(frame.left / 10) * 10 - side, std::floor(frame.top / 10) * 10,
             frame.right + (walked ? 1 : 2) * side, frame.bottom};
    const Runs title{{kind.title.empty() ? block.kind : kind.title, Face::SemiBold}};
    frame.right = std::max(frame.right, frame.left + widthOf(title, styleOf(Role::Title).size) + 20);
    frame.right = frame.left + std::ceil(frame.width() / 20) * 20;
    frame.bottom = frame.top + std::ceil(frame.height() / 20) * 20;
    const Point centre = frame.centre();

    Cell cell;
    cell.size = frame.size();
    const Rect all = Rect::around({}, cell.size);
    const Rect within = all.grown(-walkedReach, -2);
    if (walked) {
        addWalkedBrackets(cell.marks, within, inside.along, inside.reverse);
    } else if (repeated) {
        const auto* count = kind.parameter("count");
        const Rect inside{all.left + 4, all.top + 2, all.right - side, all.bottom - 2};
        addBrackets(cell.marks, inside, count ? settingText(settingOf(block, *count)) : "n");
    } else {
        addPath(cell.marks, Role::Frame, Path::rectangle(all.grown(0, -2), 8));
        addText(cell.marks, Role::Title, title, {all.left + 10, all.top + 18}, Anchor::Start);
    }
    cell.owners = inner.picture.owners;
    for (const Mark& mark : inner.picture.marks) cell.marks.push_back(mark.translated(-centre));
    cell.outline = Path::rectangle(all.grown(0, -2), 8);
    const auto joined = [&](std::vector<Slot>& slots, const std::vector<const Block*>& ends, bool left) {
        double spare = all.bottom - 20;
        for (size_t i = 0; i < slots.size(); ++i) {
            slots[i].place = {left ? all.left : all.right, spare};
            if (!ends[i]) {
                spare -= 20;
                continue;
            }
            const auto index = size_t(ends[i] - inside.diagram.blocks.data());
            const Cell& end = *inner.cells.blocks[index];
            const Point at = inner.centres[index] - centre;
            const Slot& slot = left ? end.outputs.front() : end.inputs.front();
            const double first = at.y + slot.place.y - stackHeight(slot.lanes.size()) / 2;
            slots[i].lanes = withAxis(slot.lanes, slots[i].lanes, inside.along);
            slots[i].place.y = first + stackHeight(slots[i].lanes.size()) / 2;
            if (!slots[i].wired && !left) continue;
            const double edge = at.x + (left ? -1 : 1) * end.size.width / 2;
            const double bracket = left ? within.left : within.right;
            if (walked)
                addCrossing(cell.marks, slots[i].lanes, first, slot.lanes, first, left ? all.left : all.right,
                            bracket);
            if (walked && !left)
                for (const Wire& wire : inside.diagram.wires)
                    if (wire.to.block == ends[i]->id)
                        addText(cell.marks, Role::Words, mathematics(wire.from.port),
                                {bracket - 12, first - 6}, Anchor::End);
            const double outer = walked ? bracket : left ? all.left : all.right;
            for (const PlacedLane& lane : placed(slot.lanes, first))
                left ? addLane(cell.marks, lane.lane, {outer, lane.y}, {edge, lane.y})
                     : addLane(cell.marks, lane.lane, {edge, lane.y}, {outer, lane.y});
        }
    };
    joined(inputs, ins, true);
    joined(outputs, outs, false);
    if (walked)
        for (size_t b = 0; b < inside.diagram.blocks.size(); ++b) {
            const Block& end = inside.diagram.blocks[b];
            const bool left = isEnd(end, "input");
            if ((!left && !isEnd(end, "output")) || std::ranges::count(ins, &end) ||
                std::ranges::count(outs, &end))
                continue;
            const Cell& state = *inner.cells.blocks[b];
            const Slot& slot = left ? state.outputs.front() : state.inputs.front();
            const Point at = inner.centres[b] - centre;
            addState(cell.marks, portOf(end, around.library), slot.lanes,
                     at.y + slot.place.y - stackHeight(slot.lanes.size()) / 2,
                     left ? within.left : within.right, at.x + (left ? -0.5 : 0.5) * state.size.width);
        }
    if (!repeated) addFrameTitle(cell.marks, title, all);
    cell.inputs = std::move(inputs);
    cell.outputs = std::move(outputs);
    markFresh(cell, around.options.sizes);
    return cell;
}

Drawn drawn(const Level& around)
{
    const BlockLibrary own = around.library.with(around.diagram);
    const Level level{around.diagram, own,         around.elaboration, around.data,
                      around.options, around.path, around.depth,       around.arriving};
    Drawn result;
    const CellOptions options{level.options.sizes, level.options.data, &own};
    result.cells = cellsOf(level.diagram, level.library, level.elaboration, options,
                           {level.arriving, [&](const Block& block, const BlockDeclaration& kind,
                                                const std::vector<Slot>& in, const std::vector<Slot>& out) {
                                auto opened = openedCell(level, block, kind, in, out);
                                return opened ? std::make_shared<const Cell>(std::move(*opened)) : nullptr;
                            }});
    LayoutGraph graph = layoutGraphOf(level.diagram, result.cells);
    for (size_t b = 0; b < graph.blocks.size(); ++b) {
        const Block& block = level.diagram.blocks[b];
        if (level.depth == 0) continue;
        if (isEnd(block, "input")) graph.blocks[b].column = BlockShape::Column::First;
        if (isEnd(block, "output")) graph.blocks[b].column = BlockShape::Column::Last;
    }
    const std::optional<Precedent>& before = level.options.before;
    const bool follows = level.depth == 0 && before && before->blocks.size() == graph.blocks.size() &&
                         before->wires.size() == graph.wires.size();
    const Layout layout = *layoutOf(graph, {}, follows ? &*before : nullptr);
    result.centres = layout.centres;
    std::vector<Rect> bodies;
    for (size_t b = 0; b < level.diagram.blocks.size(); ++b)
        bodies.push_back(Rect::around(layout.centres[b], result.cells.blocks[b]->size));
    std::vector<Rect> rooms = farRooms(bodies);
    Rect inside;
    for (const Rect& body : bodies) inside = inside.united(body);
    if (level.depth > 0) // not beyond the frame
        for (Rect& room : rooms) {
            room.left = std::max(room.left, inside.left);
            room.right = std::min(room.right, inside.right);
        }
    Picture& picture = result.picture;
    const std::vector<double> labels = labelRooms(level.diagram, graph, layout.wires);
    for (size_t w = 0; w < level.diagram.wires.size(); ++w) {
        const Wire& wire = level.diagram.wires[w];
        picture.add(
            wireMarks(layout.wires[w], result.cells.wires[w], options.sizes, labels[w], Trunk::Shared), {},
            picture.own({Owner::Kind::Wire, level.path + wire.from.text() + " -> " + wire.to.text()}));
    }
    for (size_t b = 0; b < level.diagram.blocks.size(); ++b) {
        const Block& block = level.diagram.blocks[b];
        const Cell& cell = *result.cells.blocks[b];
        const int base = int(picture.owners.size());
        picture.owners.insert(picture.owners.end(), cell.owners.begin(), cell.owners.end());
        const int own = picture.own({Owner::Kind::Block, level.path + block.id});
        for (const Mark& mark : cell.marks)
            picture.add({&mark, 1}, layout.centres[b], mark.owner < 0 ? own : base + mark.owner);
        picture.add(farMarks(cell, rooms[b].translated(-layout.centres[b])), layout.centres[b], own);
    }
    return result;
}

/// What of a wire is drawn: it shares its trunk, up to its copy dots, with one that goes on.
WireRun fromCopy(WireRun run)
{
    if (!run.copy || !run.forward) return run;
    run.start = *run.copy;
    std::erase_if(run.bends, [&](const WireRun::Bend& bend) { return bend.x < run.start.x; });
    return run;
}

} // namespace

std::optional<Cell> openedCell(const Diagram& around, const BlockLibrary& library,
                               const Elaboration& elaboration, const DataSignature& data,
                               const DrawOptions& options, const Block& block, const BlockDeclaration& kind,
                               std::vector<Slot> inputs, std::vector<Slot> outputs)
{
    return openedCell(Level{around, library, elaboration, data, options, {}, 0, {}}, block, kind,
                      std::move(inputs), std::move(outputs));
}

Marks wireMarks(const WireRun& run, const Lanes& lanes, Sizes sizes, double room, Trunk trunk)
{
    Marks marks;
    if (!run.drawn || lanes.empty()) return marks;
    const std::vector<Path> paths =
        lanePaths(trunk == Trunk::Shared ? fromCopy(run) : run, int(lanes.size()));
    for (size_t i = 0; i < lanes.size(); ++i) {
        addPath(marks, wireRole(lanes[i]), paths[i]);
        const double offset = laneOffset(i, lanes.size());
        if (run.copy) addDot(marks, lanes[i], *run.copy + Point{0, offset});
        if (room <= 0) continue;
        const Lane& lane = lanes[i];
        Runs label = laneLabel(lane, sizes);
        const auto fits = [&] { return widthOf(label, styleOf(Role::Label).size) + 10 <= room; };
        if (!lane.fresh && !fits()) label = laneLabel(lane, Sizes::Off);
        if (!lane.fresh && !fits()) continue;
        addText(marks, lane.batch() ? Role::BatchLabel : Role::Label, std::move(label),
                run.start + Point{6, offset - 4}, Anchor::Start, lane.fresh ? Detail::Normal : Detail::Near);
    }
    return marks;
}

LayoutGraph layoutGraphOf(const Diagram& diagram, const Cells& cells)
{
    LayoutGraph graph;
    for (size_t b = 0; b < diagram.blocks.size(); ++b)
        graph.blocks.push_back({cells.blocks[b]->size, cells.blocks[b]->room, diagram.blocks[b].pin});
    for (size_t w = 0; w < diagram.wires.size(); ++w) {
        const Cells::Ends& ends = cells.ends[w];
        WireShape& shape = graph.wires.emplace_back();
        if (ends.from < 0 || ends.to < 0) continue;
        const Slot* start = cells.blocks[size_t(ends.from)]->output(diagram.wires[w].from.port);
        const Slot* end = cells.blocks[size_t(ends.to)]->input(diagram.wires[w].to.port, ends.rank);
        if (!start || !end) continue;
        shape = {ends.from, ends.to, start->place, end->place,
                 int(std::max<size_t>(1, cells.wires[w].size()))};
    }
    return graph;
}

Picture draw(const Diagram& diagram, const BlockLibrary& library, const Elaboration& elaboration,
             const DataSignature& data, const DrawOptions& options)
{
    Drawn all = drawn({diagram, library, elaboration, data, options, {}, 0, {}});
    Picture& picture = all.picture;
    addLenses(picture, options.lenses);
    if (options.costs) addColumns(picture, columnsOf(diagram, all.cells, all.centres, elaboration));
    if (!options.title.empty()) {
        Marks heading;
        addText(heading, Role::Heading, {{options.title, Face::SemiBold}},
                {picture.bounds.left, picture.bounds.top - 16}, Anchor::Start, Detail::Always);
        picture.add(heading, {}, -1);
        picture.title = options.title;
    }
    return std::move(picture);
}

Picture draw(const Document& document, const BlockLibrary& library, const DataSignature& data,
             DrawOptions options)
{
    options.data = document.data.name.substr(document.data.name.rfind('/') + 1);
    return draw(document.diagram, library, elaborate(document.diagram, library, data, Phase::Training), data,
                options);
}

} // namespace core::picture
