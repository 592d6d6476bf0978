#include "core/diagram/library.h"

#include "core/diagram/declaration.h"
#include "core/files/files.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace core
{

using diagram::Json;
using diagram::kindOf;
using diagram::ObjectReader;
using diagram::settingFrom;

namespace
{

using Kind = ParameterDeclaration::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 9> kinds{{{"axes", Kind::Axes},
                                                                  {"number", Kind::Number},
                                                                  {"integer", Kind::Integer},
                                                                  {"formula", Kind::Formula},
                                                                  {"init", Kind::Formula},
                                                                  {"bool", Kind::Switch},
                                                                  {"switch", Kind::Switch},
                                                                  {"choice", Kind::Choice},
                                                                  {"text", Kind::Text}}};

void setKind(ParameterDeclaration& parameter, const std::string& name, ObjectReader& read)
{
    for (const auto& [text, kind] : kinds)
        if (text == name) {
            parameter.kind = kind;
            return;
        }
    std::string known;
    for (const auto& row : kinds) known += (known.empty() ? "" : ", ") + std::string(row.first);
    read.problem("type", "there is no type \"" + name + "\"", "types are " + known);
}

ParameterDeclaration readParameter(const std::string& name, const Json& value, const std::string& where,
                                   Json& rest, Errors& problems)
{
    ParameterDeclaration parameter;
    parameter.name = name;
    const Json shorthand = {{"type", value}};
    ObjectReader read(value.is_object() ? value : shorthand, where, problems);
    std::string kind = "text";
    read.text("type", kind);
    setKind(parameter, kind, read);
    if (parameter.kind == Kind::Switch) parameter.initial.kind = Setting::Kind::Switch;
    if (const Json* initial = read.take("default")) {
        if (const auto setting = settingFrom(*initial))
            parameter.initial = *setting;
        else
            read.problem("default", "must be a number, text, true or false, but is " + kindOf(*initial));
    }
    if (const Json* range = read.take("range")) {
        if (range->is_array() && range->size() == 2) {
            if ((*range)[0].is_number()) parameter.low = (*range)[0].get<double>();
            if ((*range)[1].is_number()) parameter.high = (*range)[1].get<double>();
        } else {
            read.problem("range", "must be two numbers, but is " + kindOf(*range), "null leaves a side open");
        }
    }
    if (const Json* choices = read.take("choices")) {
        for (const Json& choice : *choices)
            if (choice.is_string())
                parameter.choices.push_back(choice.get<std::string>());
            else
                read.problem("choices", "must be texts, but one is " + kindOf(choice));
    }
    read.text("help", parameter.help);
    rest = read.leftOver();
    return parameter;
}

PortDeclaration readPort(const std::string& name, const Json& value, const std::string& where, Json& rest,
                         Errors& problems)
{
    PortDeclaration port;
    port.name = name;
    const Json shorthand = {{"type", value}};
    ObjectReader read(value.is_object() ? value : shorthand, where, problems);
    read.text("type", port.type);
    read.flag("optional", port.optional);
    read.flag("variadic", port.variadic);
    read.text("help", port.help);
    rest = read.leftOver();
    return port;
}

/// Calls row(name, value) for each member of the object under the key.
template<class Row> void members(ObjectReader& read, const char* key, Row row)
{
    const Json* value = read.take(key);
    if (!value) return;
    if (!value->is_object()) return read.problem(key, "must be an object, but is " + kindOf(*value));
    for (const auto& [name, item] : value->items()) row(name, item);
}

Json readDraw(const Json& value, const std::string& where, DrawDeclaration& draw, Errors& problems)
{
    ObjectReader read(value, where, problems);
    read.text("symbol", draw.symbol);
    read.text("shape", draw.shape);
    read.flag("learned", draw.learned);
    read.flag("linear", draw.linear);
    read.text("label", draw.label);
    read.text("words", draw.words);
    read.text("acts", draw.acts);
    return read.leftOver();
}

bool readBody(const Json& value, const std::string& where, BlockDeclaration& block, Errors& problems)
{
    std::string text;
    for (const Json& statement : value)
        if (statement.is_string())
            text += statement.get<std::string>() + "\n";
        else
            problems.push_back({where, "must be texts, but one is " + kindOf(statement), ""});
    try {
        block.body = language::parseTerm(text, where);
    } catch (const Error& error) {
        problems.push_back(error);
        return false;
    }
    return true;
}

} // namespace

BlockDeclaration diagram::readDeclaration(const Json& json, const std::string& source, Errors& problems)
{
    BlockDeclaration block;
    if (!json.is_object()) {
        problems.push_back({source, "must be an object, but is " + kindOf(json), ""});
        return block;
    }
    ObjectReader read(json, source, problems);
    read.text("block", block.name);
    if (block.name.empty()) read.problem("block", "a block needs a name");
    block.title = block.name;
    read.text("title", block.title);
    read.text("category", block.category);
    read.text("help", block.help);
    Json inner = Json::object(); // what nobody knows inside of what is known
    const auto keep = [&](const char* key, const std::string& name, const Json& rest) {
        if (!rest.empty()) inner[key][name] = rest;
    };
    Json rest;
    members(read, "params", [&](const std::string& name, const Json& value) {
        const std::string where = source + ".params." + name;
        block.parameters.push_back(readParameter(name, value, where, rest, problems));
        keep("params", name, rest);
    });
    members(read, "in", [&](const std::string& name, const Json& value) {
        block.inputs.push_back(readPort(name, value, source + ".in." + name, rest, problems));
        keep("in", name, rest);
    });
    members(read, "out", [&](const std::string& name, const Json& value) {
        block.outputs.push_back(readPort(name, value, source + ".out." + name, rest, problems));
        keep("out", name, rest);
    });
    if (const Json* draw = read.take("draw")) {
        const Json odd = readDraw(*draw, source + ".draw", block.draw, problems);
        if (!odd.empty()) inner["draw"] = odd;
    }
    read.text("ports", block.ports);
    if (const Json* body = read.take("body"); body && !readBody(*body, source + ": body", block, problems))
        inner["body"] = *body; // what was typed is not lost
    rest = read.leftOver();
    rest.update(inner);
    if (!rest.empty()) block.unknown = rest.dump();
    return block;
}

BlockDeclaration parseDeclaration(std::string_view text, std::string_view source, Errors& problems)
{
    const std::optional<Json> json = diagram::parseJson(text, source, problems);
    return json ? diagram::readDeclaration(*json, std::string(source), problems) : BlockDeclaration();
}

namespace
{

/// Files of a library have no keys that nobody reads.
BlockDeclaration readBlock(std::string_view text, const std::string& source, Errors& problems)
{
    BlockDeclaration block = parseDeclaration(text, source, problems);
    const Json unknown = block.unknown.empty() ? Json::object() : Json::parse(block.unknown);
    const auto refuse = [&](const std::string& where, const Json& keys, const char* noun) {
        for (const auto& [key, value] : keys.items())
            problems.push_back({where + "." + key, std::string("is no key of ") + noun, ""});
    };
    for (const auto& [key, value] : unknown.items()) {
        const bool ports = key == "in" || key == "out";
        if (key == "body") continue; // its problem is there already
        if (key == "draw")
            refuse(source + ".draw", value, "draw");
        else if (ports || key == "params")
            for (const auto& [name, keys] : value.items())
                refuse(source + "." + key + "." + name, keys, ports ? "a port" : "a parameter");
        else
            problems.push_back({source + "." + key, "is no key of a block", ""});
    }
    return block;
}

/// Built-in categories come in the order in which one meets them; others follow by name.
size_t categoryRank(const std::string& category)
{
    static constexpr std::array<std::string_view, 8> order{
        "Data", "Layers", "Activations", "Normalisation", "Combine", "Axes", "Networks", "Losses"};
    return size_t(std::find(order.begin(), order.end(), category) - order.begin());
}

void insert(std::vector<BlockDeclaration>& blocks, BlockDeclaration block)
{
    const auto same =
        std::find_if(blocks.begin(), blocks.end(), [&](const auto& b) { return b.name == block.name; });
    if (same != blocks.end())
        *same = std::move(block); // the user's own wins
    else
        blocks.push_back(std::move(block));
    std::stable_sort(blocks.begin(), blocks.end(), [](const auto& a, const auto& b) {
        return std::tuple(categoryRank(a.category), a.category, a.name) <
               std::tuple(categoryRank(b.category), b.category, b.name);
    });
}

} // namespace

const ParameterDeclaration* BlockDeclaration::parameter(std::string_view wanted) const
{
    for (const ParameterDeclaration& parameter : parameters)
        if (parameter.name == wanted) return &parameter;
    return nullptr;
}

BlockLibrary BlockLibrary::builtIn()
{
    BlockLibrary library;
    Errors problems;
    for (const std::string& name : files::resourceNames("blocks"))
        insert(library.m_blocks, readBlock(files::resource(name), name, problems));
    if (!problems.empty()) throw problems.front();
    return library;
}

void BlockLibrary::addFolder(const std::string& path, Errors& problems)
{
    std::error_code status;
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path, status))
        if (entry.path().extension() == ".json") names.push_back(entry.path().string());
    if (status) problems.push_back({path, "cannot be read: " + status.message(), ""});
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
        Errors own;
        try {
            BlockDeclaration block = readBlock(files::readFile(name, diagram::largestText), name, own);
            if (own.empty()) insert(m_blocks, std::move(block));
        } catch (const Error& error) {
            own.push_back(error);
        }
        problems.insert(problems.end(), own.begin(), own.end());
    }
}

