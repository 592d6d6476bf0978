// axonometry: the window.
#include "app/exportmain.h"
#include "widgets/autosave.h"
#include "widgets/lab.h"
#include "widgets/mainwindow.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDateTime>
#include <QFileInfo>
#include <QMessageBox>
#include <QSettings>
#include <QStandardPaths>
#include <QTimer>

#include <cstdio>

namespace
{

/// What a start without a document shows, slowly enough that the learning can be watched: about 20 s.
constexpr const char* firstDocument = "digits-mlp";
constexpr double firstPace = 80;

struct Options {
    QString document; ///< a file, else the name of a preset; empty: the first start
    QString backend = QStringLiteral("cpu");
    QString theme;
    QString screenshot;
    double after = 6;
    QSize size{1440, 900};
};

Options parseOptions(const QApplication& application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Draw a network, train it live, look inside."));
    parser.addHelpOption();
    parser.addPositionalArgument(QStringLiteral("document"),
                                 QStringLiteral("A file or the name of a preset."),
                                 QStringLiteral("[FILE|PRESET]"));
    const QCommandLineOption backend(QStringLiteral("backend"), QStringLiteral("What computes."),
                                     QStringLiteral("name"), QStringLiteral("cpu"));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("light, dark or projector."),
                                   QStringLiteral("name"));
    const QCommandLineOption screenshot(QStringLiteral("screenshot"),
                                        QStringLiteral("Writes a picture of the window and quits."),
                                        QStringLiteral("file"));
    const QCommandLineOption after(QStringLiteral("after"),
                                   QStringLiteral("Training time before the picture."),
                                   QStringLiteral("seconds"), QStringLiteral("6"));
    const QCommandLineOption size(QStringLiteral("size"), QStringLiteral("Size of the window."),
                                  QStringLiteral("WxH"));
    parser.addOptions({backend, theme, screenshot, after, size});
    parser.process(application);

    Options options;
    if (!parser.positionalArguments().isEmpty()) options.document = parser.positionalArguments().front();
    options.backend = parser.value(backend);
    options.theme = parser.value(theme);
    options.screenshot = parser.value(screenshot);
    options.after = parser.value(after).toDouble();
    const QStringList sides = parser.value(size).split(QLatin1Char('x'));
    if (parser.isSet(size)) {
        options.size = sides.size() == 2 ? QSize(sides[0].toInt(), sides[1].toInt()) : QSize();
        if (options.size.isEmpty())
            throw core::Error{"--size", "'" + parser.value(size).toStdString() + "' is no size",
                              "for example 1600x1000"};
    }
    return options;
}

/// Grabs the window some seconds after the first training step, so that there is something to see.
void grabLater(widgets::Lab& lab, widgets::MainWindow& window, const Options& options)
{
    auto* started = new QTimer(&window);
    started->setSingleShot(true);
    QObject::connect(
        &lab, &widgets::Lab::snapshotChanged, started,
        [&lab, started, options] {
            if (lab.snapshot().step > 0 && !started->isActive()) started->start(int(options.after * 1000));
        },
        Qt::SingleShotConnection);
    QObject::connect(started, &QTimer::timeout, &window, [&window, options] {
        const bool written = window.grab().save(options.screenshot);
        if (!written) std::fprintf(stderr, "%s: cannot be written\n", qPrintable(options.screenshot));
        QApplication::exit(written ? 0 : 2);
    });
    started->start(int((options.after + 5) * 1000)); // a document that never trains has its picture too
}

/// The document that a crash left behind, if the person wants it.
void offerLeftover(widgets::Lab& lab, QWidget* window, const QString& copy)
{
    if (copy.isEmpty()) return;
    const auto answer = QMessageBox::question(
        window, QObject::tr("Unsaved document"),
        QObject::tr("The last session ended unexpectedly. Open the document as it was at %1?")
            .arg(QFileInfo(copy).lastModified().toString(QStringLiteral("yyyy-MM-dd hh:mm"))));
    if (answer == QMessageBox::Yes) {
        try {
            auto [document, path] = widgets::Autosave::read(copy);
            lab.open(std::move(document), path, true);
            lab.history().resetClean(); // the file does not have it yet
        } catch (const core::Error& error) {
            return lab.report(error);
        }
    }
    widgets::Autosave::discard(copy);
}

int run(QApplication& application)
{
    const Options options = parseOptions(application);
    const QString themeName =
        !options.theme.isEmpty()
            ? options.theme
            : QSettings().value(QStringLiteral("theme"), QStringLiteral("light")).toString();
    const widgets::Theme theme = widgets::loadTheme(themeName);
    widgets::applyTheme(application, theme);
    widgets::Lab lab(core::BlockLibrary::builtIn(), theme,
                     std::make_unique<core::Session>(options.backend.toStdString()));
    lab.setBlockFolder(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) +
                       QStringLiteral("/blocks"));
    if (options.document.isEmpty()) {
        lab.open(core::preset(firstDocument), {}, true);
        lab.setPace(firstPace);
    } else if (QFileInfo::exists(options.document)) {
        lab.openFile(options.document, true);
    } else {
        lab.open(core::preset(options.document.toStdString()), {}, true);
    }
    widgets::MainWindow window(lab);
    window.resize(options.size);
    if (!options.screenshot.isEmpty()) {
        window.show();
        grabLater(lab, window, options);
        return QApplication::exec();
    }
    window.restoreLayout();
    window.show();
    const QString folder = widgets::Autosave::stateFolder();
    const QString leftover = widgets::Autosave::leftover(folder);
    const widgets::Autosave autosave(lab, folder);
    offerLeftover(lab, &window, leftover);
    return QApplication::exec();
}

} // namespace

int main(int count, char** arguments)
{
    QApplication::setOrganizationName(QStringLiteral("axonometry"));
    QApplication::setApplicationName(QStringLiteral("axonometry"));
    if (count > 1 && std::string_view(arguments[1]) == "--export") return exportMain(count, arguments);
    QApplication application(count, arguments);
    try {
        return run(application);
    } catch (const core::Error& error) {
        std::fprintf(stderr, "axonometry: %s\n", error.text().c_str());
        return 2;
    }
}
