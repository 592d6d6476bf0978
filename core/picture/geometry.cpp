#include "core/picture/geometry.h"

#include <numbers>

namespace core::picture
{
namespace
{

Point onCubic(Point a, Point b, Point c, Point d, double t)
{
    const double s = 1 - t;
    return a * (s * s * s) + b * (3 * s * s * t) + c * (3 * s * t * t) + d * (t * t * t);
}

/// Where one coordinate of a cubic is extreme, within (0, 1).
std::vector<double> extremes(double a, double b, double c, double d)
{
    const double p = d - a + 3 * (b - c), q = 2 * (a - 2 * b + c), r = b - a;
    std::vector<double> roots;
    if (std::abs(p) < 1e-12) {
        if (std::abs(q) > 1e-12) roots = {-r / q};
    } else if (const double under = q * q - 4 * p * r; under >= 0) {
        roots = {(-q + std::sqrt(under)) / (2 * p), (-q - std::sqrt(under)) / (2 * p)};
    }
    std::erase_if(roots, [](double t) { return !(t > 0 && t < 1); });
    return roots;
}

} // namespace

Path& Path::moveTo(Point p)
{
    verbs.push_back(Verb::Move);
    points.push_back(p);
    return *this;
}

Path& Path::lineTo(Point p)
{
    verbs.push_back(Verb::Line);
    points.push_back(p);
    return *this;
}

Path& Path::cubicTo(Point control1, Point control2, Point end)
{
    verbs.push_back(Verb::Cubic);
    points.insert(points.end(), {control1, control2, end});
    return *this;
}

Path& Path::close()
{
    verbs.push_back(Verb::Close);
    return *this;
}

Path& Path::append(const Path& other, Point by)
{
    verbs.insert(verbs.end(), other.verbs.begin(), other.verbs.end());
    for (const Point p : other.points) points.push_back(p + by);
    return *this;
}

Path Path::line(Point from, Point to)
{
    Path path;
    path.moveTo(from).lineTo(to);
    return path;
}

Path Path::polyline(const std::vector<Point>& corners)
{
    Path path;
    for (const Point corner : corners) path.empty() ? path.moveTo(corner) : path.lineTo(corner);
    return path;
}

Path Path::polygon(const std::vector<Point>& corners)
{
    Path path = polyline(corners);
    return path.close();
}

Path Path::rectangle(const Rect& r, double radius)
{
    if (radius <= 0) return polygon({r.topLeft(), r.topRight(), r.bottomRight(), r.bottomLeft()});
    radius = std::min({radius, r.width() / 2, r.height() / 2});
    const double reach = radius * 0.5522847498; // the cubic nearest to a quarter circle
    Path path;
    path.moveTo({r.left + radius, r.top}).lineTo({r.right - radius, r.top});
    path.cubicTo({r.right - radius + reach, r.top}, {r.right, r.top + radius - reach},
                 {r.right, r.top + radius});
    path.lineTo({r.right, r.bottom - radius});
    path.cubicTo({r.right, r.bottom - radius + reach}, {r.right - radius + reach, r.bottom},
                 {r.right - radius, r.bottom});
    path.lineTo({r.left + radius, r.bottom});
    path.cubicTo({r.left + radius - reach, r.bottom}, {r.left, r.bottom - radius + reach},
                 {r.left, r.bottom - radius});
    path.lineTo({r.left, r.top + radius});
    path.cubicTo({r.left, r.top + radius - reach}, {r.left + radius - reach, r.top},
                 {r.left + radius, r.top});
    return path.close();
}

Path Path::ellipse(const Rect& box)
{
    Path path = arc(box, 0, 360);
    return path.close();
}

Path Path::arc(const Rect& box, double fromDegrees, double sweepDegrees)
{
    const int pieces = std::max(1, int(std::ceil(std::abs(sweepDegrees) / 90 - 1e-9)));
    const double from = fromDegrees * std::numbers::pi / 180,
                 step = sweepDegrees * std::numbers::pi / 180 / pieces;
    const double reach = 4.0 / 3 * std::tan(step / 4);
    const Point centre = box.centre();
    const auto place = [&](double x, double y) {
        return Point{centre.x + x * box.width() / 2, centre.y + y * box.height() / 2};
    };
    Path path;
    path.moveTo(place(std::cos(from), std::sin(from)));
    for (int i = 0; i < pieces; ++i) {
        const double a = from + i * step, b = a + step;
        path.cubicTo(place(std::cos(a) - reach * std::sin(a), std::sin(a) + reach * std::cos(a)),
                     place(std::cos(b) + reach * std::sin(b), std::sin(b) - reach * std::cos(b)),
                     place(std::cos(b), std::sin(b)));
    }
    return path;
}

Rect Path::bounds() const
{
    Rect box;
    size_t next = 0;
    Point here;
    for (const Verb verb : verbs) {
        if (verb == Verb::Close) continue;
        if (verb == Verb::Cubic) {
            const Point b = points[next], c = points[next + 1], d = points[next + 2];
            for (const double t : extremes(here.x, b.x, c.x, d.x))
                box = box.united(onCubic(here, b, c, d, t));
            for (const double t : extremes(here.y, b.y, c.y, d.y))
                box = box.united(onCubic(here, b, c, d, t));
            next += 2;
        }
        here = points[next++];
        box = box.united(here);
    }
    return box;
}

Path Path::translated(Point by) const
{
    Path path = *this;
    for (Point& p : path.points) p += by;
    return path;
}

Path Path::scaled(double factor) const
{
    Path path = *this;
    for (Point& p : path.points) p = p * factor;
    return path;
}

std::vector<std::vector<Point>> Path::flattened(double tolerance) const
{
    std::vector<std::vector<Point>> lines;
    size_t next = 0;
    for (const Verb verb : verbs) {
        if (verb == Verb::Move || lines.empty()) lines.emplace_back();
        std::vector<Point>& line = lines.back();
        if (verb == Verb::Close) {
            if (!line.empty()) line.push_back(line.front());
            continue;
        }
        if (verb == Verb::Cubic) {
            const Point a = line.back(), b = points[next], c = points[next + 1], d = points[next + 2];
            // A chord of one of n equal steps is off by at most max|second difference| * 6 / (8 n^2).
            const double bend = std::max(length(a - 2 * b + c), length(b - 2 * c + d));
            const int steps = std::clamp(int(std::ceil(std::sqrt(0.75 * bend / tolerance))), 1, 64);
            for (int i = 1; i < steps; ++i) line.push_back(onCubic(a, b, c, d, double(i) / steps));
            next += 2;
        }
        line.push_back(points[next++]);
    }
    return lines;
}

} // namespace core::picture
