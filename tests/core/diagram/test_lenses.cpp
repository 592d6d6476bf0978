// Lenses belong to the document and survive its file.
#include "core/diagram/lenses.h"

#include <QtTest>

using namespace core;

class TestLenses : public QObject
{
    Q_OBJECT
private slots:
    void aDocumentThatSaysNothingOfThemHasNone()
    {
        QVERIFY(!lensesOf(Document(), LensPlace::Wall));
        Document document;
        setLenses(document, LensPlace::Canvas, {});
        QVERIFY(!lensesOf(document, LensPlace::Wall));
        QCOMPARE(lensesOf(document, LensPlace::Canvas)->size(), size_t(0));
    }

    void theyComeBackFromTheFileBesideOtherUnknownFields()
    {
        Errors problems;
        Document document = parseDocument(R"({"axo": 1, "future": {"a": [1, 2]}})", "test", problems);
        const std::vector<Lens> wall{{"histogram", "hidden.y", {}},
                                     {"gram",
                                      "",
                                      {{"examples", {Setting::Kind::Number, 512, {}, false}},
                                       {"centred", {Setting::Kind::Switch, 0, {}, true}},
                                       {"by", {Setting::Kind::Text, 0, "cosine", false}}}}};
        const std::vector<Lens> canvas{{"activation", "bend.y", {}, {{3, -40.5}}, {{300, 200}}}};
        setLenses(document, LensPlace::Wall, wall);
        setLenses(document, LensPlace::Canvas, canvas);
        const std::string file = writeDocument(document);
        problems.clear();
        const Document again = parseDocument(file, "test", problems);
        QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().text().c_str());
        QVERIFY(*lensesOf(again, LensPlace::Wall) == wall);
        QVERIFY(*lensesOf(again, LensPlace::Canvas) == canvas);
        QVERIFY(file.find("\"future\"") != std::string::npos);
        QCOMPARE(writeDocument(again), file);
    }

    void whatCannotBeReadIsLeftOut()
    {
        Document document;
        document.unknown =
            R"({"lenses": {"wall": [1, {"at": "x.y"}, {"instrument": "histogram", "at": 3}]}})";
        const auto lenses = lensesOf(document, LensPlace::Wall);
        QVERIFY(lenses);
        QCOMPARE(lenses->size(), size_t(1));
        QCOMPARE(lenses->front().at, std::string());
        document.unknown = R"({"lenses": "no"})";
        QVERIFY(!lensesOf(document, LensPlace::Wall));
        setLenses(document, LensPlace::Wall, *lenses);
        QCOMPARE(lensesOf(document, LensPlace::Wall)->size(), size_t(1));
    }
};

QTEST_APPLESS_MAIN(TestLenses)
#include "test_lenses.moc"
