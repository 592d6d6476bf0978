// The operators, once: how the parser reads them and the printers write them.
#pragma once

#include <string_view>

namespace core::language
{

/// How tightly something binds; a printer brackets what binds less than its place asks for.
enum class Level : unsigned char { Arrow, Sized, Or, And, Not, Comparison, Sum, Product, Unary, Power, Atom };

constexpr Level tighter(Level level) { return Level(static_cast<unsigned char>(level) + 1); }

struct Operator {
    std::string_view symbol;
    std::string_view function;
    Level level;
    Level left, right; ///< what the operands must at least be; prefix operators have only a right one
};

inline constexpr Operator infixOperators[] = {
    {"or", "or", Level::Or, Level::Or, Level::And},
    {"and", "and", Level::And, Level::And, Level::Not},
    {"<", "less", Level::Comparison, Level::Sum, Level::Sum},
    {"<=", "less_equal", Level::Comparison, Level::Sum, Level::Sum},
    {">", "greater", Level::Comparison, Level::Sum, Level::Sum},
    {">=", "greater_equal", Level::Comparison, Level::Sum, Level::Sum},
    {"==", "equal", Level::Comparison, Level::Sum, Level::Sum},
    {"!=", "not_equal", Level::Comparison, Level::Sum, Level::Sum},
    {"+", "add", Level::Sum, Level::Sum, Level::Product},
    {"-", "subtract", Level::Sum, Level::Sum, Level::Product},
    {"*", "multiply", Level::Product, Level::Product, Level::Unary},
    {"/", "divide", Level::Product, Level::Product, Level::Unary},
    {"^", "power", Level::Power, Level::Atom, Level::Unary},
};

inline constexpr Operator prefixOperators[] = {
    {"-", "negate", Level::Unary, Level::Atom, Level::Unary},
    {"not", "not", Level::Not, Level::Atom, Level::Not},
};

constexpr const Operator* infixBySymbol(std::string_view symbol)
{
    for (const Operator& o : infixOperators)
        if (o.symbol == symbol) return &o;
    return nullptr;
}

/// The operator that writes a call of `function` with that many arguments, or null.
constexpr const Operator* operatorOf(std::string_view function, size_t arity)
{
    if (arity == 2)
        for (const Operator& o : infixOperators)
            if (o.function == function) return &o;
    if (arity == 1)
        for (const Operator& o : prefixOperators)
            if (o.function == function) return &o;
    return nullptr;
}

} // namespace core::language
