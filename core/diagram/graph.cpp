#include "core/diagram/graph.h"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace core::diagram
{

namespace
{

/// What is known of the blocks, as they are in the diagram.
struct Blocks {
    std::unordered_map<std::string_view, size_t> position;
    std::vector<std::shared_ptr<const BlockDeclaration>> kinds; ///< null: unknown
};

void checkWires(const Diagram& diagram, const Blocks& blocks, Graph& graph, Errors& errors)
{
    std::set<std::pair<size_t, std::string_view>> taken;
    std::vector<std::vector<const Wire*>*> into(diagram.blocks.size(), nullptr);
    for (const Wire& wire : diagram.wires) {
        const auto from = blocks.position.find(wire.from.block), to = blocks.position.find(wire.to.block);
        if (to == blocks.position.end()) {
            errors.push_back({wire.to.text(), "there is no block " + wire.to.block, "remove the wire"});
            continue;
        }
        if (from == blocks.position.end()) {
            errors.push_back({wire.to.text(),
                              "a wire comes from " + wire.from.text() + ", but there is no such block",
                              "remove the wire"});
            graph.broken.insert(wire.to.block);
            continue;
        }
        const BlockDeclaration *source = blocks.kinds[from->second].get(),
                               *target = blocks.kinds[to->second].get();
        if (!target) continue; // of unknown kind: reported already
        const PortDeclaration* port = findPort(target->inputs, wire.to.port);
        if (!port) {
            errors.push_back({wire.to.text(), "block " + target->name + " has no input " + wire.to.port,
                              "inputs are " + portNames(target->inputs)});
            graph.broken.insert(wire.to.block);
            continue;
        }
        if (source && !findPort(source->outputs, wire.from.port)) {
            errors.push_back({wire.from.text(), "block " + source->name + " has no output " + wire.from.port,
                              "outputs are " + portNames(source->outputs)});
            graph.broken.insert(wire.to.block);
            continue;
        }
        if (!taken.emplace(to->second, wire.to.port).second && !port->variadic) {
            errors.push_back(
                {wire.to.text(),
                 "more than one wire ends here; the one from " + wire.from.text() + " is too many",
                 "insert an add or a concatenate block"});
            graph.broken.insert(wire.to.block);
            continue;
        }
        auto*& list = into[to->second];
        if (!list) list = &graph.into[wire.to.block];
        list->push_back(&wire);
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
    if (from == to) return true;
    std::unordered_map<std::string_view, std::vector<std::string_view>> readers;
    for (const Wire& wire : diagram.wires) readers[wire.from.block].push_back(wire.to.block);
    std::unordered_set<std::string_view> seen{from};
    std::vector<std::string_view> open{from};
    while (!open.empty()) {
        const auto next = readers.find(open.back());
        open.pop_back();
        if (next == readers.end()) continue;
        for (const std::string_view id : next->second) {
            if (id == to) return true;
            if (seen.insert(id).second) open.push_back(id);
        }
    }
    return false;
}

Graph graphOf(const Diagram& diagram, const BlockLibrary& library, Errors& errors)
{
    Graph graph;
    Blocks blocks;
    const size_t count = diagram.blocks.size();
    for (const Block& block : diagram.blocks) {
        blocks.position.emplace(block.id, blocks.kinds.size());
        blocks.kinds.push_back(library.declarationOf(block));
        if (blocks.kinds.back()) continue;
        errors.push_back({block.id, "there is no kind of block called " + block.kind,
                          "choose one from the library, or remove the block"});
        graph.broken.insert(block.id);
    }
    checkWires(diagram, blocks, graph, errors);
    std::vector<std::vector<size_t>> readers(count);
    std::vector<size_t> waiting(count, 0);
    for (const auto& [id, wires] : graph.into) {
        const size_t reader = blocks.position.at(id);
        waiting[reader] = wires.size();
        for (const Wire* wire : wires) readers[blocks.position.at(wire->from.block)].push_back(reader);
    }

    // In the order of creation as far as the wires allow, so that equal diagrams give equal programs.
    std::set<size_t> ready;
    for (size_t i = 0; i < count; ++i)
        if (!waiting[i]) ready.insert(ready.end(), i);
    size_t reached = 0;
    while (!ready.empty()) {
        ++reached;
        const size_t block = *ready.begin();
        ready.erase(ready.begin());
        if (blocks.kinds[block]) graph.order.push_back(&diagram.blocks[block]);
        for (const size_t reader : readers[block])
            if (--waiting[reader] == 0) ready.insert(reader);
    }
    if (reached == count) return graph; // all are reached: there is no cycle

    std::map<std::string, std::vector<std::string>> next;
    for (const Block& block : diagram.blocks) next[block.id];
    for (const auto& [id, wires] : graph.into)
        for (const Wire* wire : wires) next[wire->from.block].push_back(id);
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
