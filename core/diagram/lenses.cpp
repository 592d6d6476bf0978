#include "core/diagram/lenses.h"

#include "core/diagram/json.h"

namespace core
{

namespace
{

using diagram::Json, diagram::settingFrom, diagram::settingJson;

constexpr const char* key = "lenses";
const char* nameOf(LensPlace place) { return place == LensPlace::Wall ? "wall" : "canvas"; }

/// The fields of the document that the diagram has no need of.
Json restOf(const Document& document)
{
    Json rest = document.unknown.empty() ? Json::object() : Json::parse(document.unknown, nullptr, false);
    return rest.is_object() ? rest : Json::object();
}

std::string textOf(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

std::optional<std::vector<Lens>> lensesOf(const Document& document, LensPlace place)
{
    const Json rest = restOf(document);
    const auto all = rest.find(key);
    if (all == rest.end() || !all->is_object()) return {};
    const auto found = all->find(nameOf(place));
    if (found == all->end() || !found->is_array()) return {};
    std::vector<Lens> lenses;
    for (const Json& item : *found) {
        if (!item.is_object() || textOf(item, "instrument").empty()) continue;
        Lens lens{textOf(item, "instrument"), textOf(item, "at"), {}};
        if (const auto settings = item.find("settings"); settings != item.end() && settings->is_object()) {
            for (const auto& [name, value] : settings->items()) {
                if (const auto setting = settingFrom(value)) lens.settings[name] = *setting;
            }
        }
        if (const auto offset = item.find("offset"); offset != item.end() && offset->is_array() &&
                                                     offset->size() == 2 && (*offset)[0].is_number() &&
                                                     (*offset)[1].is_number())
            lens.offset = {(*offset)[0].get<double>(), (*offset)[1].get<double>()};
        lenses.push_back(std::move(lens));
    }
    return lenses;
}

void setLenses(Document& document, LensPlace place, const std::vector<Lens>& lenses)
{
    Json list = Json::array();
    for (const Lens& lens : lenses) {
        Json item{{"instrument", lens.instrument}};
        if (!lens.at.empty()) item["at"] = lens.at;
        for (const auto& [name, setting] : lens.settings) item["settings"][name] = settingJson(setting);
        if (lens.offset) item["offset"] = *lens.offset;
        list.push_back(std::move(item));
    }
    Json rest = restOf(document);
    if (!rest[key].is_object()) rest[key] = Json::object();
    rest[key][nameOf(place)] = std::move(list);
    document.unknown = rest.dump();
}

} // namespace core
