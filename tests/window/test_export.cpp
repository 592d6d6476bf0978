// The export dialog, by mouse and keys: what is chosen in it is what the file shows.
#include "core/picture/svg.h"
#include "tests/window/fixture.h"
#include "widgets/forms/exportdialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QPushButton>

namespace
{

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

struct Dialog {
    explicit Dialog(Bench& bench)
    {
        bench.key(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        dialog = bench.window.findChild<QDialog*>(QStringLiteral("exportDialog"));
    }
    template<typename W> W* part(const char* name) { return dialog->findChild<W*>(QLatin1String(name)); }
    /// By the keyboard: the first letters of a choice.
    void choose(const char* name, const QString& letters)
    {
        auto* box = part<QComboBox>(name);
        box->setFocus();
        QTest::keyClicks(box, letters);
    }
    void click(const char* name)
    {
        auto* box = part<QCheckBox>(name);
        QTest::mouseClick(box, Qt::LeftButton, {}, {8, box->height() / 2});
    }
    /// Clicks on Export, and on Save in the chooser of files.
    void write(const QString& path)
    {
        QTimer typing;
        QObject::connect(&typing, &QTimer::timeout, [&] {
            auto* chooser = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            if (!chooser) return;
            typing.stop();
            chooser->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(path);
            auto* save = chooser->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save);
            QTest::mouseClick(save, Qt::LeftButton);
        });
        typing.start(50);
        for (auto* button : dialog->findChildren<QPushButton*>())
            if (button->text().remove('&').startsWith(QLatin1String("Export")))
                return QTest::mouseClick(button, Qt::LeftButton);
    }

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
        QVERIFY(contentOf(path).startsWith(begin));
        QTRY_VERIFY(!dialog.dialog); // done: it closes
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
};

QTEST_MAIN(TestExport)
#include "test_export.moc"
