// The rules of the tree that a compiler does not keep: which way dependencies point, sizes, well-formed
// resources.
#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace
{

const fs::path root = AXO_SOURCE_DIR;

/// Files above the limit because they are one table: path and what the table is.
const std::set<std::string> tables = {};

std::string read(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> files(const std::vector<std::string>& folders, const std::set<std::string>& extensions)
{
    std::vector<fs::path> found;
    for (const std::string& folder : folders) {
        if (!fs::exists(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder))
            if (entry.is_regular_file() && extensions.contains(entry.path().extension().string()))
                found.push_back(entry.path());
    }
    return found;
}

std::vector<fs::path> sources(const std::vector<std::string>& folders)
{
    return files(folders, {".cpp", ".h", ".comp", ".glsl"});
}

/// "path:line: text" of every line that matches.
std::string matches(const std::vector<fs::path>& paths, const std::string& pattern)
{
    const std::regex expression(pattern);
    std::string found;
    for (const fs::path& path : paths) {
        std::ifstream file(path);
        std::string line;
        for (int number = 1; std::getline(file, line); ++number)
            if (std::regex_search(line, expression))
                found +=
                    fs::relative(path, root).string() + ":" + std::to_string(number) + ": " + line + "\n";
    }
    return found;
}

/// Nothing where `found` is empty, else a failure that shows it.
void expectNone(const std::string& found) { QVERIFY2(found.empty(), found.c_str()); }

} // namespace

class TestStructure : public QObject
{
    Q_OBJECT

private slots:
    void treeIsFound() { QVERIFY(sources({"core"}).size() > 20); }

    void coreIncludesNoQt() { expectNone(matches(sources({"core"}), R"(^\s*#\s*include\s*.(Q[A-Z]|Qt))")); }

    void coreKnowsNeitherWidgetsNorApp()
    {
        expectNone(matches(sources({"core"}), R"(^\s*#\s*include\s*.(\.\./)*(widgets|app)/)"));
    }

    void widgetsDoNotKnowTheApp()
    {
        expectNone(matches(sources({"widgets"}), R"(^\s*#\s*include\s*.(\.\./)*app/)"));
    }

    void commandLineIncludesNoQt()
    {
        expectNone(matches(sources({"app/axo"}), R"(^\s*#\s*include\s*.(Q[A-Z]|Qt|widgets/))"));
    }

    void commandLineLinksNoQt()
    {
        QProcess readelf;
        readelf.start("readelf", {"-d", AXO_BINARY_DIR "/axo"});
        QVERIFY2(readelf.waitForFinished() && readelf.exitCode() == 0,
                 readelf.readAllStandardError().constData());
        const QByteArray dynamic = readelf.readAllStandardOutput();
        QVERIFY2(dynamic.contains("NEEDED"), dynamic.constData());
        QVERIFY2(!dynamic.contains("libQt"), dynamic.constData());
    }

    void noSourceFileIsOver600Lines()
    {
        std::string found;
        for (const fs::path& path : sources({"app", "core", "shaders", "tests", "widgets"})) {
            const std::string text = read(path), name = fs::relative(path, root).string();
            const auto lines = std::count(text.begin(), text.end(), '\n');
            if (lines > 600 && !tables.contains(name))
                found += name + ": " + std::to_string(lines) + " lines\n";
        }
        expectNone(found);
    }

    void nothingIsLeftForLater()
    {
        // In two halves, or this file would find itself.
        const std::string words = std::string("\\b(TO") + "DO|FIX" + "ME|XX" + "X)\\b";
        expectNone(matches(sources({"app", "core", "shaders", "tests", "widgets"}), words));
    }

    void everyJsonResourceParses()
    {
        std::string found;
        for (const fs::path& path : files({"resources"}, {".json", ".axo"})) try {
                const auto json = nlohmann::json::parse(read(path));
            } catch (const nlohmann::json::exception& error) {
                found += fs::relative(path, root).string() + ": " + error.what() + "\n";
            }
        expectNone(found);
    }
};

QTEST_APPLESS_MAIN(TestStructure)
#include "test_structure.moc"
