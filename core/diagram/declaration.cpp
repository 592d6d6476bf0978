#include "core/diagram/declaration.h"

#include "core/diagram/document.h"
#include "core/diagram/einsum.h"
#include "core/diagram/termreader.h"
#include "core/language/expression.h"

#include <algorithm>

namespace core
{

using diagram::Json;
using diagram::settingJson;
using language::Syntax;

namespace
{

constexpr std::string_view constants[] = {"pi", "e", "inf"};

void collect(const Syntax& syntax, std::vector<std::string>& names)
{
    if (syntax.kind == Syntax::Kind::Call && syntax.name == "size") return; // of an axis
    const bool constant =
        std::find(std::begin(constants), std::end(constants), syntax.name) != std::end(constants);
    if (syntax.kind == Syntax::Kind::Name && !constant &&
        std::find(names.begin(), names.end(), syntax.name) == names.end())
        names.push_back(syntax.name);
    for (const Syntax& child : syntax.children) collect(child, names);
}

std::string_view nameOf(ParameterDeclaration::Kind kind)
{
    switch (kind) {
    case ParameterDeclaration::Kind::Axes:
        return "axes";
    case ParameterDeclaration::Kind::Number:
        return "number";
    case ParameterDeclaration::Kind::Integer:
        return "integer";
    case ParameterDeclaration::Kind::Formula:
        return "formula";
    case ParameterDeclaration::Kind::Switch:
        return "bool";
    case ParameterDeclaration::Kind::Choice:
        return "choice";
    case ParameterDeclaration::Kind::Text:
        break;
    }
    return "text";
}

Json parameterJson(const ParameterDeclaration& parameter)
{
    Json json = {{"type", nameOf(parameter.kind)}, {"default", settingJson(parameter.initial)}};
    const auto bound = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
    if (parameter.low || parameter.high) json["range"] = {bound(parameter.low), bound(parameter.high)};
    if (!parameter.choices.empty()) json["choices"] = parameter.choices;
    if (!parameter.help.empty()) json["help"] = parameter.help;
    return json;
}

Json portsJson(const std::vector<PortDeclaration>& ports)
{
    Json json = Json::object();
    for (const PortDeclaration& port : ports) {
        Json& one = json[port.name] = {{"type", port.type}};
        if (port.optional) one["optional"] = true;
        if (port.variadic) one["variadic"] = true;
        if (!port.help.empty()) one["help"] = port.help;
    }
    return json;
}

Json drawJson(const DrawDeclaration& draw)
{
    Json json = Json::object();
    const auto text = [&](const char* key, const std::string& value) {
        if (!value.empty()) json[key] = value;
    };
    text("symbol", draw.symbol);
    text("shape", draw.shape);
    if (draw.learned) json["learned"] = true;
    if (draw.linear) json["linear"] = true;
    text("label", draw.label);
    text("words", draw.words);
    text("acts", draw.acts);
    return json;
}

} // namespace

std::optional<std::vector<std::string>> diagram::inputNames(const ParameterDeclaration& parameter,
                                                            const std::string& text,
                                                            const std::string& learned)
{
    std::vector<std::string> names;
    try {
        if (parameter.kind != ParameterDeclaration::Kind::Formula) {
            const size_t count = parseEinsum(text, "").operands.size();
            for (size_t i = 0; i < count; ++i) names.push_back(operandName(i));
            return names;
        }
        collect(language::parseExpression(text), names);
        for (const Syntax& item : language::parseExpression("learned(" + learned + ")").children)
            std::erase(names, item.name);
    } catch (const Error&) {
        return std::nullopt;
    }
    return names;
}

Json diagram::declarationJson(const BlockDeclaration& block)
{
    Json json = {{"block", block.name}, {"title", block.title}, {"category", block.category}};
    if (!block.help.empty()) json["help"] = block.help;
    if (!block.parameters.empty()) {
        Json& parameters = json["params"] = Json::object();
        for (const ParameterDeclaration& parameter : block.parameters)
            parameters[parameter.name] = parameterJson(parameter);
    }
    json["in"] = portsJson(block.inputs);
    json["out"] = portsJson(block.outputs);
    if (const Json draw = drawJson(block.draw); !draw.empty()) json["draw"] = draw;
    if (!block.ports.empty()) json["ports"] = block.ports;
    json["body"] = Json::array();
    for (const language::Statement& statement : block.body) {
        std::string text = language::print(std::vector{statement});
        if (text.ends_with('\n')) text.pop_back();
        json["body"].push_back(text);
    }
    if (block.unknown.empty()) return json;
    const Json unknown = Json::parse(block.unknown);
    if (block.body.empty() && unknown.contains("body")) json["body"] = unknown["body"];
    addMissing(json, unknown);
    return json;
}

std::string writeDeclaration(const BlockDeclaration& block)
{
    std::string text;
    const Json json = diagram::declarationJson(block);
    for (const auto& [key, value] : json.items())
        text += (text.empty() ? "{ " : ",\n  ") + Json(key).dump() + ": " + value.dump();
    return text + " }\n";
}

bool operator==(const Definition& a, const Definition& b)
{
    return a.block == b.block ||
           (a.block && b.block && diagram::declarationJson(*a.block) == diagram::declarationJson(*b.block));
}

} // namespace core
