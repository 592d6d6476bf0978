// What differs between two documents, as little as a history has to keep of a step: the blocks and wires
// that an edit left alone are kept by the document only.
#pragma once

#include "core/diagram/document.h"

namespace core
{

class Change
{
public:
    Change(const Document& before, const Document& after);

    /// Of the document after the change the one before it, and the other way. Exact.
    Document undone(const Document& after) const;
    Document redone(const Document& before) const;

    /// Elements from `at` on, that are replaced by others.
    template<class Item> struct Splice {
        size_t at = 0;
        std::vector<Item> before, after;
    };
    const Splice<Block>& blocks() const { return m_blocks; }
    const Splice<Wire>& wires() const { return m_wires; }

private:
    Splice<Block> m_blocks;
    Splice<Wire> m_wires;
    Document m_before, m_after; ///< without blocks and wires
};

} // namespace core
