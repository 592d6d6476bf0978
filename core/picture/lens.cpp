#include "core/picture/lens.h"

#include "core/picture/symbols.h"

#include <algorithm>

namespace core::picture
{

namespace
{

constexpr double gapBetween = 16; ///< two pictures
constexpr double clear = 28;      ///< from the pictures to the diagram

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
    if (!lane) return {};
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

void addLenses(Picture& picture, const std::vector<Lens>& lenses)
{
    std::vector<std::pair<Point, const Lens*>> feet;
    for (const Lens& lens : lenses)
        if (const auto foot = footOf(picture, lens.wire)) feet.emplace_back(*foot, &lens);
    std::ranges::stable_sort(feet, {}, [](const auto& foot) { return foot.first.x; });
    const double ground = picture.bounds.top - clear;
    double free = picture.bounds.left;
    std::vector<PlacedImage> images;
    Marks marks;
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
