// Recursive descent with precedence climbing; depth and size of the tree are bounded as it grows.
#include "core/language/lexer.h"
#include "core/language/operators.h"

#include <algorithm>

namespace core::language
{
namespace
{

/// A tree and how deep it is.
struct Parsed {
    Syntax syntax;
    int depth = 1;
};

std::string quoted(const Token& token)
{
    switch (token.kind) {
    case Token::Kind::Newline:
    case Token::Kind::End:
        return std::string(token.text);
    case Token::Kind::String:
        return "\"" + std::string(token.text.substr(0, 40)) + "\"";
    default:
        return "'" + std::string(token.text.substr(0, 40)) + "'";
    }
}

class Parser
{
public:
    Parser(const Source& source, const Limits& limits)
        : m_source(source)
        , m_limits(limits)
        , m_tokens(tokenize(source, limits))
    {
        skipComments();
    }

    Syntax formula()
    {
        skipNewlines();
        if (peek().kind == Token::Kind::End)
            throw error(peek(), "the text is empty", "write an expression, as x*2");
        Parsed result = arrow();
        skipNewlines();
        if (peek().kind != Token::Kind::End) throw unexpected("an operator or the end");
        return std::move(result.syntax);
    }

    std::vector<Statement> term()
    {
        std::vector<Statement> statements;
        for (;;) {
            while (peek().kind == Token::Kind::Newline || peek().is(";")) advance();
            if (peek().kind == Token::Kind::End) break;
            statements.push_back(statement());
        }
        if (!m_comment.empty() && !statements.empty()) appendComment(statements.back().comment, m_comment);
        return statements;
    }

private:
    const Token& peek(size_t ahead = 0) const
    {
        return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
    }

    Token advance()
    {
        const Token token = peek();
        if (token.kind != Token::Kind::End) ++m_at;
        skipComments();
        return token;
    }

    void skipComments()
    {
        for (; peek().kind == Token::Kind::Comment; ++m_at) appendComment(m_comment, peek().text);
    }

    void skipNewlines()
    {
        while (peek().kind == Token::Kind::Newline) advance();
    }

    static void appendComment(std::string& to, std::string_view more)
    {
        if (!to.empty()) to += '\n';
        to += more;
    }

    Error error(const Token& token, std::string what, std::string hint = {}) const
    {
        return m_source.error(token.span.begin, std::move(what), std::move(hint));
    }

    Error unexpected(std::string_view wanted) const
    {
        const Token& token = peek();
        std::string hint = "expected " + std::string(wanted);
        if (token.kind == Token::Kind::Newline) hint += "; a line goes on only within brackets";
        if (token.is("=")) hint += "; equality is ==";
        return error(token, "unexpected " + quoted(token), std::move(hint));
    }

    Token expect(std::string_view symbol, const Token& opened)
    {
        if (peek().is(symbol)) return advance();
        const bool ended = peek().kind == Token::Kind::End;
        if (ended)
            throw error(opened, "'" + std::string(opened.text) + "' is never closed",
                        "add '" + std::string(symbol) + "'");
        throw unexpected("'" + std::string(symbol) + "' or an operator");
    }

    Parsed finish(Syntax syntax, int childDepth, uint32_t begin)
    {
        syntax.span = {begin, m_at > 0 ? m_tokens[m_at - 1].span.end : begin};
        for (size_t i = m_at; i > 0 && m_tokens[i - 1].kind == Token::Kind::Comment; --i)
            syntax.span.end = i > 1 ? m_tokens[i - 2].span.end : begin;
        if (++m_nodes > m_limits.nodes)
            throw m_source.error(begin, "the text has more than " + std::to_string(m_limits.nodes) + " parts",
                                 "split it up");
        if (childDepth + 1 > m_limits.depth) throw tooDeep(begin);
        return {std::move(syntax), childDepth + 1};
    }

