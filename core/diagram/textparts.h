// What writing and reading the text of a diagram share. Private to core/diagram.
#pragma once

#include "core/diagram/termreader.h"

#include <algorithm>

namespace core::diagram
{

inline constexpr std::string_view constants[] = {"pi", "e", "inf"};
inline constexpr std::string_view dataSizes[] = {"batch", "classes", "vocabulary"};

template<class List> bool contains(const List& list, std::string_view name)
{
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

bool expressible(const std::string& name); ///< backticks cannot be in backticks, and a line is a line
language::Syntax nameSyntax(std::string name);
void collectNames(const language::Syntax&, std::vector<std::string>& names);
/// Numbers, names and functions of numbers only.
bool arithmetic(const language::Syntax&);
/// How a reader reads documents, whose names stand for nothing but blocks and sizes.
void prepare(TermReader&);
/// Each block after those that it hangs on, else in the order of creation.
std::vector<const Block*> textOrder(const Diagram&);

} // namespace core::diagram
