#include "widgets/canvas/paint.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QPainter>

namespace widgets
{

using namespace core::picture;

namespace
{

QColor colourOf(const Palette& palette, Ink ink)
{
    const Colour colour = palette.of(ink);
    return {colour.red, colour.green, colour.blue};
}

/// Large, and scaled down by the painter: widths stay those of the outlines.
constexpr int fontPixels = 100;

QFont fontOf(Face face)
{
    QFont font(QString::fromUtf8(fontFamily.data(), qsizetype(fontFamily.size())));
    constexpr QFont::Weight weights[] = {QFont::Normal, QFont::Normal, QFont::Medium, QFont::DemiBold,
                                         QFont::Bold};
    font.setPixelSize(fontPixels);
    font.setWeight(weights[size_t(face)]);
    font.setItalic(face == Face::Italic);
    font.setKerning(false);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

/// Words smaller than this, in pixels, are not legible.
constexpr double smallestWords = 5.2;

QPen penOf(const Style& style, const Palette& palette)
{
    if (style.width <= 0) return Qt::NoPen;
    QPen pen(colourOf(palette, style.stroke), style.width, Qt::SolidLine,
             endsRound(style) ? Qt::RoundCap : Qt::FlatCap, Qt::MiterJoin);
    if (style.dash > 0) pen.setDashPattern({style.dash / style.width, style.gap / style.width});
    return pen;
}

} // namespace

void registerFonts()
{
    [[maybe_unused]] static const bool once = [] {
        for (const Face face : {Face::Regular, Face::Italic, Face::Medium, Face::SemiBold, Face::Bold}) {
            const std::string_view bytes = fontFile(face);
            QFontDatabase::addApplicationFontFromData(QByteArray(bytes.data(), qsizetype(bytes.size())));
        }
        return true;
    }();
}

QPainterPath painterPath(const Path& path)
{
    QPainterPath result;
    const auto at = [&](size_t i) { return QPointF(path.points[i].x, path.points[i].y); };
    size_t next = 0;
    for (const Path::Verb verb : path.verbs) {
        if (verb == Path::Verb::Move) result.moveTo(at(next++));
        if (verb == Path::Verb::Line) result.lineTo(at(next++));
        if (verb == Path::Verb::Close) result.closeSubpath();
        if (verb != Path::Verb::Cubic) continue;
        result.cubicTo(at(next), at(next + 1), at(next + 2));
        next += 3;
    }
    return result;
}

PaintedMarks::PaintedMarks(std::span<const Mark> marks)
{
    m_shapes.reserve(marks.size());
    for (const Mark& mark : marks) {
        Shape& shape = m_shapes.emplace_back(Shape{mark.role, mark.detail, painterPath(mark.path), {}});
        const double lineSize = styleOf(mark.role).size;
        double x = mark.text.empty() ? 0 : mark.textLeft();
        for (const Run& run : mark.text) {
            const double size = lineSize * run.scale, scale = size / fontPixels;
            const QFont font = fontOf(run.face);
            QStaticText text(QString::fromStdString(run.text));
            text.setTextFormat(Qt::PlainText);
            text.prepare({}, font);
            const double top = mark.place.y - lineSize * run.rise - QFontMetricsF(font).ascent() * scale;
            shape.words.push_back({std::move(text), font, {x, top}, scale});
            x += textWidth(run.text, run.face, size);
        }
    }
}

void PaintedMarks::paint(QPainter& painter, const Palette& palette, double zoom) const
{
    for (const Shape& shape : m_shapes) {
        if (!shown(shape.detail, zoom)) continue;
        const Style& style = styleOf(shape.role);
        if (!shape.path.isEmpty()) {
            painter.setPen(penOf(style, palette));
            painter.setBrush(style.fill == Ink::None ? QBrush(Qt::NoBrush)
                                                     : QBrush(colourOf(palette, style.fill)));
            painter.drawPath(shape.path);
        }
        if (shape.words.empty() || style.size * zoom < smallestWords) continue;
        painter.setPen(colourOf(palette, style.text));
        for (const Words& words : shape.words) {
            const QTransform before = painter.transform();
            painter.translate(words.place);
            painter.scale(words.scale, words.scale);
            painter.setFont(words.font);
            painter.drawStaticText(QPointF(), words.text);
            painter.setTransform(before);
        }
    }
}

void paintMarks(QPainter& painter, std::span<const Mark> marks, const Palette& palette, double zoom)
{
    painter.setRenderHint(QPainter::Antialiasing);
    PaintedMarks(marks).paint(painter, palette, zoom);
}

} // namespace widgets
