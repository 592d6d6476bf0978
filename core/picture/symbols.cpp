#include "core/picture/symbols.h"

#include <algorithm>

namespace core::picture
{

namespace
{

constexpr double depth = 6; ///< of a cuboid

/// A drawing inside a symbol, in a square of side 2 around the middle; one row a name.
struct Pictogram {
    std::string_view name;
    void (*draw)(Marks&, Point centre, double radius);
};

Path bell(Point c, double r)
{
    const auto at = [&](double x, double y) { return c + Point{x * r, y * r}; };
    return Path()
        .moveTo(at(-0.62, 0.3))
        .cubicTo(at(-0.2, 0.3), at(-0.28, -0.48), at(0, -0.48))
        .cubicTo(at(0.28, -0.48), at(0.2, 0.3), at(0.62, 0.3));
}

const Pictogram pictograms[] = {
    {"norm", [](Marks& marks, Point c, double r) { addPath(marks, Role::Stroke, bell(c, r)); }},
    {"batch_norm",
     [](Marks& marks, Point c, double r) {
         addPath(marks, Role::Stroke, bell(c, r));
         addPath(marks, Role::Stroke,
                 Path::line(c + Point{-0.62 * r, 0.3 * r}, c + Point{0.62 * r, 0.3 * r}));
     }},
    {"rms_norm",
     [](Marks& marks, Point c, double r) {
         const auto at = [&](double x, double y) { return c + Point{x * r, y * r}; };
         addPath(marks, Role::Stroke,
                 Path()
                     .moveTo(at(-0.62, 0))
                     .cubicTo(at(-0.35, -0.75), at(-0.25, -0.6), at(0, 0))
                     .cubicTo(at(0.25, 0.6), at(0.35, 0.75), at(0.62, 0)));
     }},
    {"mask",
     [](Marks& marks, Point c, double r) {
         const auto at = [&](double x, double y) { return c + Point{x * r, y * r}; };
         addPath(marks, Role::Solid, Path::polygon({at(-0.6, -0.6), at(0.6, 0.6), at(-0.6, 0.6)}));
         addPath(marks, Role::Stroke,
                 Path::rectangle({c.x - 0.6 * r, c.y - 0.6 * r, c.x + 0.6 * r, c.y + 0.6 * r}));
     }},
    {"random",
     [](Marks& marks, Point c, double r) {
         for (const Point at : {Point{-0.35, -0.35}, {0.35, 0.35}, {0.35, -0.35}, {-0.35, 0.35}, {0, 0}})
             addPath(marks, Role::Solid, Path::ellipse(Rect::around(c + at * r, {0.24 * r, 0.24 * r})));
     }},
};

Path chipped(const Rect& r)
{
    const double c = 7;
    return Path::polygon(
        {r.topLeft(), {r.right - c, r.top}, {r.right, r.top + c}, r.bottomRight(), r.bottomLeft()});
}
Path plain(const Rect& r) { return Path::rectangle(r); }
Path triangle(const Rect& r)
{
    return Path::polygon({{r.left, r.centre().y}, r.topRight(), r.bottomRight()});
}
Path capsule(const Rect& r) { return Path::rectangle(r, r.width() / 2); }
Path hexagon(const Rect& r)
{
    const double c = 8, y = r.centre().y;
    return Path::polygon({{r.left, y},
                          {r.left + c, r.top},
                          {r.right - c, r.top},
                          {r.right, y},
                          {r.right - c, r.bottom},
                          {r.left + c, r.bottom}});
}
Path pentagon(const Rect& r)
{
    const double c = 10;
    return Path::polygon({r.topLeft(),
                          {r.right - c, r.top},
                          {r.right, r.centre().y},
                          {r.right - c, r.bottom},
                          r.bottomLeft()});
}

/// Base line that centres capitals at y.
double baseline(double y, double size) { return y + capHeight * size / 2; }

void letter(Marks& marks, const Rect& r, const SymbolText& text)
{
    const double size = styleOf(Role::Letter).size;
    Runs runs{{"L", Face::Bold}};
    if (text.bias) runs.push_back({"+", Face::SemiBold, 0.6, -0.14});
    if (!text.superscript.empty()) runs.push_back({text.superscript, Face::Italic, 0.58, 0.42});
    addText(marks, Role::Letter, std::move(runs), {r.centre().x, baseline(r.centre().y, size)});
}

void caption(Marks& marks, const Rect& r, const SymbolText& text)
{
    const double size = styleOf(Role::Title).size, y = r.centre().y;
    const bool both = !text.words.empty();
    addText(marks, Role::Title, text.title, {r.centre().x, both ? y - 4 : baseline(y, size)});
    if (both) addText(marks, Role::Words, text.words, {r.centre().x, y + 12});
}

void wordsOrPictogram(Marks& marks, const Rect& r, const SymbolText& text)
{
    for (const Pictogram& pictogram : pictograms)
        if (pictogram.name == text.symbol)
            return pictogram.draw(marks, r.centre(), std::min(r.width(), r.height()) / 2);
    if (text.words.empty()) return;
    addText(marks, Role::Words, text.words,
            {r.centre().x, baseline(r.centre().y, styleOf(Role::Words).size)});
}

void boxed(Marks& marks, const Rect& r, const SymbolText& text)
{
    text.symbol == "L" ? letter(marks, r, text) : caption(marks, r, text);
}

void sign(Marks& marks, const Rect& r, const SymbolText& text)
{
    addText(marks, Role::Sign, {{text.symbol, Face::SemiBold}},
            {r.centre().x, r.centre().y + 0.33 * styleOf(Role::Sign).size});
}

void nothing(Marks&, const Rect&, const SymbolText&) {}
void solid(Marks& marks, const Rect& r, const SymbolText&)
{
    addPath(marks, Role::Solid, Path::rectangle(r));
}

const Symbol symbols[] = {
    {"box", 0, 14, 28, plain, boxed},
    {"linear", 40, 14, 28, chipped, letter},
    {"cuboid", 0, 12, 44, plain, caption},
    {"repeat", 0, 12, 44, plain, caption},
    {"triangle", 22, 13, 26, triangle, nothing},
    {"circle", 26, 13, 26, capsule, wordsOrPictogram},
    {"add", 26, 13, 26, capsule, sign},
    {"bar", 6, 8, 16, plain, solid},
    {"mask", 26, 13, 26, plain, wordsOrPictogram},
    {"hexagon", 0, 13, 26, hexagon, wordsOrPictogram},
    {"pentagon", 0, 13, 26, pentagon, wordsOrPictogram},
};

} // namespace

const Symbol& symbolOf(std::string_view shape)
{
    const auto found = std::ranges::find(symbols, shape, &Symbol::shape);
    return found == std::end(symbols) ? symbols[0] : *found;
}

double widthOf(const Symbol& symbol, const SymbolText& text)
{
    const double words = widthOf(text.words, styleOf(Role::Words).size);
    if (symbol.details == letter) {
        const double extra = widthOf({{text.superscript, Face::Italic, 0.58}}, styleOf(Role::Letter).size);
        return snappedUp(symbol.width + extra);
    }
    if (symbol.width > 0) return symbol.width;
    const bool titled = symbol.details == caption || symbol.details == boxed;
    const double title = titled ? widthOf(text.title, styleOf(Role::Title).size) : 0;
    return snappedUp(std::max({titled ? 50.0 : 34.0, title + 20, words + 20}));
}

void drawSymbol(Marks& marks, const Symbol& symbol, const Rect& body, const SymbolText& text)
{
    if (symbol.shape == "cuboid" || symbol.shape == "repeat") {
        const Point d{depth, -depth};
        addPath(marks, Role::Side,
                Path::polygon({body.topLeft(), body.topLeft() + d, body.topRight() + d, body.topRight()}));
        addPath(marks, Role::Side,
                Path::polygon(
                    {body.topRight(), body.topRight() + d, body.bottomRight() + d, body.bottomRight()}));
    }
    addPath(marks, text.learned ? Role::Learned : Role::Symbol, symbol.outline(body));
    symbol.details(marks, body, text);
}

void addPath(Marks& marks, Role role, Path path, Detail detail)
{
    marks.push_back({.role = role, .detail = detail, .path = std::move(path)});
}

void addText(Marks& marks, Role role, Runs text, Point place, Anchor anchor, Detail detail)
{
    if (!text.empty())
        marks.push_back(
            {.role = role, .detail = detail, .text = std::move(text), .place = place, .anchor = anchor});
}

Path wirePath(Point from, Point to)
{
    if (std::abs(from.y - to.y) < 1e-6) return Path::line(from, to);
    const double reach = (to.x - from.x) / 2;
    return Path().moveTo(from).cubicTo({from.x + reach, from.y}, {to.x - reach, to.y}, to);
}

Role wireRole(const Lane& lane)
{
    return !lane.known ? Role::Unknown : lane.batch() ? Role::Batch : Role::Wire;
}

void addLane(Marks& marks, const Lane& lane, Point from, Point to)
{
    if (from.x < to.x) addPath(marks, wireRole(lane), wirePath(from, to));
}

void addDot(Marks& marks, const Lane& lane, Point at)
{
    addPath(marks, lane.batch() ? Role::SolidBatch : Role::Solid,
            Path::ellipse(Rect::around(at, {6.4, 6.4})));
}

void addArrowhead(Marks& marks, Point tip, double size)
{
    const double h = size * 0.55;
    addPath(
        marks, Role::Solid,
        Path::polygon({tip, tip + Point{-size, -h}, tip + Point{-size * 0.72, 0}, tip + Point{-size, h}}));
}

double expressionWidth(const Runs& words, Role role) { return widthOf(words, styleOf(role).size) + 28; }

void addExpression(Marks& marks, const Runs& words, Role role, Point centre)
{
    const double half = expressionWidth(words, role) / 2;
    addPath(marks, Role::Stroke, Path::line(centre - Point{half, 0}, centre - Point{half - 5, 0}),
            Detail::Normal);
    addArrowhead(marks, centre - Point{half - 10, 0}, 7);
    addText(marks, role, words, {centre.x, baseline(centre.y, styleOf(role).size) - 0.4});
    addPath(marks, Role::Stroke, Path::line(centre + Point{half - 10, 0}, centre + Point{half - 5, 0}),
            Detail::Normal);
    addArrowhead(marks, centre + Point{half, 0}, 7);
}

void addBrackets(Marks& marks, const Rect& r, const std::string& count)
{
    const double bulge = 9;
    const auto bracket = [&](double x, double way) {
        addPath(marks, Role::Bracket,
                Path()
                    .moveTo({x + way * bulge, r.top})
                    .cubicTo({x, r.top + r.height() * 0.2}, {x, r.bottom - r.height() * 0.2},
                             {x + way * bulge, r.bottom}));
    };
    bracket(r.left, 1);
    bracket(r.right, -1);
    addText(marks, Role::Title, {{"×" + count, Face::SemiBold}}, {r.right + 2, r.top + 6}, Anchor::Start);
}

} // namespace core::picture
