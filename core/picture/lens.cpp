#include "core/picture/lens.h"

#include "core/picture/symbols.h"

#include <algorithm>

namespace core::picture
{

namespace
{

constexpr double gapBetween = 16;              ///< two pictures
constexpr double clear = 28;                   ///< from the pictures to the diagram
constexpr double border = 4, titleHeight = 17; ///< of one that stands beside its wire

/// The marks of one owner.
Marks marksOf(int owner, std::span<const Mark> marks)
{
    Marks own;
    std::ranges::copy_if(marks, std::back_inserter(own),
                         [&](const Mark& mark) { return mark.owner == owner && mark.detail != Detail::Far; });
    return own;
}

Point halfway(const Path& path)
{
    const std::vector<Point> line = path.flattened(1).front();
    double left = 0;
    for (size_t i = 1; i < line.size(); ++i) left += distance(line[i - 1], line[i]) / 2;
    for (size_t i = 1; i < line.size(); ++i) {
        const double step = distance(line[i - 1], line[i]);
        if (left <= step && step > 0) return line[i - 1] + (line[i] - line[i - 1]) * (left / step);
        left -= step;
    }
    return line.back();
}

/// Where the line of a lens meets its wire: on the uppermost axis, past its labels and not through other
/// words.
std::optional<Point> footOf(const Picture& picture, const std::string& wire)
{
    std::optional<Rect> lane;
    double labels = 0;
    for (const Mark& mark : picture.marks) {
        if (mark.owner < 0 || !picture.owners[size_t(mark.owner)].id.starts_with(wire + " -> ")) continue;
        if (mark.role == Role::Label || mark.role == Role::BatchLabel)
            labels = std::max(labels, mark.bounds().right);
        if (mark.path.points.size() < 2 || mark.role == Role::Solid || mark.role == Role::SolidBatch)
            continue;
        const Point begin = mark.path.points[0], end = mark.path.points[1];
        if (!lane || begin.y < lane->top) lane = Rect{begin.x, begin.y, std::max(begin.x, end.x), begin.y};
    }
    if (!lane) return placeOf(wire, picture.marks, picture.owners);
    const double first = std::min(std::max(lane->left + 8, labels + 8), lane->right);
    const auto free = [&](double x) {
        return std::ranges::none_of(picture.marks, [&](const Mark& mark) {
            return !mark.text.empty() && mark.detail != Detail::Far && mark.place.y < lane->top &&
                   mark.bounds().grown(3, 0).overlaps({x, picture.bounds.top, x, lane->top});
        });
    };
    for (double x = first; x <= lane->right; x += 4)
        if (free(x)) return Point{x, lane->top};
    return Point{first, lane->top};
}

std::string fitted(const std::string& title, double width)
{
    const Style& style = styleOf(Role::Label);
    size_t most = decoded(title).size();
    while (most > 1 && textWidth(shortened(title, most), style.face, style.size) > width) --most;
    return shortened(title, most);
}

} // namespace

std::optional<Point> placeOf(const std::string& wire, std::span<const Mark> marks,
                             std::span<const Owner> owners)
{
    for (size_t owner = 0; owner < owners.size(); ++owner) {
        if (!owners[owner].id.starts_with(wire + " -> ")) continue;
        std::vector<Point> middles;
        for (const Mark& mark : marksOf(int(owner), marks))
            if (mark.role == Role::Wire || mark.role == Role::Batch || mark.role == Role::Unknown)
                middles.push_back(halfway(mark.path));
        if (!middles.empty()) return (middles.front() + middles.back()) / 2;
    }
    for (std::string path = wire.substr(0, wire.rfind('.')); !path.empty();) {
        for (size_t owner = 0; owner < owners.size(); ++owner) {
            if (owners[owner].kind != Owner::Kind::Block || owners[owner].id != path) continue;
            if (const Rect all = boundsOf(marksOf(int(owner), marks)); !all.empty()) return all.centre();
        }
        const size_t slash = path.rfind('/');
        path.resize(slash == std::string::npos ? 0 : slash);
    }
    return {};
}

namespace
{

/// As on the canvas: the title above the picture, a line from the nearest edge.
void addBeside(Marks& marks, std::vector<PlacedImage>& images, const Lens& lens, Point wire)
{
    const Rect frame =
        Rect::around(wire + *lens.offset, {lens.width + 2 * border, lens.height + titleHeight + border + 2});
    const Point foot{std::clamp(wire.x, frame.left + 2 * border, frame.right - 2 * border),
                     wire.y < frame.centre().y ? frame.top : frame.bottom};
    addPath(marks, Role::Guide, Path::line(wire, foot));
    addPath(marks, Role::Solid, Path::ellipse(Rect::around(wire, {5, 5})));
    addPath(marks, Role::Frame, Path::rectangle(frame, 4));
    addText(marks, Role::Label, {{fitted(lens.title, lens.width - border)}},
            {frame.left + 2 * border, frame.top + titleHeight - 4}, Anchor::Start);
    images.push_back(
        {Rect::at(frame.topLeft() + Point{border, titleHeight + 1}, {lens.width, lens.height}), lens.png});
}

} // namespace

void addLenses(Picture& picture, const std::vector<Lens>& lenses)
{
    std::vector<PlacedImage> images;
    Marks marks;
    for (const Lens& lens : lenses)
        if (lens.offset)
            if (const auto wire = placeOf(lens.wire, picture.marks, picture.owners))
                addBeside(marks, images, lens, *wire);
    picture.add(std::exchange(marks, {}), {}, -1);
    std::vector<std::pair<Point, const Lens*>> feet;
    for (const Lens& lens : lenses)
        if (!lens.offset)
            if (const auto foot = footOf(picture, lens.wire)) feet.emplace_back(*foot, &lens);
    std::ranges::stable_sort(feet, {}, [](const auto& foot) { return foot.first.x; });
    const double ground = picture.bounds.top - clear;
    double free = picture.bounds.left;
    for (const auto& [foot, lens] : feet) {
        const double left = std::max(free, foot.x - lens->width / 2), middle = left + lens->width / 2;
        const Rect place{left, ground - 18 - lens->height, left + lens->width, ground - 18};
        free = place.right + gapBetween;
        addPath(marks, Role::Frame, Path::rectangle(place.grown(3), 3));
        addText(marks, Role::Label, {{fitted(lens->title, lens->width)}}, {middle, ground - 3});
        addPath(marks, Role::Guide,
                Path::polyline({{middle, ground + 2}, {foot.x, ground + clear - 6}, foot}));
        addPath(marks, Role::Solid, Path::ellipse(Rect::around(foot, {5, 5})));
        images.push_back({place, lens->png});
    }
    picture.add(marks, {}, -1);
    picture.images.insert(picture.images.end(), images.begin(), images.end());
}

} // namespace core::picture
