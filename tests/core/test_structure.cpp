// The rules of the tree that a compiler does not keep: which way dependencies point, sizes, well-formed
// resources.
#include <QtTest/QtTest>

namespace
{

const QDir root(AXO_SOURCE_DIR);

/// Files above the limit because they are one table: path and what the table is.
const QMap<QString, QString> tables = {};

QByteArray read(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList files(const QStringList& folders, const QStringList& patterns)
{
    QStringList found;
    for (const QString& folder : folders) {
        QDirIterator iterator(root.filePath(folder), patterns, QDir::Files, QDirIterator::Subdirectories);
        while (iterator.hasNext()) found += iterator.next();
    }
    return found;
}

QStringList sources(const QStringList& folders)
{
    return files(folders, {"*.cpp", "*.h", "*.comp", "*.glsl"});
}

/// "path:line: text" of every line that matches.
QString matches(const QStringList& paths, const QString& pattern)
{
    const QRegularExpression expression(pattern);
    QString found;
    for (const QString& path : paths) {
        const QStringList lines = QString::fromUtf8(read(path)).split('\n');
        for (int i = 0; i < lines.size(); ++i)
            if (expression.match(lines[i]).hasMatch())
                found += QString("%1:%2: %3\n").arg(root.relativeFilePath(path)).arg(i + 1).arg(lines[i]);
    }
    return found;
}

/// Passes where `found` is empty; else the failure shows it.
void expectNone(const QString& found) { QVERIFY2(found.isEmpty(), qPrintable(found)); }

} // namespace

class TestStructure : public QObject
{
    Q_OBJECT

private slots:
    void treeIsFound() { QVERIFY(sources({"core"}).size() > 20); }

    void coreIncludesNoQt() { expectNone(matches(sources({"core"}), "^\\s*#\\s*include\\s*.(Q[A-Z]|Qt)")); }

    void coreKnowsNeitherWidgetsNorApp()
    {
        expectNone(matches(sources({"core"}), "^\\s*#\\s*include\\s*.(\\.\\./)*(widgets|app)/"));
    }

    void widgetsDoNotKnowTheApp()
    {
        expectNone(matches(sources({"widgets"}), "^\\s*#\\s*include\\s*.(\\.\\./)*app/"));
    }

    void commandLineIncludesNoQt()
    {
        expectNone(matches(sources({"app/axo"}), "^\\s*#\\s*include\\s*.(Q[A-Z]|Qt|widgets/)"));
    }

    void commandLineLinksNoQt()
    {
        QProcess readelf;
        readelf.start("readelf", {"-d", AXO_BINARY_DIR "/axo"});
        QVERIFY2(readelf.waitForFinished() && readelf.exitCode() == 0, readelf.readAllStandardError());
        const QByteArray dynamic = readelf.readAllStandardOutput();
        QVERIFY2(dynamic.contains("NEEDED"), dynamic);
        QVERIFY2(!dynamic.contains("libQt"), dynamic);
    }

    void noSourceFileIsOver600Lines()
    {
        QString found;
        for (const QString& path : sources({"app", "core", "shaders", "tests", "widgets"})) {
            const auto lines = read(path).count('\n');
            const QString name = root.relativeFilePath(path);
            if (lines > 600 && !tables.contains(name))
                found += QString("%1: %2 lines\n").arg(name).arg(lines);
        }
        expectNone(found);
    }

    void nothingIsLeftForLater()
    {
        // In two halves, or this file would find itself.
        const QString words = QString("\\b(TO") + "DO|FIX" + "ME|XX" + "X)\\b";
        expectNone(matches(sources({"app", "core", "shaders", "tests", "widgets"}), words));
    }

    void everyJsonResourceParses()
    {
        QString found;
        for (const QString& path : files({"resources"}, {"*.json", "*.axo"})) {
            QJsonParseError error;
            if (QJsonDocument::fromJson(read(path), &error).isNull())
                found += QString("%1: %2 at byte %3\n")
                             .arg(root.relativeFilePath(path), error.errorString())
                             .arg(error.offset);
        }
        expectNone(found);
    }
};

QTEST_APPLESS_MAIN(TestStructure)
#include "test_structure.moc"
