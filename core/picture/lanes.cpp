#include "core/picture/lanes.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace core::picture
{

namespace
{

std::string numberText(double value)
{
    char text[32];
    if (std::abs(value) < 1e10 && double(int64_t(value)) == value)
        return {text, std::to_chars(text, std::end(text), int64_t(value)).ptr};
    std::snprintf(text, sizeof text, "%.10g", value);
    return text;
}

std::string_view trimmed(std::string_view text)
{
    const size_t begin = text.find_first_not_of(" \t\n"), end = text.find_last_not_of(" \t\n");
    return begin == text.npos ? std::string_view() : text.substr(begin, end - begin + 1);
}

/// Parts between commas that stand in no brackets.
std::vector<std::string_view> parts(std::string_view text)
{
    std::vector<std::string_view> result;
    int depth = 0;
    size_t begin = 0;
    for (size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size()) {
            depth += text[i] == '(' || text[i] == '[';
            depth -= text[i] == ')' || text[i] == ']';
            if (text[i] != ',' || depth > 0) continue;
        }
        if (const auto part = trimmed(text.substr(begin, i - begin)); !part.empty()) result.push_back(part);
        begin = i + 1;
    }
    return result;
}

/// "0.25*d" as "d/4".
std::string asShare(const std::string& formula)
{
    const size_t times = formula.find('*');
    if (times == formula.npos || formula.find_first_of("+-/ ") != formula.npos) return formula;
    double factor = 0;
    const auto [end, problem] = std::from_chars(formula.data(), formula.data() + times, factor);
    if (problem != std::errc() || end != formula.data() + times || factor <= 0 || factor >= 1) return formula;
    const double parts = std::round(1 / factor);
    return std::abs(parts * factor - 1) < 1e-9 ? formula.substr(times + 1) + "/" + numberText(parts)
                                               : formula;
}

} // namespace

bool has(const Lanes& lanes, const std::string& axis)
{
    return std::ranges::find(lanes, axis, &Lane::axis) != lanes.end();
}

Lanes lanesOf(const Elaboration& elaboration, const std::string& port)
{
    const auto found = elaboration.types.find(port);
    if (found == elaboration.types.end()) return {{.known = false}};
    const WireType& wire = found->second;
    Lanes lanes;
    for (size_t i = 0; i < wire.type.axes.size(); ++i) {
        const Axis& axis = wire.type.axes[i];
        const bool said = i < wire.sizes.size() && !wire.sizes[i].empty();
        lanes.push_back({axis.name, said ? wire.sizes[i] : numberText(double(axis.size)), double(axis.size)});
    }
    if (lanes.empty()) lanes.emplace_back();
    return lanes;
}

Sizes sizesFrom(std::string_view word)
{
    return word == "off" ? Sizes::Off : word == "numeric" ? Sizes::Numeric : Sizes::Symbolic;
}

Runs laneLabel(const Lane& lane, Sizes sizes)
{
    if (lane.axis.empty()) return {};
    Runs runs{{lane.axis, Face::Italic}};
    if (sizes == Sizes::Off || lane.size.empty()) return runs;
    const std::string size = sizes == Sizes::Numeric ? numberText(lane.number) : lane.size;
    if (size == lane.axis) return runs;
    runs.push_back({" "});
    for (Run& run : mathematics(asShare(size))) runs.push_back(std::move(run));
    return runs;
}

const Setting& settingOf(const Block& block, const ParameterDeclaration& parameter)
{
    const auto own = block.settings.find(parameter.name);
    return own == block.settings.end() ? parameter.initial : own->second;
}

std::string settingText(const Setting& setting)
{
    switch (setting.kind) {
    case Setting::Kind::Number:
        return numberText(setting.number);
    case Setting::Kind::Switch:
        return setting.on ? "on" : "off";
    case Setting::Kind::Text:
        break;
    }
    return setting.text;
}

std::vector<std::string> axisNames(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    std::vector<std::string> names;
    for (const std::string_view part : parts(text))
        names.emplace_back(trimmed(part.substr(0, part.find(':'))));
    return names;
}

std::set<std::string> actedAxes(const Block& block, const BlockDeclaration& kind, const PortDeclaration& port,
                                const Lanes& input, const std::vector<Lanes>& outputs)
{
    std::set<std::string> acted;
    bool rest = kind.draw.acts == "all";
    const size_t open = port.type.find('['), close = port.type.rfind(']');
    if (open != std::string::npos && close != std::string::npos && open < close)
        for (const std::string_view name :
             parts(std::string_view(port.type).substr(open + 1, close - open - 1))) {
            const ParameterDeclaration* parameter = kind.parameter(name);
            if (!parameter) {
                if (name != "..." && (name != "batch" || kind.draw.acts == "batch")) acted.emplace(name);
                continue;
            }
            const auto names = axisNames(settingText(settingOf(block, *parameter)));
            acted.insert(names.begin(), names.end());
            rest |= names.empty();
        }
    for (const Lane& lane : input) {
        const bool stays = std::ranges::any_of(outputs, [&](const Lanes& o) { return has(o, lane.axis); });
        if ((rest && !lane.batch()) || !stays) acted.insert(lane.axis);
    }
    return acted;
}

} // namespace core::picture
