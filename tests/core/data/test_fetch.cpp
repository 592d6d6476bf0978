#include "core/data/fetch.h"
#include "tests/core/data/samples.h"

#include <QtTest>

using namespace core;
using namespace samples;

namespace
{

/// sha256sum of "abc": FIPS 180-2, appendix B.1; MD5 of "abc": RFC 1321, appendix A.5.
const std::string sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const std::string md5 = "900150983cd24fb0d6963f7d28e17f72";

std::string content(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

size_t entries(const std::string& folder)
{
    return size_t(std::distance(std::filesystem::directory_iterator(folder), {}));
}

} // namespace

class TestFetch : public QObject
{
    Q_OBJECT

    Folder m_origin;
    std::vector<std::string> m_said;

    std::string origin(const std::string& name, const std::string& bytes)
    {
        return "file://" + m_origin.write(name, bytes);
    }
    std::string fetch(const std::vector<RemoteFile>& files, const std::string& folder)
    {
        m_said.clear();
        return errorOf([&] {
            fetchFiles("set", files, folder, [&](const std::string& line) { m_said.push_back(line); });
        });
    }

private slots:
    void filesArePlacedWhenTheirChecksumHolds()
    {
        const Folder home;
        const std::string url = origin("a", "abc");
        QCOMPARE(fetch({{{url}, sha, "set/a", {}}, {{url}, md5, "set/b", {}}}, home.path("data")),
                 std::string());
        QCOMPARE(content(home.path("data/set/a")), std::string("abc"));
        QCOMPARE(content(home.path("data/set/b")), std::string("abc"));
        QCOMPARE(entries(home.path("data")), size_t(1)); // no work folder is left
        QCOMPARE(m_said.front(), "getting " + url);
        QCOMPARE(fetch({{{url}, sha, "set/a", {}}}, home.path("data")), std::string());
        QVERIFY(m_said.empty()); // it is there
    }

    void nothingIsPlacedWhenOneFileFails()
    {
        const Folder home;
        const std::string good = origin("a", "abc"), bad = origin("b", "abd");
        const std::string error =
            fetch({{{good}, sha, "set/a", {}}, {{bad}, sha, "set/b", {}}}, home.path("data"));
        QVERIFY(contains(error, bad + ": what came does not have the checksum ba78"));
        QVERIFY(contains(error, "put it at " + home.path("data/set/b")));
        QCOMPARE(entries(home.path("data")), size_t(0));
    }

    void anotherAddressIsTried()
    {
        const Folder home;
        const std::string missing = "file://" + m_origin.path("none"), good = origin("a", "abc");
        QCOMPARE(fetch({{{missing, good}, sha, "a", {}}}, home.path("data")), std::string());
        QCOMPARE(content(home.path("data/a")), std::string("abc"));
        const std::string error = fetch({{{missing}, sha, "c", {}}}, home.path("data"));
        QVERIFY(contains(error, missing) && contains(error, "without a network"));
    }

    void membersOfAnArchiveArePlaced()
    {
        // A ustar header (POSIX.1-1988): name, mode, ..., size and checksum in octal; then blocks of 512.
        std::string header(512, '\0');
        header.replace(0, 8, "dir/file").replace(100, 7, "0000644").replace(124, 11, "00000000003");
        header.replace(148, 8, 8, ' ').replace(156, 1, "0").replace(257, 6, std::string("ustar\0", 6));
        header.replace(263, 2, "00");
        unsigned sum = 0;
        for (const char c : header) sum += uint8_t(c);
        header.replace(148, 6, QString::number(sum, 8).rightJustified(6, '0').toStdString());
        header[154] = '\0';
        const std::string url = origin("t.tar", header + "abc" + std::string(509 + 1024, '\0'));
        QProcess digest;
        digest.start("sha256sum", {QString::fromStdString(m_origin.path("t.tar"))});
        QVERIFY(digest.waitForFinished());
        const std::string checksum = digest.readAll().left(64).toStdString();
        const Folder home;
        QCOMPARE(fetch({{{url}, checksum, "set", {"dir/file"}}}, home.path("data")), std::string());
        QCOMPARE(content(home.path("data/set/file")), std::string("abc"));
        QVERIFY(
            contains(fetch({{{url}, checksum, "set", {"dir/other"}}}, home.path("data")), "cannot unpack"));
    }

    void foldersThatCannotBeWrittenAreNamed()
    {
        const Folder home;
        const std::string file = home.write("file", "");
        QVERIFY(contains(fetch({{{origin("a", "abc")}, sha, "a", {}}}, file), "set AXO_DATA"));
        QVERIFY(contains(errorOf([] { fetchData("nonsense", [](const std::string&) {}); }), "known: mnist"));
    }

    /// Every set that is declared as external can be got.
    void externalSetsArePublishedSomewhere()
    {
        for (const DataDeclaration& declaration : dataDeclarations()) {
            const auto files = remoteFiles(declaration.name);
            QCOMPARE(!files.empty(), declaration.kind == DataDeclaration::Kind::External);
            for (const RemoteFile& file : files) {
                QVERIFY(!file.urls.empty() && (file.checksum.size() == 32 || file.checksum.size() == 64));
                QVERIFY(!std::filesystem::path(file.place).is_absolute());
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestFetch)
#include "test_fetch.moc"
