#include "core/diagram/lenses.h"

#include "core/diagram/json.h"

namespace core
{

namespace
{

using diagram::Json, diagram::settingFrom, diagram::settingJson;

constexpr const char* key = "lenses";
const char* nameOf(LensPlace place) { return place == LensPlace::Wall ? "wall" : "canvas"; }

std::string textOf(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::array<double, 2>> pairOf(const Json& object, const char* name)
{
    const auto found = object.find(name);
    const bool two = found != object.end() && found->is_array() && found->size() == 2 &&
                     (*found)[0].is_number() && (*found)[1].is_number();
    if (!two) return {};
    return {{(*found)[0].get<double>(), (*found)[1].get<double>()}};
}

} // namespace

std::optional<std::vector<Lens>> lensesOf(const Document& document, LensPlace place)
{
    const Json rest = diagram::unknownFields(document);
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
        lens.offset = pairOf(item, "offset");
        lens.size = pairOf(item, "size");
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
        if (lens.size) item["size"] = *lens.size;
        list.push_back(std::move(item));
    }
    Json rest = diagram::unknownFields(document);
    if (!rest[key].is_object()) rest[key] = Json::object();
    rest[key][nameOf(place)] = std::move(list);
    document.unknown = rest.dump();
}

} // namespace core
