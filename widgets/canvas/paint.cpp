#include "widgets/canvas/paint.h"

#include <QFont>
#include <QFontDatabase>
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

void paintWords(QPainter& painter, const Mark& mark, const Palette& palette)
{
    const Style& style = styleOf(mark.role);
    painter.setPen(colourOf(palette, style.text));
    double x = mark.textLeft();
    for (const Run& run : mark.text) {
        const double size = style.size * run.scale;
        painter.save();
        painter.translate(x, mark.place.y - style.size * run.rise);
        painter.scale(size / fontPixels, size / fontPixels);
        painter.setFont(fontOf(run.face));
        painter.drawText(QPointF(), QString::fromStdString(run.text));
        painter.restore();
        x += textWidth(run.text, run.face, size);
    }
}

void paintShape(QPainter& painter, const Mark& mark, const Palette& palette)
{
    const Style& style = styleOf(mark.role);
    QPen pen(Qt::NoPen);
    if (style.width > 0) {
        pen = QPen(colourOf(palette, style.stroke), style.width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
        if (style.dash > 0) pen.setDashPattern({style.dash / style.width, style.gap / style.width});
    }
    painter.setPen(pen);
    painter.setBrush(style.fill == Ink::None ? QBrush(Qt::NoBrush) : QBrush(colourOf(palette, style.fill)));
    painter.drawPath(painterPath(mark.path));
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

void paintMarks(QPainter& painter, std::span<const Mark> marks, const Palette& palette, double zoom)
{
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Mark& mark : marks)
        if (shown(mark.detail, zoom))
            mark.text.empty() ? paintShape(painter, mark, palette) : paintWords(painter, mark, palette);
}

} // namespace widgets
