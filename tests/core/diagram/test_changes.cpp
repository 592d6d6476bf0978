// What is to be looked at as if it were different belongs to the document and survives its file.
#include "core/diagram/changes.h"

#include <QtTest>

using namespace core;

class TestChanges : public QObject
{
    Q_OBJECT
private slots:
    void theyComeBackFromTheFile()
    {
        Errors problems;
        Document document = parseDocument(R"({"axo": 1, "future": [1, 2]})", "test", problems);
        QVERIFY(changesOf(document).empty());
        const Changes changes{{"hidden.y = 0", "hidden.y > out *= 0.5"}, {"bend half"}};
        setChanges(document, changes);
        const std::string file = writeDocument(document);
        problems.clear();
        const Document again = parseDocument(file, "test", problems);
        QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().text().c_str());
        QVERIFY(changesOf(again) == changes);
        QVERIFY(file.find("\"future\"") != std::string::npos);
        QCOMPARE(writeDocument(again), file);
    }

    void withoutThemTheDocumentIsAsItWas()
    {
        Document document;
        setChanges(document, {{"hidden.y = 0"}, {}});
        QVERIFY(!(document == Document()));
        setChanges(document, {});
        QVERIFY(document == Document());
    }

    void whatCannotBeReadIsLeftOut()
    {
        Document document;
        document.unknown = R"({"changes": {"values": [1, "hidden.y = 0", {}], "gradients": 3}})";
        QVERIFY((changesOf(document) == Changes{{"hidden.y = 0"}, {}}));
        document.unknown = R"({"changes": "no"})";
        QVERIFY(changesOf(document).empty());
    }
};

QTEST_APPLESS_MAIN(TestChanges)
#include "test_changes.moc"
