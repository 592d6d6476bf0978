#include "core/picture/far.h"

#include "core/picture/symbols.h"

#include <algorithm>
#include <numeric>

namespace core::picture
{

namespace
{

constexpr double mostAside = 60, mostAbove = 8; ///< how far a box reaches beyond its cell
constexpr double between = 8;                   ///< two boxes
constexpr double margin = 8;                    ///< around the title
constexpr double frameMargin = 10;              ///< beside that of an opened block
constexpr double lineHeight = 1.1;
constexpr double sizes[] = {1, 0.9, 0.8, 0.7, 0.6, 0.5}; ///< of the title, shares of that of its role

struct Line {
    std::string text;
    double width = 0;
};

/// The words of a title in lines no wider than `most`; nothing if a word is wider.
std::vector<Line> wrapped(const std::string& title, double size, double most)
{
    std::vector<Line> lines;
    for (size_t begin = 0; begin < title.size();) {
        const size_t end = std::min(title.find(' ', begin), title.size());
        const std::string word = title.substr(begin, end - begin);
        const auto width = [&](const std::string& text) {
            return textWidth(text, styleOf(Role::FarTitle).face, size);
        };
        begin = end + 1;
        if (width(word) > most) return {};
        const std::string longer = lines.empty() ? word : lines.back().text + " " + word;
        if (lines.empty() || width(longer) > most)
            lines.push_back({word, width(word)});
        else
            lines.back() = {longer, width(longer)};
    }
    return lines;
}

void addTitledBox(Marks& marks, const Cell& cell, const Rect& room)
{
    const double full = styleOf(Role::FarTitle).size;
    Size size{cell.size.width - margin, cell.size.height - margin};
    std::vector<Line> lines;
    double share = 0, line = 0;
    for (const double candidate : sizes) {
        line = full * candidate * lineHeight;
        lines = wrapped(plainText(cell.title), full * candidate, room.width() - 2 * margin);
        if (lines.empty() || double(lines.size()) * line > room.height() - margin) continue;
        share = candidate;
        break;
    }
    if (share > 0)
        for (const Line& part : lines)
            size = {std::max(size.width, part.width + 2 * margin),
                    std::max(size.height, double(lines.size()) * line + margin)};
    const Point centre{std::clamp(0.0, room.left + size.width / 2,
                                  std::max(room.left + size.width / 2, room.right - size.width / 2)),
                       std::clamp(0.0, room.top + size.height / 2,
                                  std::max(room.top + size.height / 2, room.bottom - size.height / 2))};
    addPath(marks, cell.learned ? Role::Learned : Role::FarBlock,
            Path::rectangle(Rect::around(centre, size), 6), Detail::Far);
    if (share == 0) return;
    double y = centre.y - line * double(lines.size()) / 2 + line / 2 + capHeight * full * share / 2;
    for (const Line& part : lines) {
        addText(marks, Role::FarTitle, {{part.text, styleOf(Role::FarTitle).face, share}}, {centre.x, y},
                Anchor::Middle, Detail::Far);
        y += line;
    }
}

/// The symbol without words; its wires as one line each, as wires are from afar.
void addSymbol(Marks& marks, const Cell& cell)
{
    for (const Slot& input : cell.inputs)
        if (input.wired && !cell.outputs.empty())
            addPath(marks, Role::BoldStroke, wirePath(input.place, cell.outputs.front().place), Detail::Far);
    for (Mark mark : cell.marks) {
        mark.detail = Detail::Far;
        if (mark.role == Role::Letter)
            addText(marks, Role::FarTitle, {{"L", Face::Bold, 0.6}},
                    mark.bounds().centre() + Point{0, capHeight * 0.3 * styleOf(Role::FarTitle).size},
                    Anchor::Middle, Detail::Far);
        else if (mark.role == Role::Symbol || mark.role == Role::Learned || mark.role == Role::Stroke ||
                 mark.role == Role::Bar || mark.role == Role::Sign)
            marks.push_back(std::move(mark));
    }
}

/// Whether anything that is seen from afar lies there, besides the frame itself.
bool drawnIn(const Marks& marks, const Rect& box, const Rect& frame)
{
    const auto lies = [&](const Mark& mark) {
        if (!shown(mark.detail, 0) || !mark.bounds().overlaps(box)) return false;
        if (mark.role == Role::Frame && mark.bounds().width() >= frame.width()) return false;
        if (mark.path.empty() || styleOf(mark.role).fill != Ink::None) return true;
        const auto near = [&](Point a, Point b) {
            return Rect::between(a, b).grown(styleOf(mark.role).width + 1).overlaps(box);
        };
        return std::ranges::any_of(mark.path.flattened(2), [&](const std::vector<Point>& line) {
            return std::ranges::adjacent_find(line, near) != line.end();
        });
    };
    return std::ranges::any_of(marks, lies);
}

} // namespace

void addFrameTitle(Marks& marks, const Runs& title, const Rect& frame)
{
    const Face face = styleOf(Role::FarTitle).face;
    const double full = styleOf(Role::FarTitle).size, most = frame.width() - 2 * frameMargin;
    std::string text = plainText(title);
    const auto boxOf = [&](double size) {
        const Point corner{frame.left + frameMargin, frame.top + 5};
        return Rect::at(corner, {textWidth(text, face, size), size});
    };
    const auto fits = [&](double share) {
        const Rect box = boxOf(full * share);
        return box.width() <= most && !drawnIn(marks, box, frame);
    };
    const auto found = std::ranges::find_if(sizes, fits);
    const double share = found == std::end(sizes) ? *std::prev(found) : *found, size = full * share;
    for (size_t length = decoded(text).size(); boxOf(size).width() > most && length > 1; --length)
        text = shortened(plainText(title), length);
    if (boxOf(size).width() > most) return;
    addText(marks, Role::FarTitle, {{text, face, share}}, boxOf(size).topLeft() + Point{0, capHeight * size},
            Anchor::Start, Detail::Far);
}

std::vector<Rect> farRooms(std::span<const Rect> bodies)
{
    std::vector<Rect> rooms;
    for (const Rect& body : bodies) rooms.push_back(body.grown(mostAside, mostAbove));
    std::vector<size_t> order(bodies.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::ranges::stable_sort(order, {}, [&](size_t i) { return bodies[i].left; });
    for (size_t a = 0; a < order.size(); ++a)
        for (size_t b = a + 1; b < order.size(); ++b) {
            const Rect &left = bodies[order[a]], &right = bodies[order[b]];
            const double gap = right.left - left.right;
            if (gap > 2 * mostAside + between) break;
            Rect &leftRoom = rooms[order[a]], &rightRoom = rooms[order[b]];
            const double apart = std::max(right.top - left.bottom, left.top - right.bottom);
            if (apart >= 2 * mostAbove) continue;
            if (gap > 0 && apart < between) { // beside each other
                const double most = std::max(0.0, (gap - between) / 2);
                leftRoom.right = std::min(leftRoom.right, left.right + most);
                rightRoom.left = std::max(rightRoom.left, right.left - most);
            } else { // above each other
                const double most = std::max(0.0, (apart - between / 2) / 2);
                Rect& upper = left.top < right.top ? leftRoom : rightRoom;
                Rect& lower = left.top < right.top ? rightRoom : leftRoom;
                upper.bottom = std::min(upper.bottom, std::min(left.bottom, right.bottom) + most);
                lower.top = std::max(lower.top, std::max(left.top, right.top) - most);
            }
        }
    return rooms;
}

Marks farMarks(const Cell& cell, const Rect& room)
{
    Marks marks;
    if (!cell.owners.empty()) return marks;
    if (cell.title.empty())
        addSymbol(marks, cell);
    else
        addTitledBox(marks, cell, room);
    return marks;
}

} // namespace core::picture