    Error tooDeep(uint32_t at) const
    {
        return m_source.error(
            at, "nested more than " + std::to_string(m_limits.depth) + " deep",
            "name parts of it in statements of their own, or group long sums with brackets");
    }

    /// Counts the calls of infix that are open (at most two a level of the tree), so that a hostile text
    /// meets an error before the stack ends.
    struct Nesting {
        explicit Nesting(Parser& p)
            : parser(p)
        {
            if (++parser.m_open > 2 * parser.m_limits.depth + 2)
                throw parser.tooDeep(parser.peek().span.begin);
        }
        ~Nesting() { --parser.m_open; }
        Nesting(const Nesting&) = delete;
        Parser& parser;
    };

    Statement statement()
    {
        Statement result;
        const uint32_t begin = peek().span.begin;
        if (const size_t count = targetsAhead(); count > 0)
            for (size_t i = 0; i < count; ++i) {
                if (isReserved(peek().text))
                    throw error(peek(), quoted(peek()) + " is not a name", "choose another");
                result.targets.emplace_back(advance().text);
                advance(); // ',' or '='
            }
        result.value = arrow().syntax;
        if (peek().word("if")) {
            advance();
            result.condition.push_back(arrow().syntax);
        }
        result.span = {begin, (result.condition.empty() ? result.value : result.condition[0]).span.end};
        if (peek().kind != Token::Kind::End && peek().kind != Token::Kind::Newline && !peek().is(";"))
            throw unexpected("an operator, 'if' or the end of the statement");
        result.comment = std::move(m_comment);
        m_comment.clear();
        return result;
    }

    /// Number of names in "a, b =" at this place; 0 if that is not what stands here.
    size_t targetsAhead() const
    {
        for (size_t count = 0;; ++count) {
            if (peek(2 * count).kind != Token::Kind::Name) return 0;
            if (peek(2 * count + 1).is("=")) return count + 1;
            if (!peek(2 * count + 1).is(",")) return 0;
        }
    }

    Parsed arrow()
    {
        const uint32_t begin = peek().span.begin;
        Parsed left = sized();
        if (!peek().is("->")) return left;
        advance();
        Parsed right = sized();
        if (peek().is("->")) throw unexpected("one '->' only");
        Syntax result{.kind = Syntax::Kind::Arrow};
        const int depth = std::max(left.depth, right.depth);
        result.children.push_back(std::move(left.syntax));
        result.children.push_back(std::move(right.syntax));
        return finish(std::move(result), depth, begin);
    }

    Parsed sized()
    {
        if (peek().kind != Token::Kind::Name || !peek(1).is(":")) return infix(Level::Or);
        const Token name = advance();
        if (isReserved(name.text)) throw error(name, quoted(name) + " is not a name", "choose another");
        advance();
        Parsed size = infix(Level::Or);
        Syntax result{.kind = Syntax::Kind::Sized, .name = std::string(name.text)};
        result.children.push_back(std::move(size.syntax));
        return finish(std::move(result), size.depth, name.span.begin);
    }

    const Operator* infixAhead() const
    {
        const Token& token = peek();
        if (token.kind != Token::Kind::Symbol && token.kind != Token::Kind::Name) return nullptr;
        return infixBySymbol(token.text);
    }

    /// Everything that binds at least as tightly as `least`.
    Parsed infix(Level least)
    {
        const Nesting nesting(*this);
        const uint32_t begin = peek().span.begin;
        Parsed left = prefix();
        const Operator* previous = nullptr;
        for (const Operator* op = infixAhead(); op && op->level >= least; op = infixAhead()) {
            if (previous && previous->level == Level::Comparison && op->level == Level::Comparison)
                throw error(peek(), "comparisons do not chain", "write a < b and b < c");
            advance();
            Parsed right = infix(op->right);
            const int depth = std::max(left.depth, right.depth);
            Syntax call{.kind = Syntax::Kind::Call, .infix = true, .name = std::string(op->function)};
            call.children.push_back(std::move(left.syntax));
            call.children.push_back(std::move(right.syntax));
            left = finish(std::move(call), depth, begin);
            previous = op;
        }
        return left;
    }

