#include "core/diagram/document.h"

#include "core/diagram/declaration.h"
#include "core/diagram/fields.h"
#include "core/files/files.h"
#include "core/language/lexer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace core
{

using namespace diagram;

namespace
{

/// Reads settings; returns those of a kind that this version does not know.
Json readSettings(const Json* value, const std::string& where, std::map<std::string, Setting>& settings,
                  Errors& problems)
{
    Json rest = Json::object();
    if (!value) return rest;
    if (!value->is_object()) {
        problems.push_back({where, "must be an object, but is " + kindOf(*value), ""});
        return rest;
    }
    for (const auto& [name, item] : value->items()) {
        const std::optional<Setting> setting = settingFrom(item);
        if (!setting) {
            problems.push_back(
                {where + "." + name, "must be a number, text, true or false, but is " + kindOf(item), ""});
            rest[name] = item;
            continue;
        }
        settings[name] = *setting;
    }
    return rest;
}

Json settingsJson(const std::map<std::string, Setting>& settings)
{
    Json object = Json::object();
    for (const auto& [name, setting] : settings) {
        switch (setting.kind) {
        case Setting::Kind::Switch:
            object[name] = setting.on;
            break;
        case Setting::Kind::Text:
            object[name] = setting.text;
            break;
        case Setting::Kind::Number:
            // Whole numbers without ".0": 3, not 3.0.
            if (std::abs(setting.number) < 1e15 && setting.number == double(int64_t(setting.number)) &&
                !(setting.number == 0 && std::signbit(setting.number)))
                object[name] = int64_t(setting.number);
            else
                object[name] = setting.number;
        }
    }
    return object;
}

std::string keep(const Json& rest) { return rest.empty() ? std::string() : rest.dump(); }

void addUnknown(Json& object, const std::string& unknown)
{
    if (unknown.empty()) return;
    const Json rest = Json::parse(unknown, nullptr, false);
    if (rest.is_object()) addMissing(object, rest);
}

/// Ids in use, as many as a file may have.
class Ids
{
public:
    bool contains(const std::string& id) const { return m_taken.contains(id); }
    void take(const std::string& id) { m_taken.insert(id); }
    /// As Diagram::freshId; nothing becomes free again, so each stem is counted on from where it was.
    std::string fresh(const std::string& stem)
    {
        std::string id = stem;
        for (int& i = m_next.try_emplace(stem, 2).first->second; contains(id); ++i)
            id = stem + std::to_string(i);
        return id;
    }

private:
    std::unordered_set<std::string> m_taken;
    std::unordered_map<std::string, int> m_next;
};

void readBlock(const Json& value, const std::string& where, Diagram& diagram, Ids& ids, Errors& problems)
{
    if (!value.is_object()) {
        problems.push_back({where, "must be an object, but is " + kindOf(value), ""});
        return;
    }
    ObjectReader read(value, where, problems);
    Block block;
    read.text("id", block.id);
    read.text("kind", block.kind);
    if (block.kind.empty()) return read.problem("kind", "a block needs a kind", "the block is left out");
    if (!Diagram::usableId(block.id)) {
        const std::string fresh = ids.fresh(Diagram::usableId(block.kind) ? block.kind : "block");
        read.problem("id", "\"" + block.id.substr(0, 100) + "\" cannot be an id",
                     "it is called " + fresh + " now");
        block.id = fresh;
    } else if (ids.contains(block.id)) {
        const std::string fresh = ids.fresh(block.id);
        read.problem("id", "there are two blocks " + block.id, "the second one is called " + fresh + " now");
        block.id = fresh;
    }
    const Json odd = readSettings(read.take("settings"), where + ".settings", block.settings, problems);
    Json unread = Json::object(); // of another version: kept as it is
    if (const Json* at = read.take("at")) {
        if (at->is_array() && at->size() == 2 && (*at)[0].is_number() && (*at)[1].is_number())
            block.pin = Point{(*at)[0].get<double>(), (*at)[1].get<double>()};
        else {
            read.problem("at", "must be two numbers, but is " + kindOf(*at));
            unread["at"] = *at;
        }
    }
    std::string state = "active";
    read.text("state", state);
    if (state == "bypassed" || state == "muted")
        block.state = state == "muted" ? BlockState::Muted : BlockState::Bypassed;
    else if (state != "active") {
        read.problem("state", "there is no state \"" + state.substr(0, 40) + "\"",
                     "states are active, bypassed and muted");
        unread["state"] = state;
    }
    read.flag("open", block.open);
    read.flag("keeps_names", block.keepsNames);
    read.text("comment", block.comment);
    Json rest = read.leftOver();
    if (!odd.empty()) rest["settings"] = odd;
    addMissing(rest, unread);
    block.unknown = keep(rest);
    ids.take(block.id);
    diagram.blocks.push_back(std::move(block));
}

void readDefinitions(const Json& list, const std::string& where, Diagram& diagram, Errors& problems)
{
    for (size_t i = 0; i < list.size(); ++i) {
        const std::string place = where + "[" + std::to_string(i) + "]";
        BlockDeclaration block = diagram::readDeclaration(list[i], place, problems);
        if (block.name.empty()) continue;
        if (std::any_of(diagram.definitions.begin(), diagram.definitions.end(),
                        [&](const Definition& one) { return one.block->name == block.name; })) {
            problems.push_back({place, "there are two definitions of " + block.name, "the first one counts"});
            continue;
        }
        diagram.definitions.push_back({std::make_shared<const BlockDeclaration>(std::move(block))});
    }
}

/// Returns fields that this version does not know, by wire.
Json readWires(const Json& list, const std::string& source, Diagram& diagram, const Ids& ids,
               Errors& problems)
{
    Json fields = Json::object();
    std::set<std::pair<PortRef, PortRef>> known;
    for (size_t i = 0; i < list.size(); ++i) {
        const std::string where = source + ": wires[" + std::to_string(i) + "]";
        Json rest;
        const std::optional<Wire> wire = readWire(list[i], rest);
        if (!wire) {
            problems.push_back({where, "must be two ports, but is " + list[i].dump().substr(0, 60),
                                "write [\"linear.y\", \"relu.x\"]"});
            continue;
        }
        bool whole = true;
        for (const PortRef* end : {&wire->from, &wire->to})
            if (!ids.contains(end->block)) {
                problems.push_back({where, "there is no block " + end->block, "the wire is left out"});
                whole = false;
            }
        if (whole && !known.emplace(wire->from, wire->to).second) {
            problems.push_back({where, "the same wire is there twice", "the second one is left out"});
            whole = false;
        }
        if (!whole) continue;
        diagram.wires.push_back(*wire);
        if (!rest.is_null()) fields[keyOf(*wire)] = rest;
    }
    return fields;
}

Json readData(const Json& value, const std::string& where, DataChoice& data, Errors& problems)
{
    ObjectReader read(value, where, problems);
    read.text("name", data.name);
    const Json odd = readSettings(read.take("settings"), where + ".settings", data.settings, problems);
    read.number("validation", data.validation, 0, 0.9);
    read.seed("split_seed", data.splitSeed);
    read.text("normalise", data.normalise);
    Json rest = read.leftOver();
    if (!odd.empty()) rest["settings"] = odd;
    return rest;
}

Json readTrain(const Json& value, const std::string& where, TrainChoice& train, Errors& problems)
{
    ObjectReader read(value, where, problems);
    read.text("optimiser", train.optimiser);
    const Json odd = readSettings(read.take("settings"), where + ".settings", train.settings, problems);
    if (value.contains("rate") && value["rate"].is_number())
        train.rate = read.take("rate")->dump();
    else
        read.text("rate", train.rate);
    read.whole("batch", train.batch, 0);
    read.whole("epochs", train.epochs, 0);
    read.number("clip", train.clip, 0, std::numeric_limits<double>::max());
    read.seed("seed", train.seed);
    Json rest = read.leftOver();
    if (!odd.empty()) rest["settings"] = odd;
    return rest;
}

/// The list under the key, or an empty one and a problem.
const Json& listOf(ObjectReader& read, const char* key)
{
    static const Json empty = Json::array();
    const Json* value = read.take(key);
    if (!value) return empty;
    if (value->is_array()) return *value;
    read.problem(key, "must be a list, but is " + kindOf(*value));
    return empty;
}

const Json& objectOf(ObjectReader& read, const char* key)
{
    static const Json empty = Json::object();
    const Json* value = read.take(key);
    if (!value) return empty;
    if (value->is_object()) return *value;
    read.problem(key, "must be an object, but is " + kindOf(*value));
    return empty;
}

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// `{"id": "a", "kind": "linear"}`: one line, with a space after colons and commas.
std::string line(const Json& value)
{
    if (!value.is_structured()) return dump(value);
    const bool object = value.is_object();
    std::string text = object ? "{" : "[";
    bool first = true;
    for (const auto& [key, item] : value.items()) {
        if (!first) text += ", ";
        first = false;
        if (object) text += dump(Json(key)) + ": ";
        text += line(item);
    }
    return text + (object ? "}" : "]");
}

} // namespace

bool Diagram::usableId(std::string_view id)
{
    return !id.empty() && id.size() <= 100 && !language::isReserved(id) &&
           std::all_of(id.begin(), id.end(), [](unsigned char c) {
               return c > ' ' && c != '.' && c != '/' && c != '"' && c != '`' && c != 127;
           });
}

const Block* Diagram::find(std::string_view id) const
{
    const auto found = std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) { return b.id == id; });
    return found == blocks.end() ? nullptr : &*found;
}

