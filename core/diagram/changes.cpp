#include "core/diagram/changes.h"

#include "core/diagram/json.h"

namespace core
{

namespace
{

constexpr const char* changesKey = "changes";

} // namespace

Changes changesOf(const Document& document)
{
    const diagram::Json rest = diagram::unknownFields(document);
    const auto all = rest.find(changesKey);
    Changes changes;
    if (all == rest.end() || !all->is_object()) return changes;
    for (const auto& [name, list] : {std::pair{"values", &changes.values}, {"gradients", &changes.gradients}})
        if (const auto found = all->find(name); found != all->end() && found->is_array())
            for (const diagram::Json& text : *found)
                if (text.is_string()) list->push_back(text.get<std::string>());
    return changes;
}

void setChanges(Document& document, const Changes& changes)
{
    diagram::Json rest = diagram::unknownFields(document);
    rest.erase(changesKey);
    if (!changes.values.empty()) rest[changesKey]["values"] = changes.values;
    if (!changes.gradients.empty()) rest[changesKey]["gradients"] = changes.gradients;
    document.unknown = rest.empty() ? std::string() : rest.dump();
}

} // namespace core
