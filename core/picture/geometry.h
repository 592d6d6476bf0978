// Points, rectangles and paths of a picture, in scene units: x to the right, y down. Values without Qt,
// shared by layout, routing, cells, and every writer (canvas, SVG, PDF, TikZ).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace core
{

struct Point {
    double x = 0, y = 0;
    friend bool operator==(const Point&, const Point&) = default;
    friend Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
    friend Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
    friend Point operator-(Point a) { return {-a.x, -a.y}; }
    friend Point operator*(Point a, double factor) { return {a.x * factor, a.y * factor}; }
    friend Point operator*(double factor, Point a) { return a * factor; }
    friend Point operator/(Point a, double divisor) { return {a.x / divisor, a.y / divisor}; }
    Point& operator+=(Point b) { return *this = *this + b; }
    Point& operator-=(Point b) { return *this = *this - b; }
};

namespace picture
{

inline constexpr double gridUnit = 10;  ///< places and sizes of blocks are multiples of it
inline constexpr double lanePitch = 20; ///< between the wires of neighbouring axes
inline constexpr double tupleGap =
    30; ///< between neighbouring wires of two arrays of a tuple; a dash parts them

inline double snapped(double value) { return std::round(value / gridUnit) * gridUnit; }
inline double snappedUp(double value) { return std::ceil(value / gridUnit - 1e-9) * gridUnit; }
inline Point snapped(Point p) { return {snapped(p.x), snapped(p.y)}; }
inline double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
inline double length(Point p) { return std::hypot(p.x, p.y); }
inline double distance(Point a, Point b) { return length(a - b); }

struct Size {
    double width = 0, height = 0;
    friend bool operator==(const Size&, const Size&) = default;
};

/// Edges, so that uniting and clipping are four comparisons. With right < left it holds nothing.
struct Rect {
    double left = 0, top = 0, right = -1, bottom = -1;

    static Rect at(Point topLeft, Size size)
    {
        return {topLeft.x, topLeft.y, topLeft.x + size.width, topLeft.y + size.height};
    }
    static Rect around(Point centre, Size size)
    {
        return at({centre.x - size.width / 2, centre.y - size.height / 2}, size);
    }
    static Rect between(Point a, Point b)
    {
        return {std::min(a.x, b.x), std::min(a.y, b.y), std::max(a.x, b.x), std::max(a.y, b.y)};
    }

    bool empty() const { return right < left || bottom < top; }
    double width() const { return right - left; }
    double height() const { return bottom - top; }
    Size size() const { return {width(), height()}; }
    Point centre() const { return {(left + right) / 2, (top + bottom) / 2}; }
    Point topLeft() const { return {left, top}; }
    Point topRight() const { return {right, top}; }
    Point bottomLeft() const { return {left, bottom}; }
    Point bottomRight() const { return {right, bottom}; }
    bool contains(Point p) const { return p.x >= left && p.x <= right && p.y >= top && p.y <= bottom; }
    bool contains(const Rect& o) const
    {
        return o.left >= left && o.right <= right && o.top >= top && o.bottom <= bottom;
    }
    /// Touching edges do not count.
    bool overlaps(const Rect& o) const
    {
        return left < o.right && o.left < right && top < o.bottom && o.top < bottom;
    }
    Rect grown(double x, double y) const { return {left - x, top - y, right + x, bottom + y}; }
    Rect grown(double by) const { return grown(by, by); }
    Rect translated(Point by) const { return {left + by.x, top + by.y, right + by.x, bottom + by.y}; }
    Rect united(const Rect& o) const
    {
        if (empty() || o.empty()) return empty() ? o : *this;
        return {std::min(left, o.left), std::min(top, o.top), std::max(right, o.right),
                std::max(bottom, o.bottom)};
    }
    Rect united(Point p) const { return united(between(p, p)); }
    friend bool operator==(const Rect&, const Rect&) = default;
};

/// Moves, lines and cubics. A Move or Line takes one point, a Cubic three (two controls and its end), Close
/// none.
struct Path {
    enum class Verb : uint8_t { Move, Line, Cubic, Close };
    std::vector<Verb> verbs;
    std::vector<Point> points;

    Path& moveTo(Point);
    Path& lineTo(Point);
    Path& cubicTo(Point control1, Point control2, Point end);
    Path& close();
    Path& append(const Path&, Point by = {});

    static Path line(Point from, Point to);
    static Path polyline(const std::vector<Point>&);
    static Path polygon(const std::vector<Point>&);
    static Path rectangle(const Rect&, double cornerRadius = 0);
    static Path ellipse(const Rect&);
    /// Part of the ellipse in `box`; degrees run clockwise as seen, 0 is to the right. Begins with a Move.
    static Path arc(const Rect& box, double fromDegrees, double sweepDegrees);

    bool empty() const { return verbs.empty(); }
    Point end() const { return points.empty() ? Point{} : points.back(); }
    Rect bounds() const; ///< of the curves, not of their controls
    Path translated(Point by) const;
    Path scaled(double factor) const;
    /// Straight pieces no farther than `tolerance` from the curves; one list a Move, closed ones end where
    /// they began.
    std::vector<std::vector<Point>> flattened(double tolerance = 0.25) const;
    friend bool operator==(const Path&, const Path&) = default;
};

} // namespace picture
} // namespace core