Block* Diagram::find(std::string_view id)
{
    return const_cast<Block*>(static_cast<const Diagram*>(this)->find(id));
}

std::string Diagram::freshId(std::string_view stem) const
{
    std::set<std::string_view> taken;
    for (const Block& block : blocks) taken.insert(block.id);
    std::string id(stem);
    for (int i = 2; taken.count(id); ++i) id = std::string(stem) + std::to_string(i);
    return id;
}

Document parseDocument(std::string_view json, std::string_view source, Errors& problems)
{
    Document document;
    const std::string where(source);
    const std::optional<Json> parsed = diagram::parseJson(json, source, problems);
    if (!parsed) return document;
    if (!parsed->is_object() || !parsed->contains("axo")) {
        problems.push_back({where, "is not a document of the lab: it has no key \"axo\"",
                            "documents begin with {\"axo\": 1, ...}"});
        return document;
    }
    ObjectReader read(*parsed, where, problems);
    int64_t version = documentVersion;
    read.whole("axo", version, 1);
    if (version > documentVersion)
        read.problem("axo",
                     "was written by a newer version (format " + std::to_string(version) +
                         "; this one reads up to " + std::to_string(documentVersion) + ")",
                     "what is understood is opened; update to open all of it");
    read.text("title", document.title);
    read.text("notes", document.notes);
    Json unreadSizes = Json::object(), unreadComments = Json::object();
    const Json sizes = readSizes(objectOf(read, "sizes"), read, document.diagram, unreadSizes);
    const Json oddData = readData(objectOf(read, "data"), where + ".data", document.data, problems);
    const Json oddTrain = readTrain(objectOf(read, "train"), where + ".train", document.train, problems);
    for (const auto& [symbol, comment] : objectOf(read, "size_comments").items())
        if (comment.is_string())
            document.diagram.sizeComments[symbol] = comment.get<std::string>();
        else
            unreadComments[symbol] = comment;
    readDefinitions(listOf(read, "definitions"), where + ": definitions", document.diagram, problems);
    const Json& blocks = listOf(read, "blocks");
    Ids ids;
    for (size_t i = 0; i < blocks.size(); ++i)
        readBlock(blocks[i], where + ": blocks[" + std::to_string(i) + "]", document.diagram, ids, problems);
    const Json wires = readWires(listOf(read, "wires"), where, document.diagram, ids, problems);

    Json rest = read.leftOver();
    if (!oddData.empty()) rest["data"] = oddData;
    if (!oddTrain.empty()) rest["train"] = oddTrain;
    if (!unreadSizes.empty()) rest["sizes"] = unreadSizes;
    if (!unreadComments.empty()) rest["size_comments"] = unreadComments;
    if (!wires.empty()) rest[wireFields] = wires;
    if (!sizes.empty()) rest[sizeFields] = sizes;
    document.unknown = keep(rest);
    return document;
}

