#include "app/exportmain.h"

#include "core/trainers/run.h"
#include "widgets/canvas/export.h"
#include "widgets/canvas/paint.h"

#include <QCommandLineParser>
#include <QFileInfo>
#include <QGuiApplication>

#include <cstdio>

namespace
{

void exportPicture(const QGuiApplication& application)
{
    QCommandLineParser parser;
    const auto option = [&](const char* name, const char* fallback) {
        parser.addOption(
            {QString::fromLatin1(name), {}, QStringLiteral("value"), QString::fromLatin1(fallback)});
    };
    parser.addOption(
        {QStringLiteral("export"), QStringLiteral("Writes a picture of the diagram and quits.")});
    for (const char* name : {"out", "open"}) option(name, "");
    option("to", "png");
    option("theme", "print");
    option("sizes", "on");
    option("costs", "off");
    option("scale", "1");
    parser.addPositionalArgument(QStringLiteral("document"),
                                 QStringLiteral("A file or the name of a preset."));
    parser.process(application);

    const auto value = [&](const char* name) {
        return parser.value(QString::fromLatin1(name)).toStdString();
    };
    const QString name = parser.positionalArguments().value(0);
    const core::Document document =
        QFileInfo::exists(name) ? core::loadDocument(name.toStdString()) : core::preset(name.toStdString());
    const core::Dataset data = core::loadDataset(document.data);
    const int64_t batch = document.train.batch > 0 ? document.train.batch : int64_t(data.train.size());
    core::picture::DrawOptions drawing;
    drawing.sizes = core::picture::sizesFrom(value("sizes"));
    drawing.costs = value("costs") == "on";
    for (const QString& path : parser.values(QStringLiteral("open")))
        if (!path.isEmpty()) drawing.open.insert(path.toStdString());
    const auto picture =
        core::picture::draw(document, core::BlockLibrary::builtIn(), data.signature(batch), drawing);
    const core::picture::Paper paper{.theme = value("theme"),
                                     .scale =
                                         qBound(1.0, QString::fromStdString(value("scale")).toDouble(), 4.0)};
    widgets::registerFonts();
    const QString out = parser.value(QStringLiteral("out"));
    value("to") == "pdf" ? widgets::exportPdf(picture, paper, out) : widgets::exportPng(picture, paper, out);
}

} // namespace

int exportMain(int count, char** arguments)
{
    const QGuiApplication application(count, arguments);
    try {
        exportPicture(application);
        return 0;
    } catch (const core::Error& error) {
        std::fprintf(stderr, "axonometry: %s\n", error.text().c_str());
        return 2;
    }
}
