// What panels share, without a window.
#include "fixture.h"

class TestLab : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { useOwnSettings(); }

    void whatIsWatchedJustBeforeAnotherDocumentOpensIsSeenInIt()
    {
        widgets::Lab lab(core::BlockLibrary::builtIn(), widgets::loadTheme(QStringLiteral("light")),
                         std::make_unique<core::Session>("cpu"));
        const core::Document document = smallClassifier(lab.library());
        lab.open(document, {}, false);
        QVERIFY(lab.change(QStringLiteral("seed"), [](core::Document& d) { d.train.seed = 1; }));
        const std::string key = "activations|hidden.y|0";
        lab.watch("test", {{key, "activations", "hidden.y", 0}}); // waits for the end of the edits
        lab.open(document, {}, true);
        QTRY_VERIFY_WITH_TIMEOUT(lab.snapshot().readings.contains(key), 20000);
    }
};

QTEST_MAIN(TestLab)
#include "test_lab.moc"
