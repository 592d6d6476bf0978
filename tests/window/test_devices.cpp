// A machine with several graphics processors: which of them the window offers, and that it takes the chosen
// one.
#include "core/backend/vulkan/vulkan.h"
#include "tests/window/fixture.h"
#include "widgets/panels/runbar.h"

#include <QComboBox>
#include <QToolButton>
#include <dlfcn.h>

using namespace core;

namespace
{

/// The file of the loader; nothing of it stays loaded.
QByteArray loaderFile()
{
    void* const library = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
    Dl_info info{};
    QByteArray file;
    if (library && dladdr(dlsym(library, "vkGetInstanceProcAddr"), &info))
        file = QFileInfo(info.dli_fname).canonicalFilePath().toUtf8();
    if (library) dlclose(library);
    return file;
}

QComboBox& backendBox(const QWidget& of)
{
    QComboBox* found = nullptr;
    for (QComboBox* box : of.findChildren<QComboBox*>())
        if (box->accessibleName() == QLatin1String("Backend")) found = box;
    if (!found) qFatal("there is no list of backends");
    return *found;
}

} // namespace

class TestDevices : public QObject
{
    Q_OBJECT

    void* m_loader = nullptr;

    QString opened() const
    {
        return QString::fromUtf8(reinterpret_cast<const char* (*)()>(dlsym(m_loader, "axoOpenedDevice"))());
    }

private slots:
    void initTestCase()
    {
        const QByteArray real = loaderFile();
        if (real.isEmpty()) QSKIP("there is no Vulkan loader");
        qputenv("AXO_LOADER", real);
        qputenv("AXO_DEVICES", "Small 100=1;Large 9000=2;Cloud=3;llvmpipe=4");
        qputenv("XDG_CACHE_HOME", AXO_BINARY_DIR "/vulkan-cache");
        // What is loaded under that name already is what dlopen finds from now on.
        m_loader = dlopen(AXO_BINARY_DIR "/tests/faulty-loader/libvulkan.so.1", RTLD_NOW | RTLD_GLOBAL);
        QVERIFY2(m_loader, dlerror());
        if (vulkanDevices().empty()) QSKIP("there is no Vulkan device");
        QCOMPARE(vulkanDevices().size(), size_t(4));
    }

    void theWindowOffersEveryGraphicsProcessor()
    {
        Bench bench;
        QComboBox& box = backendBox(bench.window);
        QStringList names;
        for (int i = 0; i < box.count(); ++i) names << box.itemText(i);
        QCOMPARE(names, (QStringList{"cpu", "reference", "vulkan", "vulkan:Small 100", "vulkan:Large 9000",
                                     "vulkan:Cloud"}));
    }

    void theChosenOneIsTaken_data()
    {
        QTest::addColumn<QString>("item");
        QTest::addColumn<QString>("device");
        QTest::newRow("the best") << "vulkan"
                                  << "Large 9000";
        QTest::newRow("integrated") << "vulkan:Small 100"
                                    << "Small 100";
        QTest::newRow("virtual") << "vulkan:Cloud"
                                 << "Cloud";
    }
    void theChosenOneIsTaken()
    {
        QFETCH(QString, item);
        QFETCH(QString, device);
        widgets::Lab lab(BlockLibrary::builtIn(), widgets::loadTheme(QStringLiteral("light")),
                         std::make_unique<Session>("cpu"));
        widgets::RunBar bar(lab); // without views nothing but training is compiled
        lab.open(smallClassifier(lab.library()), {}, true);
        QTRY_VERIFY_WITH_TIMEOUT(lab.snapshot().step > 0, 60000);
        QComboBox& box = backendBox(bar);
        box.setCurrentText(item);
        emit box.textActivated(item);
        QTRY_VERIFY_WITH_TIMEOUT(lab.snapshot().backend == item.toStdString(), 160000);
        QCOMPARE(opened(), device);
        const int64_t before = lab.snapshot().step;
        QTRY_VERIFY_WITH_TIMEOUT(lab.snapshot().step > before, 160000);
        QVERIFY(!lab.snapshot().failure);
    }

    void aDeviceThatFailsLeavesABadge()
    {
        widgets::Lab lab(BlockLibrary::builtIn(), widgets::loadTheme(QStringLiteral("light")),
                         std::make_unique<Session>("cpu:1"));
        widgets::RunBar bar(lab);
        lab.open(smallClassifier(lab.library()), {}, true);
        QTRY_VERIFY_WITH_TIMEOUT(lab.snapshot().step > 0, 60000);
        QComboBox& box = backendBox(bar);
        QTRY_COMPARE(box.currentText(), QString("cpu:1")); // which no list offers
        const auto* badge = bar.findChild<QToolButton*>(QStringLiteral("fallback"));
        QVERIFY(badge && badge->isHidden());
        emit box.textActivated(QStringLiteral("vulkan:Nowhere"));
        QTRY_VERIFY_WITH_TIMEOUT(!badge->isHidden(), 60000);
        QVERIFY2(badge->toolTip().contains(QLatin1String("Nowhere")), qPrintable(badge->toolTip()));
        QCOMPARE(box.currentText(), QString("cpu:1"));
        emit box.textActivated(QStringLiteral("cpu"));
        QTRY_VERIFY_WITH_TIMEOUT(badge->isHidden(), 60000);
        QTRY_COMPARE(box.currentText(), QString("cpu"));
    }
};

QTEST_MAIN(TestDevices)
#include "test_devices.moc"
