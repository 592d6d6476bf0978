// Parsed text: one grammar for formulas (element by element) and terms (over arrays with named axes).
//
//   text      := statement ((';' | newline) statement)*          '#' starts a comment, kept with its
//   statement statement := [name (',' name)* '='] expression ['if' expression] expression:=
//   comparison/arithmetic over unary, '^', calls, lists, arrows; usual precedence call      := name '('
//   [argument (',' argument)*] ')'         argument := [name '='] expression list      := '[' [expression
//   (',' expression)*] ']' arrow     := expression '->' expression                      "channel -> [head,
//   key]" sized     := name ':' expression                             "hidden: 4*d", an axis and its size
#pragma once

#include "core/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace core::language
{

/// Half-open range of bytes in the parsed text.
struct Span {
    uint32_t begin = 0, end = 0;
    friend bool operator==(const Span&, const Span&) = default;
};

/// Operators are calls of their function name (add, subtract, multiply, divide, power, negate, less,
/// less_equal, greater, greater_equal, equal, not_equal, and, or, not); `infix` only guides the printer.
struct Syntax {
    enum class Kind : uint8_t { Number, Name, String, Call, List, Arrow, Sized, Named };
    Kind kind = Kind::Number;
    bool infix = false;
    Span span;
    double number = 0;
    std::string name;             ///< Name, String, Call, Sized, Named
    std::vector<Syntax> children; ///< Call: arguments; Arrow: two; Sized, Named: one

    friend bool operator==(const Syntax& a, const Syntax& b); ///< ignores spans
};

struct Statement {
    std::vector<std::string> targets; ///< empty: a bare expression
    Syntax value;
    std::vector<Syntax> condition; ///< none or one
    std::string comment;           ///< text of the comment lines above and beside it
    Span span;
};

struct Limits {
    size_t bytes = 1 << 20;
    int depth = 200;
    int nodes = 100'000;
};

/// Throws Error whose `where` is "SOURCE:LINE:COLUMN" and whose `what` shows the offending character or word.
Syntax parseExpression(std::string_view text, std::string_view source = "formula", const Limits& = {});
std::vector<Statement> parseTerm(std::string_view text, std::string_view source = "term", const Limits& = {});

/// Inverse of parsing: parse(print(s)) == s.
std::string print(const Syntax&);
std::string print(const std::vector<Statement>&);

} // namespace core::language
