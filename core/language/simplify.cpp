// Algebra done while an expression is built. A rule may drop what is finite for finite input, never change a
// value.
#include "core/language/walk.h"

#include <cmath>

namespace core::language
{
namespace
{

using Arguments = std::span<const Expression>;
using Rule = bool (*)(Arguments, Expression&);

bool isNumber(const Expression& e) { return e.kind() == Expression::Kind::Number; }
bool is(const Expression& e, double value) { return isNumber(e) && e.number() == value; }

bool isCall(const Expression& e, std::string_view function)
{
    return e.kind() == Expression::Kind::Call && e.function().name == function;
}

const Expression& argument(const Expression& e, size_t i) { return e.arguments()[i]; }

Expression where(const Expression& c, const Expression& a, const Expression& b)
{
    return callNamed("where", {c, a, b});
}

/// where(c, p, q) op where(c, r, s) in which each branch has a zero: one where.
bool mergeWheres(const Expression& x, const Expression& y, std::string_view op, Expression& result)
{
    if (!isCall(x, "where") || !isCall(y, "where") || argument(x, 0) != argument(y, 0)) return false;
    for (size_t i = 1; i <= 2; ++i)
        if (!is(argument(x, i), 0) && !is(argument(y, i), 0)) return false;
    result = where(argument(x, 0), callNamed(op, {argument(x, 1), argument(y, 1)}),
                   callNamed(op, {argument(x, 2), argument(y, 2)}));
    return true;
}

bool add(Arguments x, Expression& result)
{
    if (is(x[0], 0))
        result = x[1];
    else if (is(x[1], 0))
        result = x[0];
    else if (isCall(x[1], "negate"))
        result = x[0] - argument(x[1], 0);
    else if (isCall(x[0], "negate"))
        result = x[1] - argument(x[0], 0);
    else if (isNumber(x[1]) && x[1].number() < 0)
        result = x[0] - Expression(-x[1].number());
    else if (x[0] == x[1])
        result = Expression(2.0) * x[0];
    else
        return mergeWheres(x[0], x[1], "add", result);
    return true;
}

bool subtract(Arguments x, Expression& result)
{
    if (is(x[1], 0))
        result = x[0];
    else if (is(x[0], 0))
        result = -x[1];
    else if (isCall(x[1], "negate"))
        result = x[0] + argument(x[1], 0);
    else if (isNumber(x[1]) && x[1].number() < 0)
        result = x[0] + Expression(-x[1].number());
    else if (x[0] == x[1])
        result = 0.0;
    else
        return mergeWheres(x[0], x[1], "subtract", result);
    return true;
}

/// c * (d * x) -> (c d) * x, unless the product of the constants leaves the range of both element types.
bool gather(const Expression& c, const Expression& product, Expression& result)
{
    if (!isNumber(c) || !isCall(product, "multiply")) return false;
    const size_t constant = isNumber(argument(product, 0)) ? 0 : 1;
    if (!isNumber(argument(product, constant))) return false;
    const double joined = c.number() * argument(product, constant).number();
    if (!(std::abs(joined) < 1e30 && std::abs(joined) > 1e-30)) return false;
    result = Expression(joined) * argument(product, 1 - constant);
    return true;
}

/// where(c, 1, 0) * e -> where(c, e, 0): an infinite e in the branch not taken does no harm.
bool selectFactor(const Expression& mask, const Expression& e, Expression& result)
{
    if (!isCall(mask, "where")) return false;
    for (size_t i = 1; i <= 2; ++i)
        if (!is(argument(mask, i), 0) && !is(argument(mask, i), 1) && !is(argument(mask, i), -1))
            return false;
    if (!is(argument(mask, 1), 0) && !is(argument(mask, 2), 0)) return false;
    result = where(argument(mask, 0), argument(mask, 1) * e, argument(mask, 2) * e);
    return true;
}

bool multiply(Arguments x, Expression& result)
{
    for (size_t i = 0; i < 2; ++i) {
        const Expression &a = x[i], &b = x[1 - i];
        if (is(a, 0))
            result = 0.0;
        else if (is(a, 1))
            result = b;
        else if (is(a, -1))
            result = -b;
        else if (isCall(a, "negate"))
            result = -(i == 0 ? argument(a, 0) * b : b * argument(a, 0));
        else if (isCall(a, "divide") && is(argument(a, 0), 1))
            result = b / argument(a, 1);
        else if (!gather(a, b, result) && !selectFactor(a, b, result))
            continue;
        return true;
    }
    return false;
}

bool divide(Arguments x, Expression& result)
{
    int exponent = 0;
    if (is(x[1], 1))
        result = x[0];
    else if (is(x[1], -1))
        result = -x[0];
    else if (isCall(x[0], "negate"))
        result = -(argument(x[0], 0) / x[1]);
    else if (isCall(x[1], "negate"))
        result = -(x[0] / argument(x[1], 0));
    else if (isNumber(x[1]) && std::abs(std::frexp(x[1].number(), &exponent)) == 0.5 &&
             std::abs(exponent) < 100)
        result = x[0] * Expression(1 / x[1].number());
    else
        return false;
    return true;
}

bool negate(Arguments x, Expression& result)
{
    if (isCall(x[0], "negate"))
        result = argument(x[0], 0);
    else if (isCall(x[0], "subtract"))
        result = argument(x[0], 1) - argument(x[0], 0);
    else if (isCall(x[0], "multiply") && isNumber(argument(x[0], 0)))
        result = Expression(-argument(x[0], 0).number()) * argument(x[0], 1);
    else
        return false;
    return true;
}

bool power(Arguments x, Expression& result)
{
    const Expression& base = x[0];
    if (is(base, 1))
        result = 1.0;
    else if (is(x[1], 0))
        result = 1.0;
    else if (is(x[1], 1))
        result = base;
    else if (is(x[1], 2))
        result = base * base;
    else if (is(x[1], 3))
        result = base * base * base;
    else if (is(x[1], 4))
        result = (base * base) * (base * base);
    else if (is(x[1], -1))
        result = Expression(1.0) / base;
    else if (is(x[1], -2))
        result = Expression(1.0) / (base * base);
    else if (is(x[1], 0.5))
        result = callNamed("sqrt", {base});
    else if (is(x[1], -0.5))
        result = Expression(1.0) / callNamed("sqrt", {base});
    else
        return false;
    return true;
}

bool same(Arguments x, Expression& result)
{
    if (x[0] == x[1]) result = x[0];
    return x[0] == x[1];
}

bool absolute(Arguments x, Expression& result)
{
    if (isCall(x[0], "abs"))
        result = x[0];
    else if (isCall(x[0], "negate"))
        result = callNamed("abs", {argument(x[0], 0)});
    else
        return false;
    return true;
}

bool conjunction(Arguments x, Expression& result)
{
    for (size_t i = 0; i < 2; ++i)
        if (isNumber(x[i])) {
            result = is(x[i], 0) ? x[i] : x[1 - i];
            return true;
        }
    return same(x, result);
}

bool disjunction(Arguments x, Expression& result)
{
    for (size_t i = 0; i < 2; ++i)
        if (isNumber(x[i])) {
            result = is(x[i], 0) ? x[1 - i] : x[i];
            return true;
        }
    return same(x, result);
}

bool negation(Arguments x, Expression& result)
{
    if (!isCall(x[0], "not")) return false;
    result = argument(x[0], 0);
    return true;
}

/// A condition is 0 or 1 already.
bool unequal(Arguments x, Expression& result)
{
    if (!is(x[1], 0) || x[0].type() != Scalar::Boolean) return false;
    result = x[0];
    return true;
}

bool choice(Arguments x, Expression& result)
{
    if (isNumber(x[0]))
        result = is(x[0], 0) ? x[2] : x[1];
    else if (x[1] == x[2])
        result = x[1];
    else if (isCall(x[0], "not"))
        result = where(argument(x[0], 0), x[2], x[1]);
    else if (isCall(x[1], "where") && argument(x[1], 0) == x[0])
        result = where(x[0], argument(x[1], 1), x[2]);
    else if (isCall(x[2], "where") && argument(x[2], 0) == x[0])
        result = where(x[0], x[1], argument(x[2], 2));
    else
        return false;
    return true;
}

struct Row {
    std::string_view function;
    Rule rule;
};

constexpr Row rules[] = {
    {"add", add},           {"subtract", subtract}, {"multiply", multiply}, {"divide", divide},
    {"negate", negate},     {"power", power},       {"min", same},          {"max", same},
    {"abs", absolute},      {"and", conjunction},   {"or", disjunction},    {"not", negation},
    {"not_equal", unequal}, {"where", choice},
};

} // namespace

bool simplify(const Function& function, std::span<const Expression> arguments, Expression& result)
{
    for (const Row& row : rules)
        if (row.function == function.name) return row.rule(arguments, result);
    return false;
}

} // namespace core::language
