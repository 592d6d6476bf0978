#include "core/language/lexer.h"
#include "core/language/operators.h"
#include "core/language/syntax.h"

#include <charconv>
#include <cmath>

namespace core::language
{
namespace
{

const Operator* operatorFor(const Syntax& s)
{
    if (s.kind != Syntax::Kind::Call) return nullptr;
    const bool onlyInfix = s.name == "and" || s.name == "or" || s.name == "not";
    return s.infix || onlyInfix ? operatorOf(s.name, s.children.size()) : nullptr;
}

Level levelOf(const Syntax& s)
{
    if (s.kind == Syntax::Kind::Arrow) return Level::Arrow;
    if (s.kind == Syntax::Kind::Sized) return Level::Sized;
    if (s.kind == Syntax::Kind::Number && std::signbit(s.number)) return Level::Unary;
    const Operator* op = operatorFor(s);
    return op ? op->level : Level::Atom;
}

void write(std::string& out, const Syntax& s, Level least);

void writeName(std::string& out, const std::string& name)
{
    out += isPlainName(name) ? name : '`' + name + '`';
}

void writeList(std::string& out, const std::vector<Syntax>& list, char open, char close)
{
    out += open;
    for (size_t i = 0; i < list.size(); ++i) {
        if (i > 0) out += ", ";
        write(out, list[i], Level::Arrow);
    }
    out += close;
}

void writeNumber(std::string& out, double number)
{
    if (std::isinf(number)) {
        out += number < 0 ? "-inf" : "inf";
        return;
    }
    char digits[32];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void writeString(std::string& out, const std::string& text)
{
    out += '"';
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    out += '"';
}

void writeOperator(std::string& out, const Syntax& s, const Operator& op)
{
    if (s.children.size() == 1) {
        out += op.symbol;
        if (op.symbol == "not") out += ' ';
        write(out, s.children[0], op.right);
        return;
    }
    write(out, s.children[0], op.left);
    const bool spaced = op.level <= Level::Sum;
    if (spaced) out += ' ';
    out += op.symbol;
    if (spaced) out += ' ';
    write(out, s.children[1], op.right);
}

void write(std::string& out, const Syntax& s, Level least)
{
    if (levelOf(s) < least) {
        out += '(';
        write(out, s, Level::Arrow);
        out += ')';
        return;
    }
    if (const Operator* op = operatorFor(s)) return writeOperator(out, s, *op);
    switch (s.kind) {
    case Syntax::Kind::Number:
        return writeNumber(out, s.number);
    case Syntax::Kind::Name:
        return writeName(out, s.name);
    case Syntax::Kind::String:
        return writeString(out, s.name);
    case Syntax::Kind::Call:
        writeName(out, s.name);
        return writeList(out, s.children, '(', ')');
    case Syntax::Kind::List:
        return writeList(out, s.children, '[', ']');
    case Syntax::Kind::Arrow:
        write(out, s.children[0], Level::Sized);
        out += " -> ";
        return write(out, s.children[1], Level::Sized);
    case Syntax::Kind::Sized:
        writeName(out, s.name);
        out += ": ";
        return write(out, s.children[0], Level::Or);
    case Syntax::Kind::Named:
        writeName(out, s.name);
        out += " = ";
        return write(out, s.children[0], Level::Arrow);
    }
}

void writeComment(std::string& out, const std::string& comment)
{
    for (size_t at = 0; at < comment.size();) {
        const size_t end = std::min(comment.find('\n', at), comment.size());
        out += end > at ? "# " : "#";
        out.append(comment, at, end - at);
        out += '\n';
        at = end + 1;
    }
}

} // namespace

std::string print(const Syntax& s)
{
    std::string out;
    write(out, s, Level::Arrow);
    return out;
}

std::string print(const std::vector<Statement>& statements)
{
    std::string out;
    for (const Statement& statement : statements) {
        writeComment(out, statement.comment);
        for (size_t i = 0; i < statement.targets.size(); ++i) {
            writeName(out, statement.targets[i]);
            out += i + 1 < statement.targets.size() ? ", " : " = ";
        }
        write(out, statement.value, Level::Arrow);
        for (const Syntax& condition : statement.condition) {
            out += " if ";
            write(out, condition, Level::Arrow);
        }
        out += '\n';
    }
    return out;
}

} // namespace core::language
