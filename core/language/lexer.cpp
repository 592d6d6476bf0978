#include "core/language/lexer.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace core::language
{
namespace
{

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isNamePart(char c) { return isNameStart(c) || isDigit(c) || c == '\''; } ///< channel' beside channel

/// Longest first, so that "<=" is not read as "<" and "=".
constexpr std::string_view symbols[] = {"->", "<=", ">=", "==", "!=", "+", "-", "*", "/", "^",
                                        "<",  ">",  "=",  "(",  ")",  "[", "]", ",", ":", ";"};

size_t codePointLength(unsigned char first)
{
    return first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
}

/// The character at `byte` as a person can read it.
std::string shown(std::string_view text, size_t byte)
{
    const auto c = static_cast<unsigned char>(text[byte]);
    if (c >= 0x20 && c != 0x7F && c < 0x80) return {'\'', char(c), '\''};
    if (c >= 0xC0) return "'" + std::string(text.substr(byte, codePointLength(c))) + "'";
    constexpr char digits[] = "0123456789abcdef";
    return std::string("byte 0x") + digits[c >> 4] + digits[c & 15];
}

std::string hintFor(std::string_view text, size_t at)
{
    switch (text[at]) {
    case '{':
    case '}':
        return "group with ( ) and list with [ ]";
    case '&':
        return "write 'and'";
    case '|':
        return "write 'or'; the absolute value is abs(x)";
    case '!':
        return "write 'not'";
    case '%':
        return "a remainder is x - n*floor(x/n)";
    case '@':
        return "a matrix product is contract(a, b, axis)";
    default:
        return "only names, numbers, + - * / ^ ( ) [ ] , : ; -> and comparisons are known";
    }
}

} // namespace

std::string Source::where(uint32_t byte) const
{
    const std::string_view before = text.substr(0, std::min<size_t>(byte, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const size_t newline = before.rfind('\n');
    const std::string_view row = newline == before.npos ? before : before.substr(newline + 1);
    const auto column = 1 + std::count_if(row.begin(), row.end(), [](char c) { return (c & 0xC0) != 0x80; });
    return std::string(name) + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Error Source::error(uint32_t byte, std::string what, std::string hint) const
{
    return {where(byte), std::move(what), std::move(hint)};
}

bool isReserved(std::string_view word)
{
    return word == "and" || word == "or" || word == "not" || word == "if";
}

bool isPlainName(std::string_view name)
{
    bool start = true; // of a part
    for (const char c : name) {
        if (start ? !isNameStart(c) : !isNamePart(c) && c != '.') return false;
        start = c == '.';
    }
    return !start;
}

std::vector<Token> tokenize(const Source& source, const Limits& limits)
{
    const std::string_view text = source.text;
    if (text.size() > limits.bytes)
        throw Error{std::string(source.name), "the text has " + std::to_string(text.size()) + " bytes",
                    "at most " + std::to_string(limits.bytes) + " are read"};
    std::vector<Token> tokens;
    int brackets = 0;
    size_t at = 0;
    const auto push = [&](Token::Kind kind, size_t begin, size_t end, std::string_view shownText,
                          double number = 0) {
        tokens.push_back({kind, {uint32_t(begin), uint32_t(end)}, shownText, number});
    };
    while (at < text.size()) {
        const char c = text[at];
        const size_t begin = at;
        if (c == ' ' || c == '\t' || c == '\r') {
            ++at;
        } else if (c == '\n') {
            ++at;
            if (brackets == 0) push(Token::Kind::Newline, begin, at, "end of line");
        } else if (c == '#') {
            at = std::min(text.find('\n', at), text.size());
            std::string_view comment = text.substr(begin + 1, at - begin - 1);
            if (comment.starts_with(' ')) comment.remove_prefix(1);
            while (comment.ends_with(' ') || comment.ends_with('\r') || comment.ends_with('\t'))
                comment.remove_suffix(1);
            push(Token::Kind::Comment, begin, at, comment);
        } else if (isNameStart(c)) {
            // "data.y" is one name: an output of a block
            while (at < text.size() && (isNamePart(text[at]) || (text[at] == '.' && at + 1 < text.size() &&
                                                                 isNameStart(text[at + 1]))))
                ++at;
            push(Token::Kind::Name, begin, at, text.substr(begin, at - begin));
        } else if (isDigit(c) || (c == '.' && at + 1 < text.size() && isDigit(text[at + 1]))) {
            double number = 0;
            const auto [end, problem] = std::from_chars(text.data() + at, text.data() + text.size(), number);
            at = size_t(end - text.data());
            const std::string_view digits = text.substr(begin, at - begin);
            if (problem == std::errc::result_out_of_range)
                throw source.error(uint32_t(begin), "the number " + std::string(digits) + " does not fit",
                                   "numbers are doubles, from 1e-307 to 1e308");
            if (at < text.size() && (isNamePart(text[at]) || text[at] == '.')) {
                while (at < text.size() && (isNamePart(text[at]) || text[at] == '.')) ++at;
                throw source.error(uint32_t(begin),
                                   "'" + std::string(text.substr(begin, at - begin)) + "' is no number",
                                   "a product needs its *: 2*x");
            }
            push(Token::Kind::Number, begin, at, digits, number);
        } else if (c == '`') {
            at = text.find_first_of("`\n", at + 1);
            if (at == text.npos || text[at] != '`' || at == begin + 1)
                throw source.error(uint32_t(begin), "the name that starts here has no end",
                                   "close it with `");
            ++at;
            push(Token::Kind::Name, begin, at, text.substr(begin + 1, at - begin - 2));
        } else if (c == '"') {
            ++at;
            while (at < text.size() && text[at] != '"' && text[at] != '\n') at += text[at] == '\\' ? 2 : 1;
            if (at >= text.size() || text[at] != '"')
                throw source.error(uint32_t(begin), "the string that starts here has no end",
                                   "close it with \"");
            push(Token::Kind::String, begin, at + 1, text.substr(begin + 1, at - begin - 1));
            ++at;
        } else {
            const auto symbol = std::find_if(std::begin(symbols), std::end(symbols), [&](std::string_view s) {
                return text.substr(at).starts_with(s);
            });
            if (symbol == std::end(symbols))
                throw source.error(uint32_t(at), "unexpected " + shown(text, at), hintFor(text, at));
            at += symbol->size();
            brackets += *symbol == "(" || *symbol == "[" ? 1 : *symbol == ")" || *symbol == "]" ? -1 : 0;
            brackets = std::max(brackets, 0);
            push(Token::Kind::Symbol, begin, at, *symbol);
        }
    }
    push(Token::Kind::End, text.size(), text.size(), "end of text");
    return tokens;
}

} // namespace core::language
