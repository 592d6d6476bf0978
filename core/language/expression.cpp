#include "core/language/expression.h"

#include "core/language/walk.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <unordered_set>

namespace core::language
{

struct Expression::Node {
    Kind kind = Kind::Number;
    Scalar type = Scalar::Real;
    int variable = 0;
    int variableCount = 0;
    uint64_t used = 0; ///< variables by their bits, those of 64 and more by none
    int depth = 1;
    double number = 0;
    const Function* function = nullptr;
    size_t hash = 0;
    mutable std::vector<Expression> arguments;

    Node() = default;
    Node(const Node&) = delete;

    /// Takes the tree apart in a loop: a deep one must not end the stack.
    ~Node()
    {
        std::vector<Expression> doomed = std::move(arguments);
        while (!doomed.empty()) {
            const Expression last = std::move(doomed.back());
            doomed.pop_back();
            if (last.m_node.use_count() != 1) continue;
            for (Expression& argument : last.m_node->arguments) doomed.push_back(std::move(argument));
            last.m_node->arguments.clear();
        }
    }
};

namespace
{

size_t mix(size_t seed, size_t value)
{
    seed ^= value + 0x9E3779B97F4A7C15u + (seed << 6) + (seed >> 2);
    seed *= 0xBF58476D1CE4E5B9u;
    return seed ^ (seed >> 29);
}

const std::string definitionVariables[] = {"a", "b", "c"};

} // namespace

Expression Expression::number(double value, Scalar type)
{
    auto node = std::make_shared<Node>();
    node->number = value;
    node->type = type;
    node->hash = mix(1, std::bit_cast<uint64_t>(value == 0 ? 0.0 : value));
    return Expression(std::move(node));
}

Expression::Expression(double number)
    : Expression(Expression::number(number, Scalar::Real))
{
}

Expression Expression::variable(int index)
{
    assert(index >= 0);
    auto node = std::make_shared<Node>();
    node->kind = Kind::Variable;
    node->variable = index;
    node->variableCount = index + 1;
    node->used = index < 64 ? uint64_t(1) << index : 0;
    node->hash = mix(2, size_t(index));
    return Expression(std::move(node));
}

Expression Expression::call(const Function& function, std::vector<Expression> arguments)
{
    assert(int(arguments.size()) == function.arity);
    if (!function.definition.empty())
        return substitute(parseFormula(function.definition,
                                       std::span(definitionVariables, size_t(function.arity)), function.name),
                          arguments);
    for (int i = 0; i < function.conditions; ++i)
        if (arguments[size_t(i)].type() != Scalar::Boolean)
            throw Error{std::string(function.name), "argument " + std::to_string(i + 1) + " is no condition",
                        "compare, as in x > 0"};
    const auto isNumber = [](const Expression& e) { return e.kind() == Kind::Number; };
    if (std::all_of(arguments.begin(), arguments.end(), isNumber)) {
        double values[3] = {0, 0, 0};
        for (size_t i = 0; i < arguments.size(); ++i) values[i] = arguments[i].number();
        const double value = function.evaluate(values[0], values[1], values[2]);
        if (!std::isnan(value)) return number(value, function.result);
    }
    if (Expression simpler; simplify(function, arguments, simpler)) {
        const bool retype = isNumber(simpler) && simpler.type() != function.result;
        return retype ? number(simpler.number(), function.result) : simpler;
    }
    auto node = std::make_shared<Node>();
    node->kind = Kind::Call;
    node->type = function.result;
    node->function = &function;
    node->hash = mix(3, std::hash<std::string_view>()(function.name));
    for (const Expression& argument : arguments) {
        node->hash = mix(node->hash, argument.hash());
        node->variableCount = std::max(node->variableCount, argument.m_node->variableCount);
        node->used |= argument.m_node->used;
        node->depth = std::max(node->depth, argument.depth() + 1);
    }
    node->arguments = std::move(arguments);
    return Expression(std::move(node));
}

Expression::Kind Expression::kind() const { return m_node->kind; }
double Expression::number() const { return m_node->number; }
int Expression::variable() const { return m_node->variable; }
const Function& Expression::function() const { return *m_node->function; }
std::span<const Expression> Expression::arguments() const { return m_node->arguments; }
Scalar Expression::type() const { return m_node->type; }
size_t Expression::hash() const { return m_node->hash; }
int Expression::depth() const { return m_node->depth; }
int Expression::nodes() const { return int(Walk(*this).nodes.size()); }

namespace
{

bool sameAlone(const Expression& a, const Expression& b)
{
    if (a.kind() != b.kind() || a.hash() != b.hash()) return false;
    switch (a.kind()) {
    case Expression::Kind::Number:
        return a.number() == b.number() || (a.number() != a.number() && b.number() != b.number());
    case Expression::Kind::Variable:
        return a.variable() == b.variable();
    case Expression::Kind::Call:
        return &a.function() == &b.function();
    }
    return false;
}

struct PairHash {
    size_t operator()(const std::pair<const void*, const void*>& p) const
    {
        return mix(std::hash<const void*>()(p.first), std::hash<const void*>()(p.second));
    }
};

} // namespace

bool operator==(const Expression& a, const Expression& b)
{
    if (a.m_node == b.m_node) return true;
    if (!sameAlone(a, b)) return false;
    if (a.arguments().empty()) return true;
    std::vector<std::pair<const Expression*, const Expression*>> open{{&a, &b}};
    std::unordered_set<std::pair<const void*, const void*>, PairHash> seen;
    while (!open.empty()) {
        const auto [x, y] = open.back();
        open.pop_back();
        if (x->m_node == y->m_node) continue;
        if (!sameAlone(*x, *y)) return false;
        if (x->arguments().empty() || !seen.emplace(x->identity(), y->identity()).second) continue;
        for (size_t i = 0; i < x->arguments().size(); ++i)
            open.push_back({&x->arguments()[i], &y->arguments()[i]});
    }
    return true;
}

int variableCount(const Expression& e) { return e.identity()->variableCount; }

bool uses(const Expression& e, int variable)
{
    if (variable >= variableCount(e)) return false;
    if (variable < 64) return e.identity()->used >> variable & 1;
    const Walk walk(e);
    return std::any_of(walk.nodes.begin(), walk.nodes.end(), [&](const Expression* node) {
        return node->kind() == Expression::Kind::Variable && node->variable() == variable;
    });
}

Expression callNamed(std::string_view function, std::vector<Expression> arguments)
{
    return Expression::call(*findFunction(function), std::move(arguments));
}

Expression operator+(const Expression& a, const Expression& b) { return callNamed("add", {a, b}); }
Expression operator-(const Expression& a, const Expression& b) { return callNamed("subtract", {a, b}); }
Expression operator*(const Expression& a, const Expression& b) { return callNamed("multiply", {a, b}); }
Expression operator/(const Expression& a, const Expression& b) { return callNamed("divide", {a, b}); }
Expression operator-(const Expression& a) { return callNamed("negate", {a}); }

} // namespace core::language
