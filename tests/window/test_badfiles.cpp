// Files that nobody would save, opened in the window by its own commands and by dropping them on it: as far
// as they can be, with every problem in the panel of problems at its block, or refused with a reason.
#include "fixture.h"

#include <QClipboard>
#include <QLabel>
#include <QPlainTextEdit>

class TestBadFiles : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    static std::unique_ptr<core::Session> session() { return std::make_unique<core::Session>("cpu"); }
    QString fileOf(const QByteArray& text, const char* name = "bad.axo") const
    {
        QFile file(m_folder.filePath(QLatin1String(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("no room for files");
        return file.fileName();
    }
    /// Through the menu's command and the chooser of files.
    static void open(Bench& bench, const QString& path)
    {
        bench.answerFileDialog(path);
        bench.keyWithDialog(Qt::Key_O);
    }
    /// All that the panel of problems says.
    static QString said(Bench& bench)
    {
        auto* panel = bench.window.findChild<QWidget*>(QStringLiteral("problemsPanel"));
        QString words;
        for (const auto* label : panel->findChildren<QLabel*>()) words += label->text() + QLatin1Char('\n');
        for (const auto* list : panel->findChildren<QPlainTextEdit*>()) words += list->toPlainText();
        return words;
    }
    static bool links(Bench& bench, const char* block)
    {
        return said(bench).contains(QStringLiteral("<a href='%1'").arg(QLatin1String(block)));
    }

private slots:
    void initTestCase() { useOwnSettings(); }

    void whatCanBeReadIsOpenedAndEveryProblemIsSaidAtItsPlace()
    {
        Bench bench(session());
        open(bench, fileOf(R"axo({"axo": 9, "title": "later", "colour": "red",
            "data": {"name": "digits", "later": 1},
            "blocks": [{"id": "data", "kind": "data"},
                       {"id": "a", "kind": "linear", "settings": {"to": "channel: 8"}, "later": {"x": 1}},
                       {"id": "a", "kind": "activation"},
                       {"id": "odd", "kind": "never_heard_of"},
                       {"id": "b", "kind": "activation"}, {"id": "c", "kind": "activation"}],
            "wires": [["data.x", "a.x"], ["a.y", "a2.x"], ["gone.y", "b.x"], ["c.y", "b.x"], ["b.y", "c.x"],
                      ["a2.y", "odd.x"]]})axo"));
        QCOMPARE(bench.diagram().blocks.size(), size_t(6));
        QTRY_VERIFY(said(bench).contains(QStringLiteral("never_heard_of")));
        for (const char* reason : {"newer version", "two blocks a", "no block gone", "cycle"})
            QVERIFY2(said(bench).contains(QLatin1String(reason)), qPrintable(said(bench)));
        QVERIFY(links(bench, "odd"));
        QVERIFY(links(bench, "b") || links(bench, "c"));
        for (const core::Block& block : bench.diagram().blocks)
            QVERIFY(bench.scene().block(block.id) && bench.scene().block(block.id)->isVisible());
        // A click on the place shows the block.
        auto* panel = bench.window.findChild<QWidget*>(QStringLiteral("problemsPanel"));
        for (auto* label : panel->findChildren<QLabel*>())
            if (label->text().contains(QStringLiteral("href='odd'")))
                emit label->linkActivated(QStringLiteral("odd"));
        QCOMPARE(bench.lab.selection().blocks, std::set<std::string>{"odd"});
    }

    void ofADocumentThatCannotRunTheShapesOfItsDataAreKnown()
    {
        widgets::Lab lab(core::BlockLibrary::builtIn(), widgets::loadTheme(QStringLiteral("light")),
                         session());
        QVERIFY(lab.openFile(fileOf(R"axo({"axo": 1, "data": {"name": "digits"}, "blocks": [
            {"id": "data", "kind": "data"}, {"id": "odd", "kind": "never_heard_of"}], "wires": []})axo"),
                             true));
        const auto known = [&] {
            const auto x = lab.elaboration().types.find("data.x");
            return x != lab.elaboration().types.end() && x->second.type.has("row");
        };
        QTRY_VERIFY(known());
    }

    void withoutItsDataTheOtherProblemsAreSaidToo()
    {
        widgets::Lab lab(core::BlockLibrary::builtIn(), widgets::loadTheme(QStringLiteral("light")),
                         session());
        const QString path = fileOf(R"axo({"axo": 1, "data": {"name": "nowhere"}, "blocks": [
            {"id": "data", "kind": "data"}, {"id": "odd", "kind": "never_heard_of"}], "wires": []})axo");
        QVERIFY(lab.openFile(path, true));
        const auto said = [&](const char* block) {
            return std::ranges::any_of(lab.problems(), [&](const core::Error& error) {
                return error.text().find(block) != std::string::npos;
            });
        };
        QTRY_VERIFY(said("nowhere") && said("never_heard_of"));
    }

    void whatThisVersionDoesNotKnowIsStillThereAfterSaving()
    {
        Bench bench(session());
        const QString path = fileOf(R"axo({"axo": 9, "colour": "red", "data": {"name": "digits", "later": 1},
            "blocks": [{"id": "data", "kind": "data"}, {"id": "a", "kind": "never_heard_of", "later": {"x": 1},
                        "settings": {"deep": [1]}}],
            "wires": [{"from": "data.x", "to": "a.x", "bent": true}]})axo");
        open(bench, path);
        QCOMPARE(bench.diagram().blocks.size(), size_t(2));
        bench.lab.select({{"data"}, {}});
        bench.key(Qt::Key_Down, Qt::ControlModifier); // an edit
        QCOMPARE(bench.lab.history().count(), 1);
        bench.key(Qt::Key_S, Qt::ControlModifier);
        QVERIFY(bench.lab.history().isClean());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        for (const char* kept : {"\"colour\": \"red\"", "\"later\": 1", "\"later\": {\"x\": 1}",
                                 "\"deep\": [1]", "\"bent\": true", "never_heard_of"})
            QVERIFY2(text.contains(kept), (kept + text).constData());
    }

    void whatCannotBeReadIsRefusedWithAReasonAndTheDocumentStays_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("truncated") << QByteArray("{\"axo\": 1, \"blocks\": [{\"id\": \"a\", ") << "truncated";
        QTest::newRow("brackets") << QByteArray(1'000'000, '[') << "nest deeper";
        QTest::newRow("100 MB") << "{\"axo\": 1, \"title\": \"" + QByteArray(100'000'000, 'x') + "\"}"
                                << "larger than the limit";
        QTest::newRow("empty") << QByteArray() << "not JSON";
        QTest::newRow("no text") << QByteArray(4096, '\0') << "not JSON";
        QTest::newRow("something else") << QByteArray("{\"nodes\": []}") << "no key";
        QTest::newRow("a picture of others")
            << QByteArray("<svg xmlns=\"http://www.w3.org/2000/svg\"/>") << "carries no document";
    }
    void whatCannotBeReadIsRefusedWithAReasonAndTheDocumentStays()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, reason);
        Bench bench(session());
        const core::Document before = bench.lab.document();
        const QStringList files = bench.window.recentFiles();
        open(bench, fileOf(text));
        QVERIFY2(said(bench).contains(reason), qPrintable(said(bench).left(400)));
        QVERIFY(said(bench).contains(QStringLiteral("bad.axo")));
        QVERIFY(bench.lab.document() == before);
        QCOMPARE(bench.window.recentFiles(), files);
    }

    void aFileThatIsDroppedOnTheWindowIsOpened()
    {
        Bench bench(session());
        const core::Document mine = bench.lab.document();
        const QString path = m_folder.filePath(QStringLiteral("mine.axo"));
        core::saveDocument(mine, path.toStdString());
        bench.key(Qt::Key_N, Qt::ControlModifier);
        QVERIFY(bench.diagram().blocks.empty());
        for (const QString& one : {path, fileOf(QByteArray(1'000'000, '['), "deep.axo")}) {
            QMimeData mime;
            mime.setUrls({QUrl::fromLocalFile(one)});
            QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &mime, Qt::LeftButton, {});
            QApplication::sendEvent(bench.viewport(), &enter);
            QVERIFY(enter.isAccepted());
            QDropEvent drop(QPoint(300, 300), Qt::CopyAction, &mime, Qt::LeftButton, {});
            QApplication::sendEvent(bench.viewport(), &drop);
            QTRY_VERIFY(bench.lab.document() == mine);
        }
        QTRY_VERIFY(said(bench).contains(QStringLiteral("nest deeper")));
    }

    void aClipboardFullOfRubbishChangesNothing()
    {
        Bench bench;
        const core::Document before = bench.lab.document();
        for (const QString& text :
             {QString(), QString(1'000'000, QLatin1Char('[')), QStringLiteral("{\"axo\": 1, \"blocks\": ["),
              QStringLiteral("hello"), QStringLiteral("{\"axo\": 1, \"blocks\": [7]}")}) {
            QGuiApplication::clipboard()->setText(text);
            bench.key(Qt::Key_V, Qt::ControlModifier);
            bench.key(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
            QVERIFY(bench.lab.document() == before);
        }
    }
};

QTEST_MAIN(TestBadFiles)
#include "test_badfiles.moc"
