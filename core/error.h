// The one error of the project: a mistake in something the user gave us (file, formula, size, wire,
// argument).
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace core
{

/// Thrown by value by everything that reads or checks user input; validation of whole documents returns
/// a vector of them instead. Our own mistakes assert; failures of the machine degrade visibly.
struct Error {
    std::string where; ///< file and position, block and axis, argument name
    std::string what;  ///< what is wrong, with the offending value
    std::string hint;  ///< what to do about it; may be empty

    /// "where: what (hint)", one line.
    std::string text() const
    {
        std::string line = where.empty() ? what : where + ": " + what;
        return hint.empty() ? line : line + " (" + hint + ")";
    }
    friend bool operator==(const Error&, const Error&) = default;
};

using Errors = std::vector<Error>;

} // namespace core
