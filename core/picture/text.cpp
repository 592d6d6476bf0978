#include "core/picture/text.h"

#include "core/files/files.h"
#include "core/picture/truetype.h"

#include <array>
#include <cctype>
#include <mutex>
#include <unordered_map>

namespace core::picture
{

namespace
{

constexpr std::array<const char*, 5> faceNames = {"Regular", "Italic", "Medium", "SemiBold", "Bold"};

/// Glyphs are read when they are first wanted; many threads may want them.
class FaceCache
{
public:
    explicit FaceCache(Face face)
        : m_font(fontFile(face))
    {
    }
    const Glyph& glyph(char32_t character)
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_glyphs.find(character);
        return found != m_glyphs.end() ? found->second
                                       : m_glyphs.emplace(character, m_font.glyph(character)).first->second;
    }
    double advance(const std::u32string& text)
    {
        double sum = 0;
        const std::lock_guard lock(m_mutex);
        for (const char32_t character : text) sum += m_font.advance(character);
        return sum;
    }

private:
    std::mutex m_mutex;
    TrueType m_font;
    std::unordered_map<char32_t, Glyph> m_glyphs;
};

FaceCache& cacheOf(Face face)
{
    static std::array<FaceCache, 5> caches = {FaceCache(Face::Regular), FaceCache(Face::Italic),
                                              FaceCache(Face::Medium), FaceCache(Face::SemiBold),
                                              FaceCache(Face::Bold)};
    return caches[size_t(face)];
}

bool isLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool isDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }
bool isWord(char c) { return isLetter(c) || isDigit(c) || c == '.'; }

/// "sqrt(k)" as a root, if one word stands under it.
std::string withRoots(std::string_view formula)
{
    constexpr std::string_view root = "sqrt(";
    std::string result;
    for (size_t i = 0; i < formula.size(); ++i) {
        size_t end = i + root.size();
        if (formula.substr(i, root.size()) == root && (i == 0 || !isWord(formula[i - 1]))) {
            while (end < formula.size() && isWord(formula[end])) ++end;
            if (end < formula.size() && end > i + root.size() && formula[end] == ')') {
                (result += "√") += formula.substr(i + root.size(), end - i - root.size());
                i = end;
                continue;
            }
        }
        result += formula[i];
    }
    return result;
}

} // namespace

std::string_view fontFile(Face face)
{
    return files::resource(std::string("fonts/Inter-") + faceNames[size_t(face)] + ".ttf");
}

const Glyph& glyphOf(Face face, char32_t character) { return cacheOf(face).glyph(character); }

double textWidth(std::string_view utf8, Face face, double size)
{
    return cacheOf(face).advance(decoded(utf8)) * size;
}

std::u32string decoded(std::string_view utf8)
{
    std::u32string text;
    for (size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const int more = lead < 0x80 ? 0 : lead >= 0xF0 && lead < 0xF8 ? 3 : lead >= 0xE0 ? 2 : 1;
        char32_t character = more == 0 ? lead : lead & (0x3F >> more);
        bool valid = lead < 0x80 || (lead >= 0xC2 && lead < 0xF5);
        size_t next = i + 1;
        for (int k = 0; k < more && valid; ++k, ++next) {
            valid = next < utf8.size() && (utf8[next] & 0xC0) == 0x80;
            if (valid) character = character << 6 | (utf8[next] & 0x3F);
        }
        text += valid ? character : U'\uFFFD';
        i = valid ? next : i + 1;
    }
    return text;
}

double widthOf(const Runs& runs, double size)
{
    double width = 0;
    for (const Run& run : runs) width += textWidth(run.text, run.face, size * run.scale);
    return width;
}

std::string plainText(const Runs& runs)
{
    std::string text;
    for (const Run& run : runs) text += run.text;
    return text;
}

Runs mathematics(std::string_view text)
{
    const std::string formula = withRoots(text);
    Runs runs;
    const auto add = [&](std::string_view text, Face face, bool raised) {
        const double scale = raised ? 0.72 : 1, rise = raised ? 0.36 : 0;
        if (!runs.empty() && runs.back().face == face && runs.back().scale == scale)
            runs.back().text += text;
        else
            runs.push_back({std::string(text), face, scale, rise});
    };
    bool raised = false;
    for (size_t i = 0; i < formula.size();) {
        const char c = formula[i];
        if (isWord(c)) {
            size_t end = i;
            while (end < formula.size() && isWord(formula[end])) ++end;
            const std::string word = formula.substr(i, end - i);
            add(word, word.size() == 1 && isLetter(c) ? Face::Italic : Face::Regular, raised);
            raised = false;
            i = end;
            continue;
        }
        ++i;
        if (c == '^') {
            raised = i < formula.size() && (isWord(formula[i]) || formula[i] == '-');
            if (!raised) add("^", Face::Regular, false);
        } else if (c == '*')
            add("·", Face::Regular, false);
        else if (c == '-')
            add("−", Face::Regular, raised);
        else
            add(formula.substr(i - 1, 1), Face::Regular, false);
    }
    return runs;
}

std::string shortened(std::string_view utf8, size_t most)
{
    size_t count = 0, kept = utf8.size();
    for (size_t i = 0; i < utf8.size(); ++i) {
        if ((utf8[i] & 0xC0) == 0x80) continue;
        if (count + 1 == most) kept = i;
        if (++count > most) return std::string(utf8.substr(0, kept)) + "…";
    }
    return std::string(utf8);
}

} // namespace core::picture
