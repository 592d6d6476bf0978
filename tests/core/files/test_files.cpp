#include "core/files/files.h"

#include "tests/core/files/pack.h"

#include <QtTest>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <random>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

using namespace core;
using namespace core::files;

namespace
{

template<class Function> Error errorOf(Function function)
{
    try {
        function();
    } catch (const Error& error) {
        return error;
    }
    return {};
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class TestFiles : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }
    size_t filesInFolder() const
    {
        return size_t(std::distance(std::filesystem::directory_iterator(m_folder.path().toStdString()), {}));
    }

private slots:
    void whatIsWrittenIsRead()
    {
        const std::string bytes("a\0b\n", 4);
        writeFile(path("round"), bytes);
        QCOMPARE(readFile(path("round")), bytes);
        writeFile(path("round"), "");
        QCOMPARE(readFile(path("round")), std::string());
    }

    void readingNamesThePathAndTheReason()
    {
        const Error missing = errorOf([&] { readFile(path("absent")); });
        QVERIFY(contains(missing.where, "absent"));
        QVERIFY(contains(missing.what, "No such file"));
        QVERIFY(contains(errorOf([&] { readFile(m_folder.path().toStdString()); }).what, "folder"));
        writeFile(path("ten"), "0123456789");
        QCOMPARE(readFile(path("ten"), 10).size(), size_t(10));
        QVERIFY(contains(errorOf([&] { readFile(path("ten"), 9); }).what, "larger"));
        QVERIFY(contains(errorOf([&] { readFile("/dev/zero", 100000); }).what, "larger"));
    }

    void aFailedWriteLeavesTheOldFileAndNoTemporaryOne()
    {
        writeFile(path("kept"), "old");
        const size_t before = filesInFolder();
        rlimit limit{};
        getrlimit(RLIMIT_FSIZE, &limit);
        const rlimit small{4096, limit.rlim_max};
        std::signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &small);
        const Error error = errorOf([&] { writeFile(path("kept"), std::string(100000, 'x')); });
        setrlimit(RLIMIT_FSIZE, &limit);
        QVERIFY(contains(error.where, "kept"));
        QVERIFY(contains(error.what, "cannot write"));
        QCOMPARE(readFile(path("kept")), std::string("old"));
        QCOMPARE(filesInFolder(), before);
    }

    void aFullDiskIsNamed()
    {
        const Error error = errorOf([] { writeFile("/dev/full", "x"); });
        QVERIFY(contains(error.what, "No space left"));
        QVERIFY(!error.hint.empty());
    }

    void writingIntoAMissingFolderOrOverAFolderIsAnError()
    {
        QVERIFY(contains(errorOf([&] { writeFile(path("no/such/file"), "x"); }).what, "No such file"));
        QVERIFY(contains(errorOf([&] { writeFile(m_folder.path().toStdString(), "x"); }).what, "folder"));
    }

    void writingThroughALinkKeepsTheLinkAndTheMode()
    {
        writeFile(path("real"), "1");
        std::filesystem::permissions(path("real"), std::filesystem::perms(0640));
        std::filesystem::create_symlink(path("real"), path("link"));
        writeFile(path("link"), "2");
        QVERIFY(std::filesystem::is_symlink(path("link")));
        QCOMPARE(readFile(path("real")), std::string("2"));
        QCOMPARE(int(std::filesystem::status(path("real")).permissions()), 0640);
    }

    void gzipAndZlibUnpackAndConcatenatedMembersJoin()
    {
        const std::string text(50000, 'q');
        QCOMPARE(gunzip(pack(text, 31), "t"), text);
        QCOMPARE(gunzip(pack(text, 15), "t"), text);
        QCOMPARE(gunzip(pack(text, 31) + pack("tail", 31), "t"), text + "tail");
        QCOMPARE(gunzip(pack("", 31), "t"), std::string());
    }

    void unpackingStopsAtTheLimit()
    {
        const std::string text(50000, 'q');
        QCOMPARE(gunzip(pack(text, 31), "t", 50000), text);
        QVERIFY(contains(errorOf([&] { gunzip(pack(text, 31), "t", 49999); }).what, "more than 49999"));
    }

    void everyTruncationAndDamageOfGzipIsAnErrorOrUnpacks()
    {
        std::string text;
        for (int i = 0; i < 300; ++i) text += std::to_string(i * i);
        const std::string packed = pack(text, 31);
        for (size_t length = 0; length < packed.size(); ++length)
            QVERIFY(!errorOf([&] { gunzip(packed.substr(0, length), "t", 1 << 20); }).what.empty());
        std::mt19937 random(1);
        for (int i = 0; i < 2000; ++i) {
            std::string damaged = packed;
            damaged[random() % damaged.size()] ^= char(1 << random() % 8);
            errorOf([&] { gunzip(damaged, "t", 1 << 20); });
        }
    }

    void resourcesAreListedAndFound()
    {
        const auto names = resourceNames("data");
        QVERIFY(std::find(names.begin(), names.end(), "data/SOURCES.md") != names.end());
        QVERIFY(std::is_sorted(names.begin(), names.end()));
        QCOMPARE(resourceNames("dat").size(), size_t(0));
        QVERIFY(resource("data/SOURCES.md").size() > 100);
        QVERIFY(contains(errorOf([] { resource("data/none"); }).where, "data/none"));
    }
};

QTEST_APPLESS_MAIN(TestFiles)
#include "test_files.moc"
