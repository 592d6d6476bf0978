#include "core/diagram/change.h"

#include <algorithm>

namespace core
{

namespace
{

template<class Item>
Change::Splice<Item> spliceOf(const std::vector<Item>& before, const std::vector<Item>& after)
{
    const size_t most = std::min(before.size(), after.size());
    size_t first = 0, last = 0;
    while (first < most && before[first] == after[first]) ++first;
    while (first + last < most && before[before.size() - 1 - last] == after[after.size() - 1 - last]) ++last;
    const auto middle = [&](const std::vector<Item>& of) {
        return std::vector<Item>(of.begin() + std::ptrdiff_t(first), of.end() - std::ptrdiff_t(last));
    };
    return {first, middle(before), middle(after)};
}

template<class Item>
std::vector<Item> spliced(const std::vector<Item>& from, size_t at, size_t count, const std::vector<Item>& by)
{
    std::vector<Item> result;
    result.reserve(from.size() - count + by.size());
    const auto begin = from.begin() + std::ptrdiff_t(at);
    result.insert(result.end(), from.begin(), begin);
    result.insert(result.end(), by.begin(), by.end());
    result.insert(result.end(), begin + std::ptrdiff_t(count), from.end());
    return result;
}

Document withoutDiagram(const Document& document)
{
    Document rest{document.title, document.notes, {}, document.data, document.train, document.unknown};
    rest.diagram.sizes = document.diagram.sizes;
    rest.diagram.sizeComments = document.diagram.sizeComments;
    rest.diagram.definitions = document.diagram.definitions;
    return rest;
}

} // namespace

Change::Change(const Document& before, const Document& after)
    : m_blocks(spliceOf(before.diagram.blocks, after.diagram.blocks))
    , m_wires(spliceOf(before.diagram.wires, after.diagram.wires))
    , m_before(withoutDiagram(before))
    , m_after(withoutDiagram(after))
{
}

Document Change::undone(const Document& after) const
{
    Document document = m_before;
    document.diagram.blocks =
        spliced(after.diagram.blocks, m_blocks.at, m_blocks.after.size(), m_blocks.before);
    document.diagram.wires = spliced(after.diagram.wires, m_wires.at, m_wires.after.size(), m_wires.before);
    return document;
}

Document Change::redone(const Document& before) const
{
    Document document = m_after;
    document.diagram.blocks =
        spliced(before.diagram.blocks, m_blocks.at, m_blocks.before.size(), m_blocks.after);
    document.diagram.wires = spliced(before.diagram.wires, m_wires.at, m_wires.before.size(), m_wires.after);
    return document;
}

} // namespace core
