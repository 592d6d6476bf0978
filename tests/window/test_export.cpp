// The export dialog, by mouse and keys: what is chosen in it is what the file shows.
#include "core/diagram/lenses.h"
#include "core/picture/draw.h"
#include "core/picture/svg.h"
#include "tests/window/fixture.h"
#include "widgets/canvas/export.h"
#include "widgets/forms/exportdialog.h"
#include "widgets/lenses/exported.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QPushButton>

namespace
{

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

core::picture::Picture pictureOf(Bench& bench, const core::picture::DrawOptions& options)
{
    return core::picture::draw(bench.lab.document(), bench.lab.library(), bench.lab.signature(), options);
}

struct Dialog {
    explicit Dialog(Bench& bench)
        : bench(bench)
    {
        bench.key(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        dialog = bench.window.findChild<QDialog*>(QStringLiteral("exportDialog"));
        (void)QTest::qWaitForWindowExposed(dialog);
        for (int i = 0; i < 100 && QApplication::activeWindow() != dialog; ++i) {
            dialog->activateWindow(); // else the canvas would have the keys
            QTest::qWait(10);
        }
    }
    template<typename W> W* part(const char* name) { return dialog->findChild<W*>(QLatin1String(name)); }
    /// By the keyboard, down to the first choice that begins so.
    void choose(const char* name, const QString& begin)
    {
        auto* box = part<QComboBox>(name);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < box->count() && !box->currentText().startsWith(begin); ++i)
            QTest::keyClick(box, Qt::Key_Down);
    }
    void click(const char* name)
    {
        auto* box = part<QCheckBox>(name);
        QTest::mouseClick(box, Qt::LeftButton, {}, {8, box->height() / 2});
    }
    /// Clicks on Export and answers the chooser of files.
    void write(const QString& path)
    {
        bench.answerFileDialog(path);
        for (auto* button : dialog->findChildren<QPushButton*>())
            if (button->text().remove('&').startsWith(QLatin1String("Export")))
                return QTest::mouseClick(button, Qt::LeftButton);
    }

    Bench& bench;
    QPointer<QDialog> dialog;
};

} // namespace