std::string writeDocument(const Document& document)
{
    Json head = {{"axo", documentVersion}, {"title", document.title}};
    if (!document.notes.empty()) head["notes"] = document.notes;
    if (!document.diagram.sizes.empty())
        head["sizes"] = sizesJson(document.diagram, fieldsIn(document.unknown, sizeFields));
    if (!document.diagram.sizeComments.empty()) head["size_comments"] = document.diagram.sizeComments;

    Json& data = head["data"] = {{"name", document.data.name}};
    if (!document.data.settings.empty()) data["settings"] = settingsJson(document.data.settings);
    data["validation"] = document.data.validation;
    data["split_seed"] = document.data.splitSeed;
    data["normalise"] = document.data.normalise;

    Json& train = head["train"] = {{"optimiser", document.train.optimiser}};
    if (!document.train.settings.empty()) train["settings"] = settingsJson(document.train.settings);
    train["rate"] = document.train.rate;
    train["batch"] = document.train.batch;
    train["epochs"] = document.train.epochs;
    train["clip"] = document.train.clip;
    train["seed"] = document.train.seed;
    addUnknown(head, document.unknown);
    head.erase(wireFields);
    head.erase(sizeFields);

    std::string text = "{\n";
    for (const auto& [key, value] : head.items()) text += "  " + dump(Json(key)) + ": " + line(value) + ",\n";
    const auto list = [&](const char* key, const std::vector<std::string>& lines) {
        text += std::string("  \"") + key + "\": [";
        for (size_t i = 0; i < lines.size(); ++i) text += (i ? ",\n    " : "\n    ") + lines[i];
        text += lines.empty() ? "]" : "\n  ]";
    };
    std::vector<std::string> lines;
    for (const Definition& definition : document.diagram.definitions)
        lines.push_back(line(diagram::declarationJson(*definition.block)));
    if (!lines.empty()) {
        list("definitions", lines);
        text += ",\n";
    }
    lines.clear();
    for (const Block& block : document.diagram.blocks) {
        Json item = {{"id", block.id}, {"kind", block.kind}};
        if (!block.settings.empty()) item["settings"] = settingsJson(block.settings);
        if (block.pin) item["at"] = {block.pin->x, block.pin->y};
        if (block.state != BlockState::Active)
            item["state"] = block.state == BlockState::Muted ? "muted" : "bypassed";
        if (block.open) item["open"] = true;
        if (block.keepsNames) item["keeps_names"] = true;
        if (!block.comment.empty()) item["comment"] = block.comment;
        addUnknown(item, block.unknown);
        lines.push_back(line(item));
    }
    list("blocks", lines);
    text += ",\n";
    lines.clear();
    const Json fields = fieldsIn(document.unknown, wireFields);
    for (const Wire& wire : document.diagram.wires) lines.push_back(line(wireJson(wire, fields)));
    list("wires", lines);
    return text + "\n}\n";
}

Document loadDocument(const std::string& path)
{
    Errors problems;
    Document document = parseDocument(files::readFile(path, diagram::largestText), path, problems);
    if (!problems.empty()) throw problems.front();
    return document;
}

void saveDocument(const Document& document, const std::string& path)
{
    files::writeFile(path, writeDocument(document));
}

} // namespace core
