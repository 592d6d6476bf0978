#include "core/diagram/fields.h"

namespace core::diagram
{

namespace
{

std::optional<PortRef> portRef(const Json& value)
{
    if (!value.is_string()) return std::nullopt;
    const std::string text = value.get<std::string>();
    const size_t dot = text.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) return std::nullopt;
    return PortRef{text.substr(0, dot), text.substr(dot + 1)};
}

} // namespace

std::string keyOf(const Wire& wire) { return wire.from.text() + " " + wire.to.text(); }

Json fieldsIn(const std::string& unknown, const char* key)
{
    const Json rest = unknown.empty() ? Json() : Json::parse(unknown, nullptr, false);
    return rest.is_object() && rest.contains(key) ? rest[key] : Json::object();
}

std::optional<Wire> readWire(const Json& item, Json& rest)
{
    std::optional<PortRef> from, to;
    if (item.is_array() && item.size() >= 2) {
        from = portRef(item[0]);
        to = portRef(item[1]);
        if (item.size() > 2) rest = Json(item.begin() + 2, item.end());
    } else if (item.is_object() && item.contains("from") && item.contains("to")) {
        from = portRef(item["from"]);
        to = portRef(item["to"]);
        for (const auto& [key, value] : item.items())
            if (key != "from" && key != "to") rest[key] = value;
    }
    if (!from || !to) return std::nullopt;
    return Wire{*from, *to};
}

Json wireJson(const Wire& wire, const Json& fields)
{
    Json json = Json::array({wire.from.text(), wire.to.text()});
    const auto found = fields.find(keyOf(wire));
    if (found == fields.end()) return json;
    if (found->is_array())
        json.insert(json.end(), found->begin(), found->end());
    else {
        json = {{"from", wire.from.text()}, {"to", wire.to.text()}};
        addMissing(json, *found);
    }
    return json;
}

Json readSizes(const Json& object, ObjectReader& read, Diagram& diagram, Json& unread)
{
    Json fields = Json::object();
    for (const auto& [symbol, value] : object.items()) {
        const bool described = value.is_object() && value.contains("formula");
        const Json& formula = described ? value["formula"] : value;
        if (formula.is_string())
            diagram.sizes[symbol] = formula.get<std::string>();
        else if (formula.is_number())
            diagram.sizes[symbol] = formula.dump();
        else {
            read.problem("sizes." + symbol, "must be a number or a formula, but is " + kindOf(formula));
            unread[symbol] = value;
            continue;
        }
        if (!described) continue;
        fields[symbol] = value;
        fields[symbol].erase("formula");
    }
    return fields;
}

Json sizesJson(const Diagram& diagram, const Json& fields)
{
    Json json = Json::object();
    for (const auto& [symbol, formula] : diagram.sizes) {
        json[symbol] = formula;
        const auto found = fields.find(symbol);
        if (found == fields.end()) continue;
        json[symbol] = {{"formula", formula}};
        addMissing(json[symbol], *found);
    }
    return json;
}

void moveFields(Document& document, const Wire& before, const Wire& after)
{
    const std::string from = keyOf(before), to = keyOf(after);
    if (from == to || fieldsIn(document.unknown, wireFields).count(from) == 0) return;
    Json rest = Json::parse(document.unknown);
    Json& fields = rest[wireFields];
    fields[to] = fields[from];
    fields.erase(from);
    document.unknown = rest.dump();
}

} // namespace core::diagram
