#include "core/diagram/edit.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace core::edit
{

namespace
{

std::string lower(std::string_view text)
{
    std::string result(text);
    for (char& c : result) c = char(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

std::string shown(const Setting& setting)
{
    if (setting.kind == Setting::Kind::Switch) return setting.on ? "yes" : "no";
    if (setting.kind == Setting::Kind::Text) return setting.text;
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, setting.number).ptr};
}

} // namespace

std::vector<Found> find(const Diagram& diagram, const BlockLibrary& all, const Elaboration* made,
                        std::string_view text)
{
    std::vector<Found> blocks, settings, axes;
    const std::string wanted = lower(text);
    if (wanted.empty()) return blocks;
    const auto matches = [&](const std::string& one) { return lower(one).find(wanted) != std::string::npos; };
    const BlockLibrary library = all.with(diagram);
    for (const Block& block : diagram.blocks) {
        const BlockDeclaration* kind = library.find(block.kind);
        if (matches(block.id) || matches(block.kind) || (kind && matches(kind->title)) ||
            matches(block.comment))
            blocks.push_back({Found::Kind::Block, block.id, block.id});
        for (const auto& [name, setting] : block.settings)
            if (const std::string line = name + " = " + shown(setting); matches(line))
                settings.push_back({Found::Kind::Setting, block.id, line});
        if (!made || !kind) continue;
        for (const PortDeclaration& port : kind->outputs) {
            const auto type = made->types.find(block.id + "." + port.name);
            if (type == made->types.end()) continue;
            for (const Axis& axis : type->second.type.axes)
                if (matches(axis.name))
                    axes.push_back(
                        {Found::Kind::Axis, block.id, axis.name + ": " + std::to_string(axis.size)});
        }
    }
    blocks.insert(blocks.end(), settings.begin(), settings.end());
    for (Found& one : axes)
        if (std::find(blocks.begin(), blocks.end(), one) == blocks.end()) blocks.push_back(std::move(one));
    return blocks;
}

} // namespace core::edit
