#include "core/diagram/linear.h"

#include "core/diagram/term.h"
#include "core/diagram/textparts.h"

#include <algorithm>
#include <utility>

namespace core
{

namespace
{

using namespace diagram;
using language::Syntax;

constexpr const char *linear = "linear", *contraction = "contract", *learned = "parameter",
                     *renaming = "rename_axis", *sum = "add";

struct NamedAxis {
    std::string name, size; ///< the size may be empty
};

std::vector<NamedAxis> axesIn(const Block& block, const char* setting)
{
    std::vector<NamedAxis> axes;
    const auto found = block.settings.find(setting);
    if (found == block.settings.end()) return axes;
    for (const Syntax& axis : language::parseExpression("[" + found->second.text + "]").children)
        axes.push_back(
            {axis.name, axis.kind == Syntax::Kind::Sized ? language::print(axis.children[0]) : ""});
    return axes;
}

bool names(const std::vector<NamedAxis>& axes, const std::string& name)
{
    return std::any_of(axes.begin(), axes.end(), [&](const NamedAxis& axis) { return axis.name == name; });
}

Setting asSetting(const std::vector<NamedAxis>& axes)
{
    std::string text;
    for (const NamedAxis& axis : axes)
        text += (text.empty() ? "" : ", ") + axis.name + (axis.size.empty() ? "" : ": " + axis.size);
    return {Setting::Kind::Text, 0, text, false};
}

class Joiner
{
public:
    explicit Joiner(Diagram& diagram)
        : m_diagram(diagram)
    {
    }

    void run()
    {
        std::vector<std::string> contractions;
        for (const Block& block : m_diagram.blocks)
            if (block.kind == contraction) contractions.push_back(block.id);
        for (const std::string& id : contractions) join(id);
    }

private:
    void join(const std::string& id)
    {
        const auto in = wiresTo(id);
        if (in.size() != 2) return;
        const Wire* weightWire = isOwnParameter(in[1]->from)   ? in[1]
                                 : isOwnParameter(in[0]->from) ? in[0]
                                                               : nullptr;
        if (!weightWire) return;
        const Wire x{(weightWire == in[1] ? in[0] : in[1])->from, {}};
        const Block weight = *m_diagram.find(weightWire->from.block);
        const std::vector<NamedAxis> over = axesIn(*m_diagram.find(id), "over");
        std::vector<NamedAxis> from, to;
        for (const NamedAxis& axis : axesIn(weight, "axes"))
            (names(over, axis.name) ? from : to).push_back(axis);
        if (from.size() != over.size() || to.empty()) return;
        for (NamedAxis& axis : from) axis.size.clear();

        std::set<std::string> gone{weight.id};
        std::string last = id;
        if (const Block* next = onlyReader(last); next && next->kind == renaming) {
            const auto old = axesIn(*next, "from"), fresh = axesIn(*next, "to");
            if (old.size() != fresh.size()) return;
            for (size_t i = 0; i < old.size(); ++i)
                for (NamedAxis& axis : to)
                    if (axis.name == old[i].name) axis.name = fresh[i].name;
            gone.insert(std::exchange(last, next->id));
        }
        Block made = weight;
        made.kind = linear;
        made.settings = {{"from", asSetting(from)}, {"to", asSetting(to)}, {"bias", {Setting::Kind::Switch}}};
        if (const auto init = weight.settings.find("init"); init != weight.settings.end())
            made.settings["init"] = init->second;
        if (const Block* next = onlyReader(last); next && next->kind == sum)
            if (const Block* bias = biasOf(*next, last, to)) {
                made.settings["bias"].on = true;
                if (const auto init = bias->settings.find("init"); init != bias->settings.end())
                    made.settings["bias_init"] = init->second;
                gone.insert(bias->id);
                gone.insert(std::exchange(last, next->id));
            }
        gone.erase(last);
        gone.insert(id);
        replace(gone, last, std::move(made), x.from);
    }

    std::vector<const Wire*> wiresTo(const std::string& id) const
    {
        std::vector<const Wire*> wires;
        for (const Wire& wire : m_diagram.wires)
            if (wire.to.block == id) wires.push_back(&wire);
        return wires;
    }

    const Block* onlyReader(const std::string& id) const
    {
        const Block* reader = nullptr;
        for (const Wire& wire : m_diagram.wires) {
            if (wire.from.block != id) continue;
            if (reader) return nullptr;
            reader = m_diagram.find(wire.to.block);
        }
        return reader;
    }

    bool isOwnParameter(const PortRef& port) const
    {
        return m_diagram.find(port.block)->kind == learned && onlyReader(port.block);
    }

    /// The parameter over the axes `to` that `added` adds to `block`, if that is all it adds.
    const Block* biasOf(const Block& added, const std::string& block, const std::vector<NamedAxis>& to) const
    {
        const auto in = wiresTo(added.id);
        if (in.size() != 2) return nullptr;
        const PortRef& other = in[0]->from.block == block ? in[1]->from : in[0]->from;
        if (!isOwnParameter(other)) return nullptr;
        const Block* bias = m_diagram.find(other.block);
        const auto axes = axesIn(*bias, "axes");
        const bool same =
            axes.size() == to.size() &&
            std::all_of(axes.begin(), axes.end(), [&](const NamedAxis& a) { return names(to, a.name); });
        return same ? bias : nullptr;
    }

    /// The block at the end of the chain becomes the new one; its readers stay.
    void replace(std::set<std::string> gone, const std::string& last, Block made, const PortRef& x)
    {
        gone.erase(last);
        const std::string name = last;
        Block& place = *m_diagram.find(last);
        made.id = name;
        made.comment = place.comment;
        place = std::move(made);
        std::erase_if(m_diagram.wires, [&](const Wire& wire) {
            return wire.to.block == name || gone.count(wire.to.block) || gone.count(wire.from.block);
        });
        for (Wire& wire : m_diagram.wires)
            if (wire.from.block == name) wire.from.port = "y";
        m_diagram.wires.push_back({x, {name, "x"}});
        std::erase_if(m_diagram.blocks, [&](const Block& block) { return gone.count(block.id) > 0; });
    }

    Diagram& m_diagram;
};

} // namespace

Inside drawnInsideOf(const Block& block, const Diagram& around, const BlockLibrary& library,
                     const Elaboration* made)
{
    Inside inside = insideOf(block, around, library, made);
    if (block.kind != linear) Joiner(inside.diagram).run();
    return inside;
}

} // namespace core
