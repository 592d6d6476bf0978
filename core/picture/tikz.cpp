#include "core/picture/tikz.h"

#include <map>

namespace core::picture
{

namespace
{

constexpr std::pair<Ink, const char*> inks[] = {
    {Ink::Paper, "paper"}, {Ink::Ink, "ink"},         {Ink::Muted, "muted"}, {Ink::Faint, "faint"},
    {Ink::Block, "block"}, {Ink::Learned, "learned"}, {Ink::Shade, "shade"}, {Ink::Accent, "accent"}};

/// What TeX wants for a character that it does not take as it is.
const std::map<char32_t, std::string_view>& texts()
{
    static const std::map<char32_t, std::string_view> table = {{U'\\', "\\textbackslash{}"},
                                                               {U'{', "\\{"},
                                                               {U'}', "\\}"},
                                                               {U'$', "\\$"},
                                                               {U'&', "\\&"},
                                                               {U'#', "\\#"},
                                                               {U'%', "\\%"},
                                                               {U'_', "\\_"},
                                                               {U'^', "\\^{}"},
                                                               {U'~', "\\~{}"},
                                                               {U'<', "$<$"},
                                                               {U'>', "$>$"},
                                                               {U'|', "$|$"},
                                                               {U'·', "$\\cdot$"},
                                                               {U'−', "$-$"},
                                                               {U'×', "$\\times$"},
                                                               {U'→', "$\\to$"},
                                                               {U'…', "\\ldots{}"},
                                                               {U'★', "$\\star$"},
                                                               {U'≤', "$\\le$"},
                                                               {U'≥', "$\\ge$"},
                                                               {U'√', "$\\surd$"},
                                                               {U'∞', "$\\infty$"},
                                                               {U'–', "--"},
                                                               {U'—', "---"},
                                                               {U'α', "$\\alpha$"},
                                                               {U'β', "$\\beta$"},
                                                               {U'γ', "$\\gamma$"},
                                                               {U'ε', "$\\varepsilon$"},
                                                               {U'λ', "$\\lambda$"},
                                                               {U'μ', "$\\mu$"},
                                                               {U'σ', "$\\sigma$"},
                                                               {U'θ', "$\\theta$"},
                                                               {U'∑', "$\\sum$"},
                                                               {U'²', "$^2$"},
                                                               {U'³', "$^3$"}};
    return table;
}

std::string twoDigits(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", value);
    return text;
}

std::string at(Point p) { return "(" + twoDigits(p.x) + "," + twoDigits(-p.y) + ")"; }

std::string colour(Ink ink)
{
    for (const auto& [which, name] : inks)
        if (which == ink) return name;
    return "none";
}

std::string latexText(std::string_view utf8)
{
    std::string out;
    size_t byte = 0;
    for (const char32_t character : decoded(utf8)) {
        const size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
        const auto found = texts().find(character);
        if (found != texts().end())
            out += found->second;
        else
            out += utf8.substr(byte, length);
        byte += length;
    }
    return out;
}

std::string pathText(const Path& path)
{
    std::string out;
    size_t next = 0;
    for (const Path::Verb verb : path.verbs) {
        const Point* p = path.points.data() + next;
        switch (verb) {
        case Path::Verb::Move:
            out += " " + at(p[0]);
            next += 1;
            break;
        case Path::Verb::Line:
            out += " -- " + at(p[0]);
            next += 1;
            break;
        case Path::Verb::Cubic:
            out += " .. controls " + at(p[0]) + " and " + at(p[1]) + " .. " + at(p[2]);
            next += 3;
            break;
        case Path::Verb::Close:
            out += " -- cycle";
            break;
        }
    }
    return out;
}

std::string shape(const Mark& mark)
{
    const Style& style = styleOf(mark.role);
    std::string options =
        style.width > 0 ? "draw=" + colour(style.stroke) + ",line width=" + twoDigits(style.width) + "bp"
                        : "";
    if (style.width > 0 && endsRound(style)) options += ",line cap=round";
    if (style.fill != Ink::None) options += (options.empty() ? "fill=" : ",fill=") + colour(style.fill);
    if (style.dash > 0)
        options += ",dash pattern=on " + twoDigits(style.dash) + "bp off " + twoDigits(style.gap) + "bp";
    return "\\path[" + options + "]" + pathText(mark.path) + ";\n";
}

std::string words(const Mark& mark)
{
    const Style& style = styleOf(mark.role);
    std::string text;
    for (const Run& run : mark.text) {
        std::string piece = latexText(run.text);
        if (run.face == Face::Italic) piece = "\\textit{" + piece + "}";
        if (run.face == Face::SemiBold || run.face == Face::Bold) piece = "\\textbf{" + piece + "}";
        if (run.scale != 1)
            piece = "\\raisebox{" + twoDigits(run.rise * style.size) + "bp}{\\fontsize{" +
                    twoDigits(style.size * run.scale) + "bp}{" + twoDigits(style.size) + "bp}\\selectfont " +
                    piece + "}";
        text += piece;
    }
    constexpr const char* anchors[] = {"base west", "base", "base east"};
    return "\\node[anchor=" + std::string(anchors[size_t(mark.anchor)]) +
           ",inner sep=0,text=" + colour(style.text) + ",font=\\sffamily\\fontsize{" +
           twoDigits(style.size * 0.95) + "bp}{" + twoDigits(style.size * 1.2) + "bp}\\selectfont] at " +
           at(mark.place) + " {" + text + "};\n";
}

} // namespace

std::string writeTikz(const Picture& picture, const Paper& paper, const std::string& name)
{
    const Palette palette = paletteOf(paper.theme);
    const Rect area = (picture.bounds.empty() ? Rect{0, 0, 1, 1} : picture.bounds).grown(paper.margin);
    std::string out = "\\documentclass{article}\n\\usepackage[paperwidth=" + twoDigits(area.width()) +
                      "bp,paperheight=" + twoDigits(area.height()) +
                      "bp,margin=0bp]{geometry}\n\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n"
                      "\\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}\n\\usepackage{tikz}\n"
                      "\\pagestyle{empty}\n\\setlength{\\parindent}{0pt}\n";
    for (const auto& [ink, name] : inks) {
        const Colour c = palette.of(ink);
        out += "\\definecolor{" + std::string(name) + "}{RGB}{" + std::to_string(c.red) + "," +
               std::to_string(c.green) + "," + std::to_string(c.blue) + "}\n";
    }
    const std::string corners = at(area.topLeft()) + " rectangle " + at(area.bottomRight());
    out += "\\begin{document}\n\\begin{tikzpicture}[x=1bp,y=1bp]\n\\useasboundingbox " + corners + ";\n";
    if (paper.background) out += "\\fill[paper] " + corners + ";\n";
    for (const Mark& mark : picture.marks)
        if (shown(mark.detail, 1)) out += mark.text.empty() ? shape(mark) : words(mark);
    for (size_t i = 0; i < picture.images.size(); ++i) {
        const Rect& place = picture.images[i].place;
        out += "\\node[anchor=north west,inner sep=0] at " + at(place.topLeft()) +
               " {\\includegraphics[width=" + twoDigits(place.width()) +
               "bp,height=" + twoDigits(place.height()) + "bp]{" + name + "-" + std::to_string(i + 1) +
               ".png}};\n";
    }
    return out + "\\end{tikzpicture}\n\\end{document}\n";
}

} // namespace core::picture
