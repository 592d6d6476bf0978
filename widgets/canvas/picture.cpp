#include "widgets/canvas/picture.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPixmap>

namespace widgets
{
namespace
{

using core::picture::snappedUp, core::picture::tupleGap;
constexpr double margin = 10;

/// What a shape of the picture language is made of; one row a shape.
struct Outline {
    const char* name;
    double width; ///< of the body; 0: as wide as its words
    double leastHeight;
    bool captioned;
    double inReach, outReach; ///< shares of the width
    QPainterPath (*path)(const QRectF&);
};

QPainterPath polygon(std::initializer_list<QPointF> points)
{
    QPainterPath path;
    path.addPolygon(QPolygonF(QList<QPointF>(points)));
    path.closeSubpath();
    return path;
}
QPainterPath rounded(const QRectF& r)
{
    QPainterPath path;
    path.addRoundedRect(r, 6, 6);
    return path;
}
QPainterPath plain(const QRectF& r)
{
    QPainterPath path;
    path.addRect(r);
    return path;
}
QPainterPath chipped(const QRectF& r)
{
    const double c = 10;
    return polygon(
        {r.topLeft(), {r.right() - c, r.top()}, {r.right(), r.top() + c}, r.bottomRight(), r.bottomLeft()});
}
QPainterPath capsule(const QRectF& r)
{
    QPainterPath path;
    path.addRoundedRect(r, r.width() / 2, r.width() / 2);
    return path;
}
QPainterPath triangle(const QRectF& r)
{
    return polygon({{r.left(), r.center().y()}, r.topRight(), r.bottomRight()});
}
QPainterPath cup(const QRectF& r)
{
    QPainterPath path(r.topLeft());
    path.arcTo(r.adjusted(-r.width(), 0, 0, 0), 90, -180);
    path.closeSubpath();
    return path;
}
QPainterPath hexagon(const QRectF& r)
{
    const double c = qMin(12.0, r.width() / 4), y = r.center().y();
    return polygon({{r.left(), y},
                    {r.left() + c, r.top()},
                    {r.right() - c, r.top()},
                    {r.right(), y},
                    {r.right() - c, r.bottom()},
                    {r.left() + c, r.bottom()}});
}
QPainterPath pentagon(const QRectF& r)
{
    const double c = qMin(14.0, r.width() / 3);
    return polygon({r.topLeft(),
                    {r.right() - c, r.top()},
                    {r.right(), r.center().y()},
                    {r.right() - c, r.bottom()},
                    r.bottomLeft()});
}

constexpr Outline outlines[] = {
    {"cuboid", 0, 46, false, 0, 0, rounded},
    {"box", 44, 44, true, 0, 0, chipped},
    {"triangle", 38, 40, true, 1, 0, triangle},
    {"join", 32, 32, true, 0.5, 0.5, capsule},
    {"add", 32, 32, true, 0.5, 0.5, capsule},
    {"concat", 9, 44, true, 0, 0, plain},
    {"repeat", 0, 46, false, 0, 0, rounded},
    {"circle", 32, 32, true, 0.5, 0.5, capsule},
    {"cup", 24, 36, true, 0, 1, cup},
    {"bar", 9, 44, true, 0, 0, plain},
    {"none", 0, 30, false, 0, 0, rounded},
    {"hexagon", 0, 46, false, 0.5, 0.5, hexagon},
    {"pentagon", 0, 46, false, 0, 0.3, pentagon},
};

const Outline& outlineOf(const core::DrawDeclaration& draw)
{
    for (const Outline& outline : outlines)
        if (draw.shape == outline.name) return outline;
    return outlines[draw.linear ? 1 : 0];
}

/// Only what is linear has the chipped corner.
QPainterPath pathOf(const core::DrawDeclaration& draw, const QRectF& body)
{
    const Outline& outline = outlineOf(draw);
    return outline.path == chipped && !draw.linear ? plain(body) : outline.path(body);
}

/// Middles of ports along one side, the side centred at zero; returns the height they take.
double spread(const std::vector<core::PortDeclaration>& ports, const std::map<std::string, size_t>& lanes,
              double x, std::map<std::string, QPointF>& places)
{
    double total = 0;
    const auto height = [&](const core::PortDeclaration& port) {
        const auto found = lanes.find(port.name);
        return lanePitch * double(found == lanes.end() ? 0 : found->second - 1);
    };
    for (const auto& port : ports) total += height(port) + (&port == &ports.front() ? 0 : tupleGap);
    double y = -total / 2;
    for (const auto& port : ports) {
        places[port.name] = {x, y + height(port) / 2};
        y += height(port) + tupleGap;
    }
    return total;
}

void paintSymbol(QPainter& painter, const BlockPicture& picture, const Theme& theme)
{
    const QRectF& r = picture.body;
    const QPointF c = picture.outline.boundingRect().center();
    painter.setPen(QPen(theme.blockEdge, 1.6, Qt::SolidLine, Qt::RoundCap));
    if (picture.symbol == QLatin1String("+") || picture.symbol == QLatin1String("*")) {
        const double a = r.width() * 0.24;
        if (picture.symbol == QLatin1String("*"))
            painter.drawEllipse(c, 2.4, 2.4);
        else {
            painter.drawLine(c - QPointF(a, 0), c + QPointF(a, 0));
            painter.drawLine(c - QPointF(0, a), c + QPointF(0, a));
        }
        return;
    }
    if (picture.symbol.endsWith(QLatin1String("norm"))) { // a bell curve over its axis
        const double w = r.width() * 0.28;
        QPainterPath bell(c + QPointF(-w, 5));
        bell.cubicTo(c + QPointF(-w * 0.3, 5), c + QPointF(-w * 0.45, -7), c + QPointF(0, -7));
        bell.cubicTo(c + QPointF(w * 0.45, -7), c + QPointF(w * 0.3, 5), c + QPointF(w, 5));
        painter.drawPath(bell);
        return;
    }
    if (picture.symbol == QLatin1String("softmax") || picture.symbol == QLatin1String("copy")) return;
    painter.setFont(picture.symbol.size() == 1 ? theme.font(1.5, QFont::Bold)
                                               : theme.font(0.85, QFont::DemiBold));
    if (painter.fontMetrics().horizontalAdvance(picture.symbol) > r.width() - 8) return;
    painter.drawText(r, Qt::AlignCenter, picture.symbol);
}

/// An element-wise operation: its symbol above the wires, an arrowhead on each.
void paintOpen(QPainter& painter, const BlockPicture& picture, const Theme& theme, BlockMark mark, bool words)
{
    const QColor colour = mark == BlockMark::None    ? theme.wire
                          : mark == BlockMark::Wrong ? theme.bad
                                                     : theme.accent;
    if (mark != BlockMark::None) {
        QColor glow = colour;
        glow.setAlphaF(mark == BlockMark::Hovered ? 0.07 : 0.15);
        painter.fillPath(picture.outline, glow);
        painter.setPen(QPen(colour, 1));
        painter.setBrush(Qt::NoBrush);
        if (mark != BlockMark::Hovered) painter.drawPath(picture.outline);
    }
    const double left = picture.body.left(), right = picture.body.right();
    for (size_t i = 0; i < picture.lanes; ++i) {
        const double y = laneOffset(i, picture.lanes);
        painter.setPen(QPen(colour, 1.15));
        painter.drawLine(QPointF(left, y), QPointF(right, y));
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawPath(polygon({{3.5, y}, {-3, y - 3.2}, {-3, y + 3.2}}));
    }
    if (!words) return;
    painter.setPen(mark == BlockMark::None ? theme.text : colour);
    painter.setFont(theme.font(smallestText, QFont::Medium));
    painter.drawText(picture.caption, Qt::AlignCenter,
                     picture.setting.isEmpty() ? picture.title : picture.setting);
}

} // namespace

QString settingText(const core::Setting& setting)
{
    switch (setting.kind) {
    case core::Setting::Kind::Number:
        return QString::number(setting.number, 'g', 10);
    case core::Setting::Kind::Switch:
        return setting.on ? QStringLiteral("on") : QStringLiteral("off");
    case core::Setting::Kind::Text:
        break;
    }
    return QString::fromStdString(setting.text);
}

const core::Setting& settingOf(const core::Block& block, const core::ParameterDeclaration& parameter)
{
    const auto own = block.settings.find(parameter.name);
    return own == block.settings.end() ? parameter.initial : own->second;
}

Lanes lanesOf(const core::Elaboration& elaboration, const std::string& port)
{
    const auto found = elaboration.types.find(port);
    if (found == elaboration.types.end()) return {Lane{}};
    Lanes lanes;
    const core::WireType& wire = found->second;
    for (size_t i = 0; i < wire.type.axes.size(); ++i) {
        const core::Axis& axis = wire.type.axes[i];
        const QString number = QString::number(axis.size);
        const QString formula = i < wire.sizes.size() ? QString::fromStdString(wire.sizes[i]) : number;
        lanes.push_back(
            {formula.isEmpty() ? number : formula, QString::fromStdString(axis.name), axis.name == "batch"});
    }
    if (lanes.empty()) lanes.push_back({QString(), QStringLiteral("scalar")});
    return lanes;
}

BlockPicture pictureOf(const core::Block& block, const core::BlockDeclaration* declaration,
                       const std::map<std::string, size_t>& in, const std::map<std::string, size_t>& out,
                       const Theme& theme, const QString& note)
{
    static const core::BlockDeclaration undeclared;
    const core::BlockDeclaration& kind = declaration ? *declaration : undeclared;
    const Outline& outline = outlineOf(kind.draw);
    BlockPicture picture;
    picture.title = QString::fromStdString(!kind.title.empty() ? kind.title : block.kind);
    picture.symbol = QString::fromStdString(kind.draw.symbol);
    picture.setting = note;
    picture.learned = kind.draw.learned;
    picture.captioned = outline.captioned;
    if (const auto* parameter = kind.parameter(kind.draw.label)) {
        picture.name = QString::fromStdString(parameter->name);
        picture.setting = settingText(settingOf(block, *parameter));
        if (picture.setting.size() > 26) picture.setting = picture.setting.left(25) + QChar(0x2026);
    }

    const QFontMetricsF titleFont(theme.font(0.92, QFont::DemiBold)), settingFont(theme.font(smallestText));
    const double words =
        qMax(titleFont.horizontalAdvance(picture.title), settingFont.horizontalAdvance(picture.setting));
    picture.open = kind.draw.shape == "none";
    const double width = outline.width > 0 ? outline.width
                         : picture.open    ? words + 18
                                           : qMax(72.0, words + 26);
    std::map<std::string, QPointF> inputs, outputs;
    const double lanes =
        qMax(spread(kind.inputs, in, -width / 2, inputs), spread(kind.outputs, out, width / 2, outputs));
    const double height = snappedUp(qMax(outline.leastHeight, lanes + 2 * margin));
    picture.body = QRectF(-width / 2, -height / 2, width, height);
    picture.outline = pathOf(kind.draw, picture.body);
    picture.inReach = outline.inReach * width;
    picture.outReach = outline.outReach * width;
    picture.shape.inputs = std::move(inputs);
    picture.shape.outputs = std::move(outputs);
    for (const auto* side : {&in, &out})
        for (const auto& [port, count] : *side) picture.lanes = qMax(picture.lanes, count);
    if (picture.open) {
        const double line = settingFont.height();
        picture.caption = QRectF(-width / 2, -lanes / 2 - line - 5, width, line);
        picture.body = picture.caption.united(QRectF(-width / 2, -lanes / 2 - 8, width, lanes + 16));
        picture.outline = rounded(picture.body);
        picture.shape.size = {width, 2 * qMax(-picture.body.top(), picture.body.bottom())};
    } else if (outline.captioned) {
        const double line = titleFont.height();
        const double captionWidth = qMax(width, words + 8);
        picture.caption = QRectF(-captionWidth / 2, height / 2 + 3, captionWidth,
                                 picture.setting.isEmpty() ? line : settingFont.height() + line);
        picture.shape.size = {captionWidth, height + 2 * picture.caption.height()};
    } else {
        picture.caption = picture.body;
        picture.shape.size = picture.body.size();
    }
    return picture;
}

void paintBlock(QPainter& painter, const BlockPicture& picture, const Theme& theme, BlockMark mark,
                bool words)
{
    const bool wrong = mark == BlockMark::Wrong;
    if (picture.open) return paintOpen(painter, picture, theme, mark, words);
    if (mark == BlockMark::Selected || wrong) {
        QColor glow = wrong ? theme.bad : theme.accent;
        glow.setAlphaF(0.22);
        painter.setPen(QPen(glow, 7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(picture.outline);
    }
    const QColor edge = wrong                         ? theme.bad
                        : mark == BlockMark::Selected ? theme.accent
                        : mark == BlockMark::Hovered  ? theme.accent
                                                      : theme.blockEdge;
    painter.setPen(QPen(edge, picture.learned ? 2.2 : 1.3, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.setBrush(picture.learned ? theme.learned : theme.block);
    painter.drawPath(picture.outline);
    if (picture.captioned) paintSymbol(painter, picture, theme);
    if (!words) return;
    const QRectF& r = picture.caption;
    const bool both = !picture.setting.isEmpty();
    const QFont titleFont = theme.font(picture.captioned ? 0.84 : 0.92, QFont::DemiBold),
                settingFont = theme.font(smallestText);
    const double titleHeight = QFontMetricsF(titleFont).height(),
                 settingHeight = QFontMetricsF(settingFont).height();
    const double top =
        picture.captioned ? r.top() : r.center().y() - (titleHeight + (both ? settingHeight : 0)) / 2;
    painter.setPen(picture.captioned ? theme.muted : theme.text);
    painter.setFont(titleFont);
    painter.drawText(QRectF(r.left(), top, r.width(), titleHeight), Qt::AlignCenter, picture.title);
    if (!both) return;
    painter.setPen(theme.muted);
    painter.setFont(settingFont);
    painter.drawText(QRectF(r.left(), top + titleHeight, r.width(), settingHeight), Qt::AlignCenter,
                     picture.setting);
}

QPixmap blockIcon(const core::BlockDeclaration& declaration, const Theme& theme, QSize size,
                  double devicePixelRatio)
{
    QPixmap pixmap(size * devicePixelRatio);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(Qt::transparent);
    BlockPicture picture = pictureOf({}, &declaration, {}, {}, theme);
    if (!picture.captioned) { // words do not fit: the bare outline, small
        picture.body = QRectF(-21, -14, 42, 28);
        picture.outline = pathOf(declaration.draw, picture.body);
        picture.open = false;
    }
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(size.width() / 2.0, size.height() / 2.0);
    const double scale =
        qMin((size.width() - 4) / picture.body.width(), (size.height() - 4) / picture.body.height());
    painter.scale(qMin(1.0, scale), qMin(1.0, scale));
    paintBlock(painter, picture, theme, BlockMark::None, false);
    if (!picture.captioned && !picture.symbol.isEmpty()) paintSymbol(painter, picture, theme);
    return pixmap;
}

} // namespace widgets
