// Text to tokens, shared by everything that is parsed.
#pragma once

#include "core/language/syntax.h"

namespace core::language
{

struct Token {
    enum class Kind : uint8_t { Number, Name, String, Symbol, Newline, Comment, End };
    Kind kind = Kind::End;
    Span span;
    std::string_view text; ///< as written; of a string and of a `name` without its quotes, of a comment
                           ///< without '#' and one space
    double number = 0;

    bool is(std::string_view symbol) const { return kind == Kind::Symbol && text == symbol; }
    bool word(std::string_view name) const { return kind == Kind::Name && text == name; }
};

/// A text with its name, for errors that point at a place in it.
struct Source {
    std::string_view text, name;

    /// "NAME:LINE:COLUMN"; columns count code points from 1.
    std::string where(uint32_t byte) const;
    Error error(uint32_t byte, std::string what, std::string hint = {}) const;
};

/// The tokens and an End. Newlines within brackets are dropped. Throws Error for what is no token.
std::vector<Token> tokenize(const Source&, const Limits&);

/// and, or, not, if: words that are never names.
bool isReserved(std::string_view word);
/// Letters, digits, _ and dots between such names; others stand in backticks.
bool isPlainName(std::string_view);

} // namespace core::language
