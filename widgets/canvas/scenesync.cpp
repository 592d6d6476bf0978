// The items follow the diagram: what an edit does not touch keeps its item and its drawing.
#include "widgets/canvas/scene.h"

namespace widgets
{
namespace
{

BlockContent contentOf(const core::Block& block, const core::BlockDeclaration* kind, const std::string& data,
                       std::shared_ptr<const core::picture::Cell> cell)
{
    BlockContent content{block.id,
                         block.state,
                         QString::fromStdString(kind && !kind->title.empty() ? kind->title : block.kind),
                         {},
                         kind ? QString::fromStdString(kind->help)
                              : QObject::tr("This kind of block is not known."),
                         std::move(cell)};
    if (const auto* parameter = kind ? kind->parameter(kind->draw.label) : nullptr)
        content.setting = QString::fromStdString(core::picture::shortened(
            core::picture::settingText(core::picture::settingOf(block, *parameter)), 26));
    else if (kind && kind->inputs.empty())
        content.setting = QString::fromStdString(data);
    return content;
}

} // namespace

/// Whether a block is drawn as the other one, wherever it stands.
static bool drawnAlike(const core::Block& a, const core::Block& b)
{
    return a.id == b.id && a.kind == b.kind && a.settings == b.settings && a.state == b.state &&
           a.open == b.open && a.keepsNames == b.keepsNames;
}

std::shared_ptr<const core::picture::Cell>
DiagramScene::known(const core::Block& block, const core::BlockDeclaration& kind,
                    const std::vector<core::picture::Slot>& inputs,
                    const std::vector<core::picture::Slot>& outputs)
{
    KnownCell& before = m_known[block.id];
    if (before.cell && drawnAlike(before.block, block) && before.inputs == inputs &&
        before.outputs == outputs)
        return before.cell;
    auto opened = openedCell(m_lab.diagram(), m_lab.library(), m_lab.elaboration(), m_lab.signature(),
                             m_options, block, kind, inputs, outputs);
    auto cell = std::make_shared<const core::picture::Cell>(
        opened ? std::move(*opened)
               : cellOf(block, &kind, inputs, outputs, {m_options.sizes, m_options.data, &m_lab.library()}));
    before = {block, inputs, outputs, std::move(cell)};
    return before.cell;
}

core::picture::Cells DiagramScene::cells()
{
    const std::string& data = m_lab.document().data.name;
    const std::string name = data.substr(data.rfind('/') + 1);
    if (std::exchange(m_options.data, name) != name) m_known.clear();
    return core::picture::cellsOf(
        m_lab.diagram(), m_lab.library(), m_lab.elaboration(), {m_options.sizes, m_options.data},
        {{},
         [this](const core::Block& block, const core::BlockDeclaration& kind,
                const std::vector<core::picture::Slot>& in,
                const std::vector<core::picture::Slot>& out) { return known(block, kind, in, out); }});
}

namespace
{

/// Which of the items of before shows each value: an edit leaves the beginning and the end of a list as they
/// were, and only what lies between has to be looked up. Null: none does; those between go to
/// `gone`.
template<class Item, class Value, class Shows>
std::vector<Item*> followed(const std::vector<Item*>& before, const std::vector<Value>& now, Shows shows,
                            std::vector<Item*>& gone)
{
    std::vector<Item*> items(now.size(), nullptr);
    size_t first = 0, last = 0;
    while (first < before.size() && first < now.size() && shows(*before[first], now[first])) {
        items[first] = before[first];
        ++first;
    }
    const size_t most = std::min(before.size(), now.size()) - first;
    while (last < most && shows(*before[before.size() - 1 - last], now[now.size() - 1 - last])) {
        items[now.size() - 1 - last] = before[before.size() - 1 - last];
        ++last;
    }
    gone.assign(before.begin() + std::ptrdiff_t(first), before.end() - std::ptrdiff_t(last));
    return items;
}

QString keyOf(const core::Wire& wire)
{
    return QString::fromStdString(wire.from.text() + ' ' + wire.to.text());
}

} // namespace

/// Items for what is new, none for what is gone, pictures for what changed; then all go to their places.
void DiagramScene::sync()
{
    m_shownTypes = m_lab.typesRevision();
    m_syncDue = false;
    core::picture::Cells cells = this->cells();
    core::picture::LayoutGraph graph = layoutGraphOf(m_lab.diagram(), cells);
    followBlocks(cells);
    followWires(cells);
    arrange(std::move(graph));
    collectErrors();
    mark();
}

void DiagramScene::followBlocks(const core::picture::Cells& cells)
{
    const std::vector<core::Block>& blocks = m_lab.diagram().blocks;
    std::vector<BlockItem*> gone;
    m_order = followed(
        m_order, blocks,
        [](const BlockItem& item, const core::Block& block) { return item.id() == block.id; }, gone);
    std::unordered_map<std::string, BlockItem*> spare;
    for (BlockItem* item : gone) {
        spare[item->id()] = item;
        m_blocks.erase(item->id());
    }
    for (size_t i = 0; i < blocks.size(); ++i) {
        BlockItem*& item = m_order[i];
        if (!item) {
            const auto known = spare.extract(blocks[i].id);
            item = known ? known.mapped() : new BlockItem(m_look);
            m_blocks[blocks[i].id] = item;
            if (!known) {
                item->hide(); // until it has a place
                addItem(item);
            }
        }
        if (item->content().cell != cells.blocks[i])
            item->show(
                contentOf(blocks[i], m_lab.library().find(blocks[i].kind), m_options.data, cells.blocks[i]));
    }
    for (const auto& [id, item] : spare) {
        if (item == m_hoveredBlock) m_hoveredBlock = nullptr;
        m_known.erase(id);
        delete item;
    }
}

void DiagramScene::followWires(core::picture::Cells& cells)
{
    const std::vector<core::Wire>& wires = m_lab.diagram().wires;
    std::vector<WireItem*> gone;
    m_wires = followed(
        m_wires, wires, [](const WireItem& item, const core::Wire& wire) { return item.wire() == wire; },
        gone);
    QHash<QString, WireItem*> spare;
    for (WireItem* item : gone) spare[keyOf(item->wire())] = item;
    m_ends.clear();
    for (size_t i = 0; i < wires.size(); ++i) {
        WireItem*& item = m_wires[i];
        if (!item) item = spare.isEmpty() ? nullptr : spare.take(keyOf(wires[i]));
        if (!item) {
            item = new WireItem(m_look);
            addItem(item);
        }
        const core::picture::Cells::Ends& ends = cells.ends[i];
        m_ends.emplace_back(ends.from < 0 ? nullptr : m_order[size_t(ends.from)],
                            ends.to < 0 ? nullptr : m_order[size_t(ends.to)]);
        core::picture::Lanes& lanes = cells.wires[i];
        if (lanes.empty()) lanes = core::picture::lanesOf(m_lab.elaboration(), wires[i].from.text());
        item->show(wires[i], std::move(lanes));
    }
    for (WireItem* item : spare) {
        if (item == m_hoveredWire) m_hoveredWire = nullptr;
        m_settled.wires.erase(item);
        delete item;
    }
}

} // namespace widgets
