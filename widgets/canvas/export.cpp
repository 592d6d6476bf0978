#include "widgets/canvas/export.h"

#include "core/files/files.h"
#include "core/picture/tikz.h"
#include "widgets/canvas/paint.h"

#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QImage>
#include <QMimeData>
#include <QPainter>
#include <QPdfWriter>

namespace widgets
{

using core::picture::Paper, core::picture::Picture, core::picture::Rect;

namespace
{

constexpr double largestSide = 30000; ///< pixels; more than that no image holds

Rect areaOf(const Picture& picture, const Paper& paper)
{
    return picture.bounds.empty() ? Rect{0, 0, 1, 1} : picture.bounds.grown(paper.margin);
}

QColor paperColour(const Paper& paper)
{
    const core::picture::Colour colour = core::picture::paletteOf(paper.theme).paper;
    return {colour.red, colour.green, colour.blue};
}

void paintPicture(QPainter& painter, const Picture& picture, const Paper& paper)
{
    paintMarks(painter, picture.marks, core::picture::paletteOf(paper.theme));
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    for (const core::picture::PlacedImage& image : picture.images) {
        const Rect& place = image.place;
        const QByteArray bytes = QByteArray::fromStdString(image.png);
        painter.drawImage(QRectF(place.left, place.top, place.width(), place.height()),
                          QImage::fromData(bytes, "PNG"));
    }
}

} // namespace

QImage imageOf(const Picture& picture, const Paper& paper)
{
    const Rect area = areaOf(picture, paper);
    const double scale = qMin(paper.scale, largestSide / qMax(area.width(), area.height()));
    QImage image(qCeil(area.width() * scale), qCeil(area.height() * scale),
                 QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        throw core::Error{"export", "the picture is too large for memory", "use a smaller scale"};
    image.fill(paper.background ? paperColour(paper) : QColor(Qt::transparent));
    QPainter painter(&image);
    painter.scale(scale, scale);
    painter.translate(-area.left, -area.top);
    paintPicture(painter, picture, paper);
    return image;
}

void exportPng(const Picture& picture, const Paper& paper, const QString& path)
{
    if (!imageOf(picture, paper).save(path, "PNG"))
        throw core::Error{path.toStdString(), "cannot be written", ""};
}

void exportPdf(const Picture& picture, const Paper& paper, const QString& path)
{
    const Rect area = areaOf(picture, paper);
    QPdfWriter writer(path);
    writer.setTitle(QString::fromStdString(picture.title));
    writer.setPageSize(
        QPageSize(QSizeF(area.width(), area.height()), QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins({});
    writer.setResolution(1200);
    QPainter painter;
    if (!painter.begin(&writer)) throw core::Error{path.toStdString(), "cannot be written", ""};
    painter.scale(1200.0 / 72, 1200.0 / 72);
    if (paper.background) painter.fillRect(QRectF(0, 0, area.width(), area.height()), paperColour(paper));
    painter.translate(-area.left, -area.top);
    paintPicture(painter, picture, paper);
}

void exportSvg(const Picture& picture, const Paper& paper, const core::Document& document,
               const QString& path)
{
    core::files::writeFile(path.toStdString(), core::picture::writeSvg(picture, paper, &document));
}

void exportTikz(const Picture& picture, const Paper& paper, const QString& path)
{
    const QFileInfo file(path);
    const QString stem = file.completeBaseName();
    core::files::writeFile(path.toStdString(), core::picture::writeTikz(picture, paper, stem.toStdString()));
    for (size_t i = 0; i < picture.images.size(); ++i)
        core::files::writeFile(
            file.dir().filePath(QStringLiteral("%1-%2.png").arg(stem).arg(i + 1)).toStdString(),
            picture.images[i].png);
}

void copyPicture(const Picture& picture, const Paper& paper, const core::Document& document)
{
    auto* data = new QMimeData;
    data->setImageData(imageOf(picture, paper));
    data->setData(QStringLiteral("image/svg+xml"),
                  QByteArray::fromStdString(core::picture::writeSvg(picture, paper, &document)));
    QGuiApplication::clipboard()->setMimeData(data);
}

} // namespace widgets
