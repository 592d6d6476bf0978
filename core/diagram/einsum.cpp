#include "core/diagram/einsum.h"

#include "core/diagram/termreader.h"
#include "core/ops/build.h"

#include <algorithm>

namespace core::diagram
{

namespace
{

std::vector<std::string> words(std::string_view text, const std::string& where)
{
    std::vector<std::string> result;
    std::string word;
    for (const char c : std::string(text) + " ") {
        if (c != ' ' && c != '\t') {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '\'';
            if (!letter && !(c >= '0' && c <= '9' && !word.empty()))
                throw Error{where, std::string("'") + c + "' cannot be in the name of an axis",
                            "write \"q k, s k -> q s\""};
            word += c;
        } else if (!word.empty()) {
            if (std::find(result.begin(), result.end(), word) != result.end())
                throw Error{where, "axis " + word + " is named twice", "rename one of them"};
            result.push_back(std::move(word));
            word.clear();
        }
    }
    return result;
}

} // namespace

Einsum parseEinsum(std::string_view text, const std::string& where)
{
    const size_t arrow = text.find("->");
    if (arrow == text.npos)
        throw Error{where, "\"" + std::string(text.substr(0, 60)) + "\" has no ->",
                    "write \"q k, s k -> q s\""};
    Einsum result;
    result.result = words(text.substr(arrow + 2), where);
    for (size_t at = 0; at <= arrow;) {
        const size_t comma = std::min(text.find(',', at), arrow);
        result.operands.push_back(words(text.substr(at, comma - at), where));
        at = comma + 1;
    }
    for (const std::string& axis : result.result)
        if (std::none_of(result.operands.begin(), result.operands.end(), [&](const auto& operand) {
                return std::find(operand.begin(), operand.end(), axis) != operand.end();
            }))
            throw Error{where, "no operand has axis " + axis + " of the result", ""};
    return result;
}

Value einsum(Arguments& a)
{
    Evaluator& e = a.evaluator;
    const std::string where = a.frame.path + ".formula";
    const Einsum what = parseEinsum(a.text(0), where);
    const auto has = [](const std::vector<std::string>& list, const std::string& name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    Arrays operands;
    for (size_t i = 0; i < what.operands.size(); ++i) {
        const Value* value = a.frame.find(operandName(i));
        if (!value)
            throw Error{a.frame.path, "operand " + operandName(i) + " is missing", "draw a wire to it"};
        operands.push_back(e.array(a.frame, *value, "operand " + operandName(i)));
        for (const std::string& axis : what.operands[i])
            if (!e.program.type(operands[i]).has(axis))
                throw Error{a.frame.path + "." + operandName(i),
                            "has no axis " + axis + ": it is " + e.program.type(operands[i]).text(),
                            "rename an axis, or change the formula"};
    }
    e.expectAgreement(a.frame, operands);
    // From left to right; an axis that ends does so where it is last met.
    const auto met = [&](const std::string& axis, size_t from) {
        for (size_t i = from; i < what.operands.size(); ++i)
            if (has(what.operands[i], axis)) return true;
        return false;
    };
    ValueId result = operands[0];
    std::vector<std::string> seen;
    for (size_t i = 0; i < operands.size(); ++i) {
        std::vector<std::string> alone, shared;
        for (const std::string& axis : what.operands[i])
            if (!has(what.result, axis) && !met(axis, i + 1))
                (has(seen, axis) ? shared : alone).push_back(axis);
        ValueId operand = operands[i];
        if (!alone.empty()) operand = e.note(build::sum(e.program, operand, alone));
        result = i == 0 ? operand : e.note(build::contract(e.program, result, operand, shared));
        seen.insert(seen.end(), what.operands[i].begin(), what.operands[i].end());
    }
    return Arrays{result};
}

} // namespace core::diagram