    Parsed prefix()
    {
        const Token token = peek();
        const bool minus = token.is("-"), negation = token.word("not");
        if (!minus && !negation) return primary();
        advance();
        Parsed operand = infix(minus ? Level::Power : Level::Comparison);
        Syntax call{.kind = Syntax::Kind::Call, .infix = true, .name = minus ? "negate" : "not"};
        call.children.push_back(std::move(operand.syntax));
        return finish(std::move(call), operand.depth, token.span.begin);
    }

    Parsed primary()
    {
        const Token token = peek();
        switch (token.kind) {
        case Token::Kind::Number:
            advance();
            return finish({.kind = Syntax::Kind::Number, .number = token.number}, 0, token.span.begin);
        case Token::Kind::String:
            advance();
            return finish({.kind = Syntax::Kind::String, .name = unescaped(token.text)}, 0, token.span.begin);
        case Token::Kind::Name:
            if (isReserved(token.text)) break;
            advance();
            if (peek().is("(")) return call(token);
            return finish({.kind = Syntax::Kind::Name, .name = std::string(token.text)}, 0, token.span.begin);
        default:
            break;
        }
        if (token.is("(")) {
            advance();
            Parsed inner = arrow();
            expect(")", token);
            return inner;
        }
        if (token.is("[")) return list();
        throw unexpected("a number, a name, '(' or '['");
    }

    Parsed call(const Token& name)
    {
        const Token opened = advance();
        Syntax result{.kind = Syntax::Kind::Call, .name = std::string(name.text)};
        int depth = 0;
        while (!peek().is(")")) {
            Parsed argument = this->argument();
            depth = std::max(depth, argument.depth);
            result.children.push_back(std::move(argument.syntax));
            if (!peek().is(",")) break;
            advance();
            if (peek().is(")")) throw unexpected("another argument");
        }
        expect(")", opened);
        return finish(std::move(result), depth, name.span.begin);
    }

    Parsed argument()
    {
        if (peek().kind != Token::Kind::Name || !peek(1).is("=")) return arrow();
        const Token name = advance();
        if (isReserved(name.text)) throw error(name, quoted(name) + " is not a name", "choose another");
        advance();
        Parsed value = arrow();
        Syntax result{.kind = Syntax::Kind::Named, .name = std::string(name.text)};
        result.children.push_back(std::move(value.syntax));
        return finish(std::move(result), value.depth, name.span.begin);
    }

    Parsed list()
    {
        const Token opened = advance();
        Syntax result{.kind = Syntax::Kind::List};
        int depth = 0;
        while (!peek().is("]")) {
            Parsed element = arrow();
            depth = std::max(depth, element.depth);
            result.children.push_back(std::move(element.syntax));
            if (!peek().is(",")) break;
            advance();
            if (peek().is("]")) throw unexpected("another element");
        }
        expect("]", opened);
        return finish(std::move(result), depth, opened.span.begin);
    }

    static std::string unescaped(std::string_view text)
    {
        std::string result;
        for (size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\\' && i + 1 < text.size())
                ++i, result += text[i] == 'n' ? '\n' : text[i];
            else
                result += text[i];
        }
        return result;
    }

    Source m_source;
    Limits m_limits;
    std::vector<Token> m_tokens;
    std::string m_comment;
    size_t m_at = 0;
    int m_open = 0;
    int m_nodes = 0;
};

} // namespace

bool operator==(const Syntax& a, const Syntax& b)
{
    return a.kind == b.kind && a.number == b.number && a.name == b.name && a.children == b.children;
}

Syntax parseExpression(std::string_view text, std::string_view source, const Limits& limits)
{
    return Parser({text, source}, limits).formula();
}

std::vector<Statement> parseTerm(std::string_view text, std::string_view source, const Limits& limits)
{
    return Parser({text, source}, limits).term();
}

} // namespace core::language
