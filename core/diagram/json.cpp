#include "core/diagram/json.h"

#include <algorithm>

namespace core::diagram
{

namespace
{

std::string position(std::string_view text, size_t byte)
{
    byte = std::min(byte, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(byte), '\n');
    const size_t start = byte == 0 ? std::string_view::npos : text.rfind('\n', byte - 1);
    const size_t column = start == std::string_view::npos ? byte + 1 : byte - start;
    return std::to_string(line) + ":" + std::to_string(column);
}

/// Byte at which brackets nest deeper than the limit, if they do.
std::optional<size_t> tooDeep(std::string_view text)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > deepestNesting) return i;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<Json> parseJson(std::string_view text, std::string_view source, Errors& problems)
{
    const std::string where(source);
    if (text.size() > largestText) {
        problems.push_back({where,
                            "is " + std::to_string(text.size() >> 20) + " MiB large; at most " +
                                std::to_string(largestText >> 20) + " MiB are read",
                            "this is hardly a document of the lab"});
        return std::nullopt;
    }
    if (const auto byte = tooDeep(text)) {
        problems.push_back({where + ":" + position(text, *byte),
                            "brackets nest deeper than " + std::to_string(deepestNesting) + " levels",
                            "no document needs more than ten"});
        return std::nullopt;
    }
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        std::string what = error.what();
        // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing ..."
        if (const size_t colon = what.find(": "); colon != std::string::npos) what = what.substr(colon + 2);
        problems.push_back({where + ":" + position(text, error.byte ? error.byte - 1 : 0),
                            "is not JSON: " + what, "the file may be truncated"});
    } catch (const Json::exception& error) {
        problems.push_back({where, std::string("is not JSON: ") + error.what(), ""});
    }
    return std::nullopt;
}

std::string kindOf(const Json& value)
{
    if (value.is_string()) return "the text \"" + value.get<std::string>().substr(0, 40) + "\"";
    if (value.is_number()) return "the number " + value.dump();
    if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
    if (value.is_array()) return "a list";
    return value.is_object() ? "an object" : "null";
}

std::optional<Setting> settingFrom(const Json& value)
{
    if (value.is_boolean()) return Setting{Setting::Kind::Switch, 0, {}, value.get<bool>()};
    if (value.is_number()) return Setting{Setting::Kind::Number, value.get<double>(), {}, false};
    if (value.is_string()) return Setting{Setting::Kind::Text, 0, value.get<std::string>(), false};
    return {};
}

Json settingJson(const Setting& setting)
{
    if (setting.kind == Setting::Kind::Switch) return setting.on;
    if (setting.kind == Setting::Kind::Number) return setting.number;
    return setting.text;
}

void addMissing(Json& object, const Json& rest)
{
    for (const auto& [key, value] : rest.items()) {
        const auto found = object.find(key);
        if (found == object.end())
            object[key] = value;
        else if (found->is_object() && value.is_object())
            addMissing(*found, value);
    }
}

void ObjectReader::problem(const std::string& key, std::string what, std::string hint)
{
    m_problems.push_back({m_where + (key.empty() ? "" : "." + key), std::move(what), std::move(hint)});
}

const Json* ObjectReader::take(const char* key)
{
    m_taken.emplace_back(key);
    const auto found = m_object.find(key);
    return found == m_object.end() ? nullptr : &*found;
}

void ObjectReader::text(const char* key, std::string& out)
{
    const Json* value = take(key);
    if (!value) return;
    if (value->is_string())
        out = value->get<std::string>();
    else
        problem(key, "must be text, but is " + kindOf(*value));
}

void ObjectReader::number(const char* key, double& out, double low, double high)
{
    const Json* value = take(key);
    if (!value) return;
    if (!value->is_number()) return problem(key, "must be a number, but is " + kindOf(*value));
    const double number = value->get<double>();
    if (!(number >= low && number <= high))
        return problem(key, "is " + value->dump() + ", out of range " + Json(low).dump() + " to " +
                                Json(high).dump());
    out = number;
}

void ObjectReader::whole(const char* key, int64_t& out, int64_t low)
{
    const Json* value = take(key);
    if (!value) return;
    const bool fits = value->is_number_integer() &&
                      (!value->is_number_unsigned() || value->get<uint64_t>() <= uint64_t(INT64_MAX));
    if (!fits) return problem(key, "must be a whole number, but is " + kindOf(*value));
    if (value->get<int64_t>() < low)
        return problem(key, "is " + value->dump() + ", but must be at least " + std::to_string(low));
    out = value->get<int64_t>();
}

void ObjectReader::seed(const char* key, uint64_t& out)
{
    const Json* value = take(key);
    if (!value) return;
    if (value->is_number_unsigned())
        out = value->get<uint64_t>();
    else
        problem(key, "must be a whole number from 0 on, but is " + kindOf(*value));
}

void ObjectReader::flag(const char* key, bool& out)
{
    const Json* value = take(key);
    if (!value) return;
    if (value->is_boolean())
        out = value->get<bool>();
    else
        problem(key, "must be true or false, but is " + kindOf(*value));
}

Json ObjectReader::leftOver() const
{
    Json rest = Json::object();
    for (const auto& [key, value] : m_object.items())
        if (std::find(m_taken.begin(), m_taken.end(), key) == m_taken.end()) rest[key] = value;
    return rest;
}

Json unknownFields(const Document& document)
{
    Json rest = document.unknown.empty() ? Json::object() : Json::parse(document.unknown, nullptr, false);
    return rest.is_object() ? rest : Json::object();
}

void ObjectReader::refuseRest(const std::string& noun)
{
    const Json rest = leftOver();
    for (const auto& [key, value] : rest.items()) problem(key, "is no key of " + noun);
}

} // namespace core::diagram