class TestExport : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { useOwnSettings(); }
    void init() { QSettings().clear(); }

    void theFileIsWrittenAsChosen_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<QByteArray>("begin");
        QTest::newRow("svg") << "SVG"
                             << "svg" << QByteArray("<?xml");
        QTest::newRow("pdf") << "PDF"
                             << "pdf" << QByteArray("%PDF");
        QTest::newRow("png") << "PNG"
                             << "png" << QByteArray("\x89PNG");
        QTest::newRow("tikz") << "TikZ"
                              << "tex" << QByteArray("\\documentclass");
    }
    void theFileIsWrittenAsChosen()
    {
        QFETCH(QString, format);
        QFETCH(QString, suffix);
        QFETCH(QByteArray, begin);
        QTemporaryDir folder;
        Bench bench;
        Dialog dialog(bench);
        QVERIFY(dialog.dialog);
        dialog.choose("export.format", format);
        const QString path = folder.filePath("made." + suffix);
        dialog.write(path);
        QTRY_VERIFY(QFileInfo::exists(path));
        const QByteArray content = contentOf(path);
        QVERIFY(content.startsWith(begin));
        if (format == "PDF") // the font is in it
            QVERIFY(content.contains("/FontFile2 ") || content.contains("/FontFile3 "));
        QTRY_VERIFY(!dialog.dialog); // done: it closes
    }

    void aPictureOfPixelsHasTheScaleThatIsChosen_data()
    {
        QTest::addColumn<int>("scale");
        for (const int scale : {1, 2, 3, 4}) QTest::addRow("%dx", scale) << scale;
    }
    void aPictureOfPixelsHasTheScaleThatIsChosen()
    {
        QFETCH(int, scale);
        QTemporaryDir folder;
        Bench bench;
        Dialog dialog(bench);
        dialog.choose("export.format", "PNG");
        QTRY_VERIFY(dialog.part<QComboBox>("export.scale")->isEnabled());
        dialog.choose("export.scale", QStringLiteral("%1x").arg(scale));
        const QString path = folder.filePath("made.png");
        dialog.write(path);
        QTRY_VERIFY(!dialog.dialog);
        const QImage expected = widgets::imageOf(pictureOf(bench, {}), {.scale = double(scale)});
        QCOMPARE(QImage(path).convertToFormat(QImage::Format_ARGB32),
                 expected.convertToFormat(QImage::Format_ARGB32));
    }

    void everySwitchIsInTheFile_data()
    {
        using core::picture::Sizes;
        QTest::addColumn<QString>("box");
        QTest::addColumn<QString>("choice");
        QTest::addColumn<core::picture::DrawOptions>("options");
        QTest::addColumn<core::picture::Paper>("paper");
        const core::picture::DrawOptions plain;
        core::picture::DrawOptions costs, numbers, none;
        costs.costs = true;
        numbers.sizes = core::picture::sizesFrom("numeric");
        none.sizes = core::picture::sizesFrom("off");
        QTest::newRow("costs") << "export.costs" << QString() << costs << core::picture::Paper{};
        QTest::newRow("sizes as numbers") << "export.sizes"
                                          << "As numbers" << numbers << core::picture::Paper{};
        QTest::newRow("no sizes") << "export.sizes"
                                  << "None" << none << core::picture::Paper{};
        QTest::newRow("no background")
            << "export.background" << QString() << plain << core::picture::Paper{.background = false};
        QTest::newRow("dark") << "export.theme"
                              << "Dark" << plain << core::picture::Paper{.theme = "dark"};
    }
    void everySwitchIsInTheFile()
    {
        QFETCH(QString, box);
        QFETCH(QString, choice);
        QFETCH(core::picture::DrawOptions, options);
        QFETCH(core::picture::Paper, paper);
        QTemporaryDir folder;
        Bench bench;
        bench.lab.change(QStringLiteral("sizes"), [](core::Document& document) {
            document.diagram.sizes["d"] = "32"; // or formulas would look like numbers
            core::edit::setSetting(document, "hidden", "to",
                                   {core::Setting::Kind::Text, 0, "channel: d", false});
        });
        Dialog dialog(bench);
        choice.isEmpty() ? dialog.click(qPrintable(box)) : dialog.choose(qPrintable(box), choice);
        const QString path = folder.filePath("made.svg");
        dialog.write(path);
        QTRY_VERIFY(!dialog.dialog);
        const core::Document& document = bench.lab.document();
        QCOMPARE(contentOf(path).toStdString(),
                 core::picture::writeSvg(pictureOf(bench, options), paper, &document));
        QVERIFY(contentOf(path).toStdString() !=
                core::picture::writeSvg(pictureOf(bench, {}), {}, &document));
    }

    void anExportedPictureOpensAsTheDocumentThatItShows()
    {
        QTemporaryDir folder;
        Bench bench;
        const core::Document before = bench.lab.document();
        const QString path = folder.filePath("made.svg");
        Dialog dialog(bench);
        dialog.write(path);
        QTRY_VERIFY(!dialog.dialog);
        bench.lab.open({}, {}, false);
        bench.window.activateWindow();
        bench.canvas().setFocus();
        QVERIFY(QTest::qWaitForWindowActive(&bench.window));
        bench.answerFileDialog(path);
        bench.keyWithDialog(Qt::Key_O);
        QVERIFY(bench.lab.document() == before);
        QVERIFY(bench.lab.path().isEmpty()); // saving does not write over the picture
    }

    void whatIsWatchedStandsAboveItsWire()
    {
        QTemporaryDir folder;
        Bench bench(std::make_unique<core::Session>());
        const std::string key = "activations|hidden.y|0";
        bench.lab.watch("test", {{key, "activations", "hidden.y", 0}});
        QTRY_VERIFY_WITH_TIMEOUT(bench.lab.snapshot().readings.contains(key), 20000);
        Dialog dialog(bench);
        dialog.click("export.lenses");
        const QString path = folder.filePath("lens.svg");
        dialog.write(path);
        QTRY_VERIFY(QFileInfo::exists(path));
        const QByteArray svg = contentOf(path);
        const qsizetype at = svg.indexOf("base64,");
        QVERIFY(at > 0);
        const qsizetype begin = at + 7, end = svg.indexOf('"', begin);
        QVERIFY(!QImage::fromData(QByteArray::fromBase64(svg.mid(begin, end - begin)), "PNG").isNull());
        QVERIFY(svg.contains("hidden.y"));
    }

    void picturesOnTheCanvasStandWhereTheyStandThere()
    {
        Bench bench(std::make_unique<core::Session>());
        core::Lens lens{"spectrum", "hidden.y", {}};
        lens.settings["examples"] = {core::Setting::Kind::Number, 32, {}, false};
        lens.offset = {40, 150};
        lens.size = {200, 120};
        bench.lab.change(QStringLiteral("look"), [&](core::Document& document) {
            core::setLenses(document, core::LensPlace::Canvas, {lens});
        });
        std::vector<core::picture::Lens> shown;
        const auto look = [&] {
            shown = widgets::exportedLenses(bench.canvas(), bench.lab.theme());
            return std::ranges::any_of(shown, [](const auto& one) { return one.offset.has_value(); });
        };
        QTRY_VERIFY_WITH_TIMEOUT(look(), 20'000);
        QCOMPARE(shown.front().wire, lens.at);
        QCOMPARE(shown.front().width, 200.0);
        QCOMPARE(shown.front().height, 120.0);
        QVERIFY(std::abs(shown.front().offset->x - 40) < 1 && std::abs(shown.front().offset->y - 150) < 1);
        QVERIFY(!QImage::fromData(QByteArray::fromStdString(shown.front().png), "PNG").isNull());
        QCOMPARE(std::ranges::count(shown, lens.at, &core::picture::Lens::wire), 1); // not above it, too
    }
};

QTEST_MAIN(TestExport)
#include "test_export.moc"
