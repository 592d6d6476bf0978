#include "core/instruments/settings.h"

#include "core/instruments/common.h"
#include "core/instruments/wires.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace core::instruments
{

namespace
{

using Kind = ParameterDeclaration::Kind;

Setting numeric(double value) { return {Setting::Kind::Number, value, {}, false}; }

Setting::Kind kindOf(Kind kind)
{
    if (kind == Kind::Number || kind == Kind::Integer) return Setting::Kind::Number;
    return kind == Kind::Switch ? Setting::Kind::Switch : Setting::Kind::Text;
}

void check(const ParameterDeclaration& declared, const Setting& value)
{
    const std::string where = "setting " + declared.name;
    if (value.kind != kindOf(declared.kind)) throw Error{where, "is of the wrong kind", declared.help};
    if (value.kind == Setting::Kind::Number) {
        const double x = value.number;
        const bool inside = x >= declared.low.value_or(-INFINITY) && x <= declared.high.value_or(INFINITY);
        if (!inside || (declared.kind == Kind::Integer && x != std::floor(x))) {
            throw Error{where, "is " + instruments::number(x),
                        "give a" + std::string(declared.kind == Kind::Integer ? " whole" : "") +
                            " number between " + instruments::number(declared.low.value_or(-INFINITY), 10) +
                            " and " + instruments::number(declared.high.value_or(INFINITY), 10)};
        }
    }
    const auto& choices = declared.choices;
    if (!choices.empty() && std::find(choices.begin(), choices.end(), value.text) == choices.end()) {
        std::string list;
        for (const std::string& choice : choices) list += (list.empty() ? "" : ", ") + choice;
        throw Error{where, "is \"" + value.text + "\"", "choose one of " + list};
    }
}

} // namespace

ParameterDeclaration numberSetting(std::string name, double initial, double low, double high,
                                   std::string help)
{
    return {std::move(name), Kind::Number, numeric(initial), low, high, {}, std::move(help)};
}

ParameterDeclaration wholeSetting(std::string name, int64_t initial, int64_t low, int64_t high,
                                  std::string help)
{
    return {std::move(name), Kind::Integer, numeric(double(initial)), double(low), double(high), {},
            std::move(help)};
}

ParameterDeclaration switchSetting(std::string name, bool initial, std::string help)
{
    return {std::move(name), Kind::Switch, {Setting::Kind::Switch, 0, {}, initial}, {}, {}, {},
            std::move(help)};
}

ParameterDeclaration choiceSetting(std::string name, std::vector<std::string> choices, std::string help)
{
    const Setting first{Setting::Kind::Text, 0, choices.front(), false};
    return {std::move(name), Kind::Choice, first, {}, {}, std::move(choices), std::move(help)};
}

Settings::Settings(const Instrument& instrument, const Observation& o)
{
    std::vector<std::string> known;
    for (const ParameterDeclaration& declared : instrument.parameters) {
        m_values[declared.name] = declared.initial;
        known.push_back(declared.name);
    }
    for (const auto& [name, value] : o.settings) {
        const auto declared = std::find_if(instrument.parameters.begin(), instrument.parameters.end(),
                                           [&](const auto& one) { return one.name == name; });
        if (declared == instrument.parameters.end()) {
            throw Error{"setting " + name, "is not known to " + std::string(instrument.name),
                        nearestNames(name, known)};
        }
        check(*declared, value);
        m_values[name] = value;
    }
}

const Setting& Settings::at(std::string_view name) const
{
    const auto found = m_values.find(name);
    assert(found != m_values.end());
    return found->second;
}

double Settings::number(std::string_view name) const { return at(name).number; }
bool Settings::on(std::string_view name) const { return at(name).on; }
const std::string& Settings::choice(std::string_view name) const { return at(name).text; }

} // namespace core::instruments
