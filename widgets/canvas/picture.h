// How one block is drawn: its outline by the draw hints of its declaration, its ports, its words. No items,
// no events.
#pragma once

#include "core/diagram/elaborate.h"
#include "core/picture/geometry.h"
#include "widgets/theme.h"

#include <QPainterPath>

class QPainter;

namespace widgets
{

/// One thin line of a wire: an axis.
struct Lane {
    QString size; ///< formula or number
    QString name;
    bool batch = false; ///< the axis that every wire has is drawn fainter
    friend bool operator==(const Lane&, const Lane&) = default;
};
using Lanes = std::vector<Lane>;

/// Of an output port; one nameless lane where the type is not known.
Lanes lanesOf(const core::Elaboration&, const std::string& port);

using core::picture::lanePitch;
/// Of the words of the canvas, as a share of the body text.
constexpr double smallestText = 0.84;
/// Height of lane i of n above (negative) or below the middle of its port.
inline double laneOffset(size_t i, size_t n) { return (double(i) - double(n - 1) / 2) * lanePitch; }

/// What the layout needs of a block: its size, and where its ports are relative to its centre.
struct BlockOutline {
    QSizeF size;
    std::map<std::string, QPointF> inputs, outputs;
};

struct BlockPicture {
    QString title, setting; ///< setting: the one that the declaration names as label, as text
    QString symbol;         ///< drawn instead of the title: "L", "+", ...
    QString name;           ///< of the setting; empty when there is none to edit in place
    bool learned = false;
    bool captioned = false; ///< words stand below the outline rather than within
    bool open = false;      ///< no outline: the wires pass, the words stand above them
    size_t lanes = 1;       ///< that pass through an open one
    QRectF body;            ///< outline, around the centre (0, 0)
    QPainterPath outline;
    QRectF caption;                   ///< where the words stand; in the body of a cuboid
    double inReach = 0, outReach = 0; ///< how far wires run beneath the outline until they meet it
    BlockOutline shape;
};

/// `in`, `out`: lanes of every port. An undeclared kind is drawn as a box with its name. `words` stand where
/// the declaration names no setting.
BlockPicture pictureOf(const core::Block&, const core::BlockDeclaration*,
                       const std::map<std::string, size_t>& in, const std::map<std::string, size_t>& out,
                       const Theme&, const QString& words = {});

enum class BlockMark : uint8_t { None, Hovered, Selected, Wrong };
void paintBlock(QPainter&, const BlockPicture&, const Theme&, BlockMark, bool words = true);

/// The block by itself, for lists: its outline and symbol, no words around it.
QPixmap blockIcon(const core::BlockDeclaration&, const Theme&, QSize, double devicePixelRatio);

/// A setting as the person would type it.
QString settingText(const core::Setting&);
/// The value a block has for a parameter: its own or the declared one.
const core::Setting& settingOf(const core::Block&, const core::ParameterDeclaration&);

} // namespace widgets
