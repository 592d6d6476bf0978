#include "core/data/source.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <zlib.h>

namespace core::data
{

namespace
{

std::optional<double> parseNumber(const std::string& text)
{
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::string shortText(double value)
{
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

bool numeric(const ParameterDeclaration& declaration)
{
    return declaration.kind == ParameterDeclaration::Kind::Number ||
           declaration.kind == ParameterDeclaration::Kind::Integer;
}

double numberOf(const Setting& setting)
{
    if (setting.kind == Setting::Kind::Number) return setting.number;
    if (setting.kind == Setting::Kind::Switch) return setting.on;
    return parseNumber(setting.text).value_or(NAN);
}

} // namespace

Settings::Settings(const DataChoice& choice, std::span<const ParameterDeclaration> declared)
    : m_choice(choice)
    , m_declared(declared)
{
    for (const auto& [name, setting] : choice.settings) {
        const std::string where = "data " + choice.name + ", setting " + name;
        if (!has(name)) {
            std::string known;
            for (const ParameterDeclaration& d : declared) known += (known.empty() ? "" : ", ") + d.name;
            throw Error{where, "there is no such setting",
                        known.empty() ? "this set has none" : "known: " + known};
        }
        const ParameterDeclaration& d = declaration(name);
        if (numeric(d)) {
            const double value = numberOf(setting);
            if (!std::isfinite(value)) throw Error{where, "\"" + setting.text + "\" is not a number", d.help};
            if (d.kind == ParameterDeclaration::Kind::Integer && value != std::floor(value))
                throw Error{where, shortText(value) + " is not a whole number", d.help};
            if ((d.low && value < *d.low) || (d.high && value > *d.high))
                throw Error{where, shortText(value) + " is out of range",
                            "from " + shortText(*d.low) + " to " + shortText(*d.high)};
        } else if (!d.choices.empty()) {
            std::string known;
            for (const std::string& option : d.choices) known += (known.empty() ? "" : ", ") + option;
            if (std::find(d.choices.begin(), d.choices.end(), text(name)) == d.choices.end())
                throw Error{where, "\"" + text(name) + "\" is not a choice", "one of: " + known};
        }
    }
}

bool Settings::has(std::string_view name) const
{
    for (const ParameterDeclaration& d : m_declared)
        if (d.name == name) return true;
    return false;
}

const ParameterDeclaration& Settings::declaration(std::string_view name) const
{
    for (const ParameterDeclaration& d : m_declared)
        if (d.name == name) return d;
    assert(!"a setting that is read must be declared");
    std::abort();
}

const Setting& Settings::setting(std::string_view name) const
{
    const auto found = m_choice.settings.find(std::string(name));
    return found != m_choice.settings.end() ? found->second : declaration(name).initial;
}

double Settings::number(std::string_view name) const { return numberOf(setting(name)); }

std::string Settings::text(std::string_view name) const
{
    const Setting& value = setting(name);
    if (value.kind == Setting::Kind::Number) return shortText(value.number);
    if (value.kind == Setting::Kind::Switch) return value.on ? "true" : "false";
    return value.text;
}

namespace
{

ParameterDeclaration parameter(std::string name, ParameterDeclaration::Kind kind, Setting initial,
                               std::string help)
{
    ParameterDeclaration declaration;
    declaration.name = std::move(name);
    declaration.kind = kind;
    declaration.initial = std::move(initial);
    declaration.help = std::move(help);
    return declaration;
}

} // namespace

ParameterDeclaration numberParameter(std::string name, double initial, double low, double high,
                                     std::string help)
{
    auto declaration = parameter(std::move(name), ParameterDeclaration::Kind::Number,
                                 {Setting::Kind::Number, initial, "", false}, std::move(help));
    declaration.low = low;
    declaration.high = high;
    return declaration;
}

ParameterDeclaration integerParameter(std::string name, double initial, double low, double high,
                                      std::string help)
{
    auto declaration = numberParameter(std::move(name), initial, low, high, std::move(help));
    declaration.kind = ParameterDeclaration::Kind::Integer;
    return declaration;
}

ParameterDeclaration textParameter(std::string name, std::string initial, std::string help)
{
    return parameter(std::move(name), ParameterDeclaration::Kind::Text,
                     {Setting::Kind::Text, 0, std::move(initial), false}, std::move(help));
}

ParameterDeclaration choiceParameter(std::string name, std::vector<std::string> choices, std::string help)
{
    auto declaration = parameter(std::move(name), ParameterDeclaration::Kind::Choice,
                                 {Setting::Kind::Text, 0, choices.front(), false}, std::move(help));
    declaration.choices = std::move(choices);
    return declaration;
}

std::vector<std::string> numberNames(int64_t count)
{
    std::vector<std::string> names;
    for (int64_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
    return names;
}

void checkLabels(const Array& labels, int64_t classes, const std::string& source)
{
    const auto& values = labels.integers();
    for (size_t i = 0; i < values.size(); ++i)
        if (values[i] < 0 || values[i] >= classes)
            throw Error{source + ", example " + std::to_string(i),
                        "label " + std::to_string(values[i]) + " is out of range",
                        "labels go from 0 to " + std::to_string(classes - 1)};
}

std::string readPacked(const std::string& path)
{
    std::string bytes = files::readFile(path);
    if (bytes.starts_with("\x1f\x8b")) return files::gunzip(bytes, path);
    return bytes;
}

std::string readHead(const std::string& path)
{
    constexpr int size = 4096;
    std::string head(size, '\0');
    // zlib reads plain files through as they are. A special file could block, so only regular ones.
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) throw Error{path, "is not a regular file", ""};
    const gzFile file = gzopen(path.c_str(), "rb");
    if (!file) throw Error{path, "cannot open", "check the path and its permissions"};
    const int got = gzread(file, head.data(), size);
    gzclose(file);
    head.resize(size_t(std::max(got, 0)));
    return head;
}

std::optional<std::string> existing(const std::string& path)
{
    std::error_code ignored;
    for (const std::string& candidate : {path, path + ".gz"})
        if (std::filesystem::exists(candidate, ignored)) return candidate;
    return std::nullopt;
}

bool isFolder(const std::string& path)
{
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
}

std::vector<std::string> listFolder(const std::string& path)
{
    std::error_code code;
    std::vector<std::string> entries;
    for (std::filesystem::directory_iterator at(path, code), end; !code && at != end; at.increment(code))
        if (!at->path().filename().string().starts_with('.')) entries.push_back(at->path().string());
    if (code)
        throw Error{path, "cannot read the folder: " + code.message(), "check the path and its permissions"};
    std::sort(entries.begin(), entries.end());
    return entries;
}

void append(Array& array, const Array& more, const std::string& source)
{
    if (array.type.axes.empty() || more.type.axes.empty())
        throw Error{source, "a single number is not a data set", ""};
    auto axes = array.type.axes;
    axes.front().size = more.type.axes.front().size;
    if (axes != more.type.axes || array.type.element != more.type.element)
        throw Error{source, "the examples of the test have another shape than those to train on",
                    "they must belong together"};
    if (array.type.axes.front().size > elementLimit - axes.front().size ||
        array.count() > elementLimit - more.count())
        throw Error{source, "too many examples", "at most 2^30 values"};
    std::visit(
        [&](auto& values) {
            const auto& tail = std::get<std::decay_t<decltype(values)>>(more.data);
            values.insert(values.end(), tail.begin(), tail.end());
        },
        array.data);
    array.type.axes.front().size += axes.front().size;
}

} // namespace core::data
