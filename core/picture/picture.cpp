#include "core/picture/picture.h"

#include "core/error.h"
#include "core/files/files.h"

#include <nlohmann/json.hpp>

#include <array>

namespace core::picture
{

namespace
{

struct Row {
    Role role;
    Style style;
};

constexpr Row rows[] = {
    {Role::Wire, {.width = 1.2, .stroke = Ink::Ink}},
    {Role::Batch, {.width = 1.2, .stroke = Ink::Faint}},
    {Role::Unknown, {.width = 1.2, .stroke = Ink::Faint, .dash = 4, .gap = 3}},
    {Role::Symbol, {.width = 1.2, .stroke = Ink::Ink, .fill = Ink::Block}},
    {Role::Learned, {.width = 2.4, .stroke = Ink::Ink, .fill = Ink::Learned}},
    {Role::Stroke, {.width = 1.2, .stroke = Ink::Ink}},
    {Role::BoldStroke, {.width = 2.4, .stroke = Ink::Ink}},
    {Role::Solid, {.fill = Ink::Ink}},
    {Role::SolidBatch, {.fill = Ink::Faint}},
    {Role::Bar, {.width = 5, .stroke = Ink::Ink}},
    {Role::Bracket, {.width = 2, .stroke = Ink::Ink}},
    {Role::Dash, {.width = 2, .stroke = Ink::Muted, .dash = 8, .gap = 6}},
    {Role::Guide, {.width = 1.2, .stroke = Ink::Ink, .dash = 3, .gap = 3}},
    {Role::Side, {.width = 1.2, .stroke = Ink::Ink, .fill = Ink::Shade}},
    {Role::Frame, {.width = 1, .stroke = Ink::Faint, .fill = Ink::Learned}},
    {Role::Label, {.size = 11, .face = Face::Regular, .text = Ink::Muted}},
    {Role::BatchLabel, {.size = 11, .face = Face::Regular, .text = Ink::Faint}},
    {Role::Words, {.size = 12, .face = Face::Regular, .text = Ink::Ink}},
    {Role::Letter, {.size = 21, .face = Face::Bold, .text = Ink::Ink}},
    {Role::Sign, {.size = 17, .face = Face::SemiBold, .text = Ink::Ink}},
    {Role::Title, {.size = 12, .face = Face::SemiBold, .text = Ink::Ink}},
    {Role::FarBlock, {.width = 2, .stroke = Ink::Ink, .fill = Ink::Block}},
    {Role::FarTitle, {.size = 40, .face = Face::SemiBold, .text = Ink::Ink}},
    {Role::Cost, {.size = 10, .face = Face::Regular, .text = Ink::Muted}},
    {Role::Peak, {.size = 10, .face = Face::SemiBold, .text = Ink::Accent}},
    {Role::PeakBox, {.width = 1, .stroke = Ink::Accent, .fill = Ink::None}},
    {Role::Heading, {.size = 15, .face = Face::SemiBold, .text = Ink::Ink}},
};

constexpr bool inOrder()
{
    for (size_t i = 0; i < std::size(rows); ++i)
        if (size_t(rows[i].role) != i) return false;
    return std::size(rows) == size_t(Role::Heading) + 1;
}
static_assert(inOrder());

Colour parsed(const std::string& text)
{
    const unsigned long value = std::stoul(text.substr(1), nullptr, 16);
    return {uint8_t(value >> 16), uint8_t(value >> 8), uint8_t(value)};
}

Colour between(Colour a, Colour b, double share)
{
    const auto mix = [share](uint8_t x, uint8_t y) { return uint8_t(std::lround(x + (y - x) * share)); };
    return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

} // namespace

const Style& styleOf(Role role) { return rows[size_t(role)].style; }

bool shown(Detail detail, double zoom)
{
    switch (detail) {
    case Detail::Always:
        return true;
    case Detail::Far:
        return zoom < farZoom;
    case Detail::Normal:
        return zoom >= farZoom;
    case Detail::Near:
        return zoom >= nearZoom;
    }
    return true;
}

double Mark::textLeft() const
{
    const double shift = anchor == Anchor::Start ? 0 : anchor == Anchor::Middle ? 0.5 : 1;
    return place.x - (shift == 0 ? 0 : shift * textWidth());
}

Rect Mark::bounds() const
{
    if (text.empty()) return path.bounds().grown(styleOf(role).width / 2);
    const double size = styleOf(role).size, left = textLeft();
    return {left, place.y - ascent * size, left + textWidth(), place.y + descent * size};
}

Mark Mark::translated(Point by) const
{
    Mark moved = *this;
    moved.path = path.translated(by);
    moved.place += by;
    return moved;
}

Rect boundsOf(std::span<const Mark> marks)
{
    Rect all;
    for (const Mark& mark : marks) all = all.united(mark.bounds());
    return all;
}

int Picture::own(Owner owner)
{
    owners.push_back(std::move(owner));
    return int(owners.size()) - 1;
}

void Picture::add(std::span<const Mark> more, Point by, int owner)
{
    for (const Mark& mark : more) {
        marks.push_back(mark.translated(by));
        marks.back().owner = owner;
        if (mark.detail != Detail::Far) bounds = bounds.united(marks.back().bounds());
    }
}

std::string Colour::text() const
{
    constexpr char digits[] = "0123456789abcdef";
    std::string result = "#";
    for (const uint8_t part : {red, green, blue}) (result += digits[part >> 4]) += digits[part & 15];
    return result;
}

Colour Palette::of(Ink ink) const
{
    constexpr std::array<Colour Palette::*, 9> members = {
        &Palette::paper, &Palette::paper,   &Palette::ink,   &Palette::muted, &Palette::faint,
        &Palette::block, &Palette::learned, &Palette::shade, &Palette::accent};
    return this->*members[size_t(ink)];
}

Palette paletteOf(const std::string& theme)
{
    const Colour white{255, 255, 255}, black;
    if (theme == "print")
        return {white, black, {70, 70, 70}, {140, 140, 140}, white, {244, 244, 244}, {232, 232, 232}, black};
    std::string names = "print";
    for (const std::string& file : files::resourceNames("themes")) {
        if (!file.ends_with(".json")) continue;
        const std::string name = file.substr(7, file.size() - 12);
        names += ", " + name;
        if (name != theme) continue;
        const auto colours = nlohmann::json::parse(files::resource(file))["colours"];
        const auto colour = [&](const char* key) { return parsed(colours.at(key).get<std::string>()); };
        Palette palette{colour("canvas"),
                        colour("wire"),
                        colour("muted"),
                        colour("faint"),
                        colour("block"),
                        colour("learned"),
                        {},
                        colour("accent")};
        palette.shade = between(palette.learned, palette.muted, 0.18);
        return palette;
    }
    throw Error{"theme", "there is no theme '" + theme + "'", "themes are " + names};
}

} // namespace core::picture
