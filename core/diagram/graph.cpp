#include "core/diagram/graph.h"

#include <algorithm>
#include <functional>

namespace core::diagram
{

namespace
{

using Kinds = std::map<std::string, std::shared_ptr<const BlockDeclaration>>;

void checkWires(const Diagram& diagram, const Kinds& kinds, Graph& graph, Errors& errors)
{
    std::set<PortRef> taken;
    for (const Wire& wire : diagram.wires) {
        const auto from = kinds.find(wire.from.block), to = kinds.find(wire.to.block);
        if (to == kinds.end()) {
            errors.push_back({wire.to.text(), "there is no block " + wire.to.block, "remove the wire"});
            continue;
        }
        if (from == kinds.end()) {
            errors.push_back({wire.to.text(),
                              "a wire comes from " + wire.from.text() + ", but there is no such block",
                              "remove the wire"});
            graph.broken.insert(wire.to.block);
            continue;
        }
        if (!to->second) continue; // of unknown kind: reported already
        const PortDeclaration* port = findPort(to->second->inputs, wire.to.port);
        if (!port) {
            errors.push_back({wire.to.text(), "block " + to->second->name + " has no input " + wire.to.port,
                              "inputs are " + portNames(to->second->inputs)});
            graph.broken.insert(wire.to.block);
            continue;
        }
        if (from->second && !findPort(from->second->outputs, wire.from.port)) {
            errors.push_back({wire.from.text(),
                              "block " + from->second->name + " has no output " + wire.from.port,
                              "outputs are " + portNames(from->second->outputs)});
            graph.broken.insert(wire.to.block);
            continue;
        }
        if (!taken.insert(wire.to).second && !port->variadic) {
            errors.push_back(
                {wire.to.text(),
                 "more than one wire ends here; the one from " + wire.from.text() + " is too many",
                 "insert an add or a concatenate block"});
            graph.broken.insert(wire.to.block);
            continue;
        }
        graph.into[wire.to.block].push_back(&wire);
    }
}

/// Strongly connected components of more than one block (or a block wired to itself), after Tarjan 1972.
class Cycles
{
public:
    explicit Cycles(const std::map<std::string, std::vector<std::string>>& next)
        : m_next(next)
    {
    }

    std::vector<std::vector<std::string>> find()
    {
        for (const auto& [id, unused] : m_next)
            if (!m_state.count(id)) visit(id);
        return m_found;
    }

private:
    struct State {
        int index, low;
        bool open;
    };

    // Without recursion: a chain of 10^5 blocks must not exhaust the stack.
    void visit(const std::string& root)
    {
        std::vector<std::pair<std::string, size_t>> path;
        const auto enter = [&](const std::string& id) {
            const int index = int(m_state.size());
            m_state[id] = {index, index, true};
            m_stack.push_back(id);
            path.emplace_back(id, 0);
        };
        enter(root);
        while (!path.empty()) {
            const std::string id = path.back().first;
            const std::vector<std::string>& next = m_next.at(id);
            if (path.back().second < next.size()) {
                const std::string& to = next[path.back().second++];
                const auto known = m_state.find(to);
                if (known == m_state.end())
                    enter(to);
                else if (known->second.open)
                    m_state[id].low = std::min(m_state[id].low, known->second.index);
                continue;
            }
            path.pop_back();
            if (!path.empty()) {
                State& parent = m_state[path.back().first];
                parent.low = std::min(parent.low, m_state[id].low);
            }
            if (m_state[id].low == m_state[id].index) close(id);
        }
    }

    void close(const std::string& id)
    {
        std::vector<std::string> component;
        do {
            component.push_back(m_stack.back());
            m_state[m_stack.back()].open = false;
            m_stack.pop_back();
        } while (component.back() != id);
        const std::vector<std::string>& next = m_next.at(id);
        std::reverse(component.begin(), component.end());
        if (component.size() > 1 || std::find(next.begin(), next.end(), id) != next.end())
            m_found.push_back(component);
    }

    const std::map<std::string, std::vector<std::string>>& m_next;
    std::map<std::string, State> m_state;
    std::vector<std::string> m_stack;
    std::vector<std::vector<std::string>> m_found;
};

} // namespace

const PortDeclaration* findPort(const std::vector<PortDeclaration>& ports, std::string_view name)
{
    const auto found =
        std::find_if(ports.begin(), ports.end(), [&](const auto& port) { return port.name == name; });
    return found == ports.end() ? nullptr : &*found;
}

std::string portNames(const std::vector<PortDeclaration>& ports)
{
    std::string text;
    for (const PortDeclaration& port : ports) text += (text.empty() ? "" : ", ") + port.name;
    return text.empty() ? "none" : text;
}

bool reaches(const Diagram& diagram, const std::string& from, const std::string& to)
{
    std::set<std::string> seen{from};
    std::vector<std::string> open{from};
    while (!open.empty()) {
        const std::string id = open.back();
        open.pop_back();
        if (id == to) return true;
        for (const Wire& wire : diagram.wires)
            if (wire.from.block == id && seen.insert(wire.to.block).second) open.push_back(wire.to.block);
    }
    return false;
}

Graph graphOf(const Diagram& diagram, const BlockLibrary& library, Errors& errors)
{
    Graph graph;
    Kinds kinds;
    std::map<std::string, std::vector<std::string>> next;
    for (const Block& block : diagram.blocks) {
        next[block.id];
        if ((kinds[block.id] = library.declarationOf(block))) continue;
        errors.push_back({block.id, "there is no kind of block called " + block.kind,
                          "choose one from the library, or remove the block"});
        graph.broken.insert(block.id);
    }
    checkWires(diagram, kinds, graph, errors);
    std::map<std::string, size_t> waiting;
    for (const auto& [id, wires] : graph.into)
        for (const Wire* wire : wires) {
            next[wire->from.block].push_back(id);
            ++waiting[id];
        }

    // In the order of creation as far as the wires allow, so that equal diagrams give equal programs.
    std::map<std::string, size_t> position;
    for (size_t i = 0; i < diagram.blocks.size(); ++i) position[diagram.blocks[i].id] = i;
    std::set<size_t> ready;
    for (size_t i = 0; i < diagram.blocks.size(); ++i)
        if (!waiting[diagram.blocks[i].id]) ready.insert(i);
    size_t reached = 0;
    while (!ready.empty()) {
        ++reached;
        const Block& block = diagram.blocks[*ready.begin()];
        ready.erase(ready.begin());
        if (kinds[block.id]) graph.order.push_back(&block);
        for (const std::string& id : next[block.id])
            if (--waiting[id] == 0) ready.insert(position[id]);
    }
    if (reached == diagram.blocks.size()) return graph; // all are reached: there is no cycle

    for (const std::vector<std::string>& cycle : Cycles(next).find()) {
        std::string names;
        for (const std::string& id : cycle) {
            names += (names.empty() ? "" : " -> ") + id;
            graph.broken.insert(id);
        }
        errors.push_back({cycle.front(), "the wires form a cycle: " + names + " -> " + cycle.front(),
                          "remove one of its wires"});
    }
    return graph;
}

} // namespace core::diagram
