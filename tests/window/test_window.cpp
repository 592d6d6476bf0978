// The window around the canvas: themes, copies for emergencies, the record of its layout.
#include "fixture.h"

#include "widgets/autosave.h"

#include <QDockWidget>
#include <QSettings>
#include <QToolButton>

using widgets::Autosave;

class TestWindow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { useOwnSettings(); }

    /// Nothing keeps a colour, icon or font of the theme before.
    void aWindowThatChangedItsThemeLooksLikeOneThatWasOpenedWithIt()
    {
        widgets::applyTheme(*qApp, widgets::loadTheme(QStringLiteral("light")));
        QImage changed, opened;
        {
            Bench bench;
            widgets::applyTheme(*qApp, widgets::loadTheme(QStringLiteral("dark")));
            bench.lab.setTheme(widgets::loadTheme(QStringLiteral("dark")));
            QTest::qWait(50);
            changed = bench.window.grab().toImage();
        }
        {
            Bench bench(nullptr, QStringLiteral("dark"));
            QTest::qWait(50);
            opened = bench.window.grab().toImage();
        }
        QCOMPARE(changed.size(), opened.size());
        int different = 0;
        for (int y = 0; y < opened.height(); ++y)
            for (int x = 0; x < opened.width(); ++x) different += changed.pixel(x, y) != opened.pixel(x, y);
        QCOMPARE(different, 0);
    }

    void unsavedChangesAreCopiedAndAnOrderlyEndLeavesNone()
    {
        QTemporaryDir folder;
        Bench bench;
        QString copy;
        {
            Autosave autosave(bench.lab, folder.path());
            copy = autosave.copy();
            autosave.saveNow();
            QVERIFY(!QFile::exists(copy)); // nothing changed yet
            bench.lab.change(QStringLiteral("title"), [](core::Document& d) { d.title = "changed"; });
            autosave.saveNow();
            QTRY_VERIFY(QFile::exists(copy));
            QVERIFY(Autosave::read(copy).first == bench.lab.document());
            QCOMPARE(Autosave::leftover(folder.path()), QString()); // its window still runs
            bench.lab.history().undo();
            QTRY_VERIFY(!QFile::exists(copy)); // as it was saved
            bench.lab.history().redo();
            autosave.saveNow();
        }
        QVERIFY(!QFile::exists(copy));
        QCOMPARE(Autosave::leftover(folder.path()), QString());
    }

    void aCopyThatACrashLeftIsFoundAndRead()
    {
        QTemporaryDir folder;
        Bench bench;
        const QString left = folder.filePath(QStringLiteral("unsaved-1-0.axo"));
        core::saveDocument(bench.lab.document(), left.toStdString());
        QFile path(left + QStringLiteral(".path"));
        QVERIFY(path.open(QIODevice::WriteOnly));
        path.write("/somewhere/mine.axo");
        path.close();
        QCOMPARE(Autosave::leftover(folder.path()), left);
        const auto [document, origin] = Autosave::read(left);
        QVERIFY(document == bench.lab.document());
        QCOMPARE(origin, QStringLiteral("/somewhere/mine.axo"));
        Autosave::discard(left);
        QCOMPARE(Autosave::leftover(folder.path()), QString());
    }

    void panelsCloseAndTheLayoutIsRemembered()
    {
        {
            Bench bench;
            auto* dock = bench.window.findChild<QDockWidget*>(QStringLiteral("problems"));
            auto* close = dock->titleBarWidget()->findChild<QToolButton*>();
            QTest::mouseClick(close, Qt::LeftButton);
            QVERIFY(!dock->isVisible());
            QVERIFY(!bench.window.isWindowModified());
            bench.window.close();
        }
        Bench bench;
        bench.window.restoreLayout();
        QVERIFY(bench.window.findChild<QDockWidget*>(QStringLiteral("problems"))->isHidden());
        QVERIFY(!bench.window.findChild<QDockWidget*>(QStringLiteral("charts"))->isHidden());
    }

    void theTitleMarksUnsavedChanges()
    {
        Bench bench;
        QVERIFY(!bench.window.isWindowModified());
        bench.lab.change(QStringLiteral("title"), [](core::Document& d) { d.notes = "changed"; });
        QVERIFY(bench.window.isWindowModified());
        bench.lab.history().undo();
        QVERIFY(!bench.window.isWindowModified());
    }
};

QTEST_MAIN(TestWindow)
#include "test_window.moc"
