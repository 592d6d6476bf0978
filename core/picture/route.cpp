#include "core/picture/route.h"

#include "core/picture/layoutgraph.h"

namespace core::picture
{
namespace
{

/// Part of a circle that begins (`turnsIn`) or ends horizontally, as one cubic; `side`: +1 bends down.
/// `centre` is that of the circle, the angle is measured from its horizontal end.
void arc(Path& path, Point centre, double radius, double angle, double side, bool turnsIn)
{
    const double reach = 4.0 / 3 * std::tan(angle / 4) * radius, s = std::sin(angle), c = std::cos(angle);
    if (turnsIn) {
        const Point begin{centre.x, centre.y - side * radius},
            end{centre.x + radius * s, centre.y - side * radius * c};
        path.cubicTo({begin.x + reach, begin.y}, {end.x - reach * c, end.y - side * reach * s}, end);
    } else {
        const Point begin{centre.x - radius * s, centre.y + side * radius * c},
            end{centre.x, centre.y + side * radius};
        path.cubicTo({begin.x + reach * c, begin.y + side * reach * s}, {end.x - reach, end.y}, end);
    }
}

/// A bend at most this many radii high is one gentle curve, the same for every lane: parallels would have
/// tight turns on one side and wide ones on the other.
constexpr double gentle = 1.5;

/// What lies between two blocks that stand close to each other.
struct Gap {
    double left, right;
};

/// From one height to another around `x`. Where there is no room for parallels, too, it is one curve for all
/// lanes: such curves do not cross.
void bend(Path& path, double x, double from, double to, double offset, double half, Gap gap)
{
    const double height = std::abs(to - from), side = to > from ? 1 : -1, radius = half + bendRadius;
    const double angle = std::acos(std::max(0.0, 1 - height / (2 * radius)));
    const double reach = radius * std::sin(angle);
    const bool narrow = std::min(x - gap.left, gap.right - x) < reach - 1e-6;
    if (height <= gentle * radius || narrow) {
        const Point begin{std::max(x - radius, gap.left), from + offset};
        const Point end{std::min(x + radius, gap.right), to + offset};
        const double middle = (begin.x + end.x) / 2;
        path.lineTo(begin);
        path.cubicTo({middle, begin.y}, {middle, end.y}, end);
        return;
    }
    path.lineTo({x - reach, from + offset});
    arc(path, {x - reach, from + side * radius}, radius - side * offset, angle, side, true);
    if (height > 2 * radius + 1e-9) path.lineTo({x - side * offset, to - side * radius});
    arc(path, {x + reach, to - side * radius}, radius + side * offset, angle, side, false);
}

} // namespace

Path lanePath(const WireRun& run, double offset, double half)
{
    Path path;
    path.moveTo(run.start + Point{0, offset});
    if (!run.forward) { // leaves to the right, arrives from the left
        const double reach = 40 + std::abs(run.end.x - run.start.x) / 3;
        const Point begin = run.start + Point{0, offset}, end = run.end + Point{0, offset};
        return path.cubicTo(begin + Point{reach, 0}, end - Point{reach, 0}, end);
    }
    double height = run.start.y;
    for (const WireRun::Bend& turn : run.bends) {
        if (std::abs(turn.y - height) > 1e-6)
            bend(path, turn.x, height, turn.y, offset, half, {run.start.x, run.end.x});
        height = turn.y;
    }
    path.lineTo(run.end + Point{0, offset});
    return path;
}

std::vector<Path> lanePaths(const WireRun& run, int lanes)
{
    std::vector<Path> paths;
    const double half = halfSpan(lanes);
    for (int i = 0; i < std::max(1, lanes); ++i) paths.push_back(lanePath(run, i * lanePitch - half, half));
    return paths;
}

Path bundleOutline(const WireRun& run, int lanes, double margin)
{
    const double half = halfSpan(lanes), reach = half + std::min(margin, bendRadius - 1);
    std::vector<Point> outline = lanePath(run, -reach, half).flattened(1).front();
    const std::vector<Point> lower = lanePath(run, reach, half).flattened(1).front();
    outline.insert(outline.end(), lower.rbegin(), lower.rend());
    return Path::polygon(outline);
}

Point pointAlong(const WireRun& run, double share)
{
    const std::vector<Point> line = lanePath(run, 0, 0).flattened(1).front();
    double total = 0;
    for (size_t i = 1; i < line.size(); ++i) total += distance(line[i - 1], line[i]);
    double left = share * total;
    for (size_t i = 1; i < line.size(); ++i) {
        const double step = distance(line[i - 1], line[i]);
        if (left <= step && step > 0) return line[i - 1] + (line[i] - line[i - 1]) * (left / step);
        left -= step;
    }
    return run.end;
}

} // namespace core::picture
