// Pictures of presets against the expected ones in tests/figures/pictures (made by
// tests/figures/pictures.sh).
#include "core/trainers/run.h"
#include "widgets/canvas/export.h"
#include "widgets/canvas/paint.h"

#include <QtTest/QtTest>
#include <QtWidgets/QtWidgets>

namespace
{

const QDir folder(QStringLiteral(AXO_SOURCE_DIR "/tests/figures/pictures"));

core::picture::Picture pictureOf(const core::Document& document)
{
    const core::Dataset data = core::loadDataset(document.data);
    return core::picture::draw(document, core::BlockLibrary::builtIn(), data.signature(document.train.batch));
}

/// Mean difference of all colour parts, 0 to 255; edges are drawn a little differently by other versions of
/// Qt.
double difference(const QImage& a, const QImage& b)
{
    double sum = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
            sum += qAbs(qRed(p) - qRed(q)) + qAbs(qGreen(p) - qGreen(q)) + qAbs(qBlue(p) - qBlue(q));
        }
    return sum / (3.0 * a.width() * a.height());
}

} // namespace

class TestFigures : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { widgets::registerFonts(); }

    void presetsLookAsExpected_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& file : folder.entryList({"*.png"}))
            QTest::newRow(qPrintable(file)) << file.chopped(4);
    }
    void presetsLookAsExpected()
    {
        QFETCH(QString, name);
        const QImage drawn = widgets::imageOf(pictureOf(core::preset(name.toStdString())), {});
        const QImage expected = QImage(folder.filePath(name + ".png")).convertToFormat(drawn.format());
        QCOMPARE(drawn.size(), expected.size());
        const double differs = difference(drawn, expected);
        QVERIFY2(differs < 1, qPrintable(QString::number(differs)));
        QVERIFY(difference(drawn, drawn.mirrored(true, false)) > 1); // so that an empty picture fails
    }

    void everyFormatIsWritten()
    {
        QTemporaryDir made;
        const core::Document document = core::preset("digits-mlp");
        const auto picture = pictureOf(document);
        widgets::exportPdf(picture, {}, made.filePath("a.pdf"));
        widgets::exportPng(picture, {.theme = "dark", .scale = 2}, made.filePath("a.png"));
        widgets::exportSvg(picture, {.theme = "light"}, document, made.filePath("a.svg"));
        widgets::exportTikz(picture, {}, made.filePath("a.tex"));
        QFile pdf(made.filePath("a.pdf"));
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        const QByteArray bytes = pdf.readAll();
        QVERIFY(bytes.startsWith("%PDF"));
        QVERIFY(bytes.contains("FontFile")); // embedded
        const QImage twice(made.filePath("a.png"));
        const QImage once = widgets::imageOf(picture, {});
        QVERIFY(qAbs(twice.width() - 2 * once.width()) <= 2);
        QVERIFY(QFileInfo(made.filePath("a.tex")).size() > 1000);
        QVERIFY(QFileInfo(made.filePath("a.svg")).size() > 1000);
    }

    void aCopiedPictureIsSvgAndPixels()
    {
        const core::Document document = core::preset("digits-mlp");
        widgets::copyPicture(pictureOf(document), {}, document);
        const QMimeData* data = QGuiApplication::clipboard()->mimeData();
        QVERIFY(data->hasImage());
        core::Errors problems;
        const auto read =
            core::picture::documentOf(data->data("image/svg+xml").toStdString(), "svg", problems);
        QVERIFY(read && *read == document);
    }
};

QTEST_MAIN(TestFigures)
#include "test_figures.moc"
