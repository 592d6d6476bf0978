#include "widgets/canvas/icon.h"

#include "core/picture/cell.h"
#include "widgets/canvas/paint.h"

#include <QPainter>

namespace widgets
{

using namespace core::picture;

namespace
{

/// One wire a port.
std::vector<Slot> slotsOf(const std::vector<core::PortDeclaration>& ports)
{
    std::vector<Slot> result;
    for (const core::PortDeclaration& port : ports)
        if (!port.optional) result.push_back({port.name, -1, {Lane{}}});
    return result;
}

} // namespace

QPixmap blockIcon(const core::BlockDeclaration& kind, const Theme& theme, QSize size, double devicePixelRatio)
{
    QPixmap pixmap(size * devicePixelRatio);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(Qt::transparent);
    core::Block block;
    block.kind = kind.name;
    Cell cell = cellOf(block, &kind, slotsOf(kind.inputs), slotsOf(kind.outputs));
    std::erase_if(cell.marks, [](const Mark& mark) {
        return mark.role == Role::Title || mark.role == Role::Words || mark.detail == Detail::Far;
    });
    const Rect all = boundsOf(cell.marks);
    if (all.empty()) return pixmap;
    QPainter painter(&pixmap);
    painter.translate(size.width() / 2.0, size.height() / 2.0);
    const double scale =
        qMin(1.0, qMin((size.width() - 2) / all.width(), (size.height() - 2) / all.height()));
    painter.scale(scale, scale);
    painter.translate(-all.centre().x, -all.centre().y);
    paintMarks(painter, cell.marks, paletteOf(theme.name.toStdString()));
    return pixmap;
}

} // namespace widgets
