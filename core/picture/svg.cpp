#include "core/picture/svg.h"

#include <algorithm>
#include <set>

namespace core::picture
{

namespace
{

constexpr std::string_view opening = "<metadata id=\"axonometry-document\">", closing = "</metadata>";
constexpr std::pair<char, std::string_view> entities[] = {
    {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\r', "&#13;"}};

/// XML has no way to write other control characters.
std::string escaped(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        const auto* entity = std::ranges::find(entities, c, &std::pair<char, std::string_view>::first);
        if (entity != std::end(entities))
            result += entity->second;
        else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
            result += c;
    }
    return result;
}

std::string unescaped(std::string_view text)
{
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
        bool found = false;
        if (text[i] == '&')
            for (const auto& [c, entity] : entities)
                if (text.substr(i, entity.size()) == entity) {
                    result += c;
                    i += entity.size() - 1;
                    found = true;
                    break;
                }
        if (!found) result += text[i];
    }
    return result;
}

std::string base64(std::string_view bytes)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        uint32_t group = 0;
        for (size_t k = 0; k < 3; ++k)
            group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0);
        for (size_t k = 0; k < 4; ++k)
            text += i + k > bytes.size() ? '=' : digits[group >> (18 - 6 * k) & 63];
    }
    return text;
}

/// At most two digits behind the point, none that say nothing.
std::string number(double value, int digits = 2)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    std::string result = text;
    if (digits == 0) return result == "-0" ? "0" : result;
    while (result.back() == '0') result.pop_back();
    if (result.back() == '.') result.pop_back();
    return result == "-0" ? "0" : result;
}

std::string pathData(const Path& path, double scale = 1, int digits = 2)
{
    constexpr char letters[] = {'M', 'L', 'C', 'Z'};
    constexpr int counts[] = {1, 1, 3, 0};
    std::string data;
    size_t next = 0;
    for (const Path::Verb verb : path.verbs) {
        data += letters[size_t(verb)];
        for (int i = 0; i < counts[size_t(verb)]; ++i, ++next)
            data += (i ? " " : "") + number(path.points[next].x * scale, digits) + " " +
                    number(path.points[next].y * scale, digits);
    }
    return data;
}

std::string ink(const Palette& palette, Ink which)
{
    return which == Ink::None ? "none" : palette.of(which).text();
}

std::string glyphId(Face face, char32_t character)
{
    char text[24];
    std::snprintf(text, sizeof text, "g%u-%x", unsigned(face), unsigned(character));
    return text;
}

class Writer
{
public:
    Writer(const Picture& picture, const Paper& paper)
        : m_picture(picture)
        , m_palette(paletteOf(paper.theme))
    {
    }

    std::string body()
    {
        std::string out;
        int owner = -2;
        for (const Mark& mark : m_picture.marks) {
            if (!shown(mark.detail, 1)) continue;
            if (mark.owner != owner) {
                if (owner != -2) out += "</g>\n";
                out += group(owner = mark.owner);
            }
            out += mark.text.empty() ? shape(mark) : words(mark);
        }
        if (owner != -2) out += "</g>\n";
        for (const PlacedImage& image : m_picture.images)
            out += "<image x=\"" + number(image.place.left) + "\" y=\"" + number(image.place.top) +
                   "\" width=\"" + number(image.place.width()) + "\" height=\"" +
                   number(image.place.height()) + "\" href=\"data:image/png;base64," + base64(image.png) +
                   "\"/>\n";
        return out;
    }

    std::string definitions() const
    {
        std::string out;
        for (const auto& [face, character] : m_used)
            out += "<path id=\"" + glyphId(face, character) + "\" d=\"" +
                   pathData(glyphOf(face, character).outline, 1000, 0) + "\"/>\n";
        return out;
    }

private:
    std::string group(int owner) const
    {
        if (owner < 0) return "<g>\n";
        constexpr const char* kinds[] = {"block", "wire", "frame", "column"};
        const Owner& of = m_picture.owners[size_t(owner)];
        return "<g class=\"" + std::string(kinds[size_t(of.kind)]) + "\" data-id=\"" + escaped(of.id) +
               "\">\n";
    }

    std::string shape(const Mark& mark) const
    {
        const Style& style = styleOf(mark.role);
        std::string out =
            "<path d=\"" + pathData(mark.path) + "\" fill=\"" + ink(m_palette, style.fill) + "\"";
        if (style.width > 0)
            out += " stroke=\"" + ink(m_palette, style.stroke) + "\" stroke-width=\"" + number(style.width) +
                   "\"";
        if (style.width > 0 && endsRound(style)) out += " stroke-linecap=\"round\"";
        if (style.dash > 0)
            out += " stroke-dasharray=\"" + number(style.dash) + " " + number(style.gap) + "\"";
        return out + "/>\n";
    }

    std::string words(const Mark& mark)
    {
        const Style& style = styleOf(mark.role);
        double x = mark.textLeft();
        std::string out = "<g fill=\"" + ink(m_palette, style.text) + "\">";
        for (const Run& run : mark.text) {
            const double size = style.size * run.scale, y = mark.place.y - style.size * run.rise;
            for (const char32_t character : decoded(run.text)) {
                const Glyph& glyph = glyphOf(run.face, character);
                if (!glyph.outline.empty()) {
                    m_used.emplace(run.face, character);
                    out += "<use href=\"#" + glyphId(run.face, character) + "\" transform=\"translate(" +
                           number(x) + " " + number(y) + ") scale(" + number(size / 1000, 5) + ")\"/>";
                }
                x += glyph.advance * size;
            }
        }
        return out + "</g>\n<text x=\"" + number(mark.textLeft()) + "\" y=\"" + number(mark.place.y) +
               "\" font-size=\"" + number(style.size) + "\" textLength=\"" + number(mark.textWidth()) +
               "\" fill-opacity=\"0\">" + escaped(plainText(mark.text)) + "</text>\n";
    }

    const Picture& m_picture;
    Palette m_palette;
    std::set<std::pair<Face, char32_t>> m_used;
};

} // namespace

std::string writeSvg(const Picture& picture, const Paper& paper, const Document* document)
{
    const Rect area = picture.bounds.empty() ? Rect{0, 0, 1, 1} : picture.bounds.grown(paper.margin);
    Writer writer(picture, paper);
    const std::string body = writer.body();
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
        number(area.width() * paper.scale) + "\" height=\"" + number(area.height() * paper.scale) +
        "\" viewBox=\"" + number(area.left) + " " + number(area.top) + " " + number(area.width()) + " " +
        number(area.height()) + "\" font-family=\"Inter, sans-serif\">\n";
    if (!picture.title.empty()) out += "<title>" + escaped(picture.title) + "</title>\n";
    if (document) (((out += opening) += escaped(writeDocument(*document))) += closing) += "\n";
    out += "<defs>\n" + writer.definitions() + "</defs>\n";
    if (paper.background)
        out += "<rect x=\"" + number(area.left) + "\" y=\"" + number(area.top) + "\" width=\"" +
               number(area.width()) + "\" height=\"" + number(area.height()) + "\" fill=\"" +
               paletteOf(paper.theme).paper.text() + "\"/>\n";
    return out + body + "</svg>\n";
}

std::optional<Document> documentOf(std::string_view svg, std::string_view source, Errors& problems)
{
    const size_t begin = svg.find(opening);
    const size_t end = begin == svg.npos ? svg.npos : svg.find(closing, begin);
    if (end == svg.npos) return {};
    const size_t first = begin + opening.size();
    return parseDocument(unescaped(svg.substr(first, end - first)), source, problems);
}

} // namespace core::picture