const BlockDeclaration* BlockLibrary::find(std::string_view name) const
{
    for (const BlockDeclaration& block : m_blocks)
        if (block.name == name) return &block;
    return nullptr;
}

std::shared_ptr<const BlockDeclaration> BlockLibrary::declarationOf(const Block& block) const
{
    const BlockDeclaration* found = find(block.kind);
    if (!found) return nullptr;
    if (found->ports.empty()) return {std::shared_ptr<const void>(), found};
    const ParameterDeclaration* parameter = found->parameter(found->ports);
    if (!parameter) return {std::shared_ptr<const void>(), found};
    const auto own = block.settings.find(found->ports);
    const std::string& text = (own == block.settings.end() ? parameter->initial : own->second).text;
    const auto learned = block.settings.find("learned");
    const auto names =
        diagram::inputNames(*parameter, text, learned == block.settings.end() ? "" : learned->second.text);
    if (!names)
        return {std::shared_ptr<const void>(), found}; // a faulty text leaves the wires where they are
    auto result = std::make_shared<BlockDeclaration>(*found);
    result->inputs.clear();
    for (const std::string& name : *names) result->inputs.push_back({name, "[...]", false, false, ""});
    return result;
}

BlockLibrary BlockLibrary::with(const Diagram& diagram) const
{
    BlockLibrary all = *this;
    for (const Definition& definition : diagram.definitions) insert(all.m_blocks, *definition.block);
    return all;
}

std::span<const Initialiser> initialisers()
{
    static const std::vector<Initialiser> rows = [] {
        std::vector<Initialiser> read;
        const Json json = Json::parse(files::resource("initialisers.json"));
        for (const auto& [name, row] : json.items())
            read.push_back({name, row.at("formula").get<std::string>(), row.at("help").get<std::string>()});
        return read;
    }();
    return rows;
}

} // namespace core
