// Walking shared trees: every node once, operands before their users, without recursion.
#pragma once

#include "core/language/expression.h"

#include <unordered_map>

namespace core::language
{

/// Points into the trees it was made from, which must outlive it.
struct Walk {
    std::vector<const Expression*> nodes; ///< distinct by identity, operands first
    std::unordered_map<const Expression::Node*, int> positions;

    explicit Walk(std::span<const Expression> roots);
    explicit Walk(const Expression& root)
        : Walk(std::span(&root, 1))
    {
    }
    int position(const Expression& e) const { return positions.at(e.identity()); }
};

/// A simpler expression of the same value, or nothing. The arguments are simplified already.
bool simplify(const Function&, std::span<const Expression> arguments, Expression& result);

/// The call of a function by its name, which must be in the table.
Expression callNamed(std::string_view function, std::vector<Expression> arguments);

} // namespace core::language
