// Costs under the columns: those that the elaborated program counts, nothing lost and nothing twice.
#include "core/diagram/costs.h"
#include "core/files/files.h"
#include "core/ops/op.h"
#include "core/picture/columns.h"
#include "core/picture/draw.h"
#include "tests/core/diagram/signatures.h"

#include <QtTest/QtTest>

using namespace core;
using namespace core::picture;

namespace
{

struct Read {
    Document document;
    BlockLibrary library = BlockLibrary::builtIn();
    Elaboration elaboration;
    std::vector<Column> columns;
};

Read read(const std::string& name)
{
    Read result;
    Errors problems;
    result.document = parseDocument(files::resource("examples/" + name + ".axo"), name, problems);
    const Diagram& diagram = result.document.diagram;
    result.elaboration = elaborate(diagram, result.library, test::images(), Phase::Training);
    const Cells cells = cellsOf(diagram, result.library, result.elaboration);
    const auto layout = layoutOf(layoutGraphOf(diagram, cells));
    result.columns = columnsOf(diagram, cells, layout->centres, result.elaboration);
    return result;
}

} // namespace

class TestColumns : public QObject
{
    Q_OBJECT

private slots:
    void everyBlockIsInOneColumn()
    {
        const Read transformer = read("digits-transformer");
        QStringList ids, expected;
        for (const Column& column : transformer.columns)
            for (const std::string& id : column.blocks) ids << QString::fromStdString(id);
        for (const Block& block : transformer.document.diagram.blocks)
            expected << QString::fromStdString(block.id);
        ids.sort();
        expected.sort();
        QCOMPARE(ids, expected);
    }

    void parametersAreThoseOfTheProgram()
    {
        for (const char* name : {"digits-mlp", "digits-transformer", "digits-mixer"}) {
            const Read preset = read(name);
            QVERIFY2(preset.elaboration.errors.empty(), name);
            double expected = 0;
            for (const Instruction& instruction : preset.elaboration.program.code)
                if (std::string_view(instruction.op->name) == "parameter") {
                    double elements = 1;
                    for (const Axis& axis : instruction.type.axes) elements *= double(axis.size);
                    expected += elements;
                }
            QVERIFY(expected > 0);
            QCOMPARE(totalOf(preset.columns).parameters, expected);
        }
    }

    void totalsAreSumsOfTheBlocks()
    {
        const Read preset = read("digits-mixer");
        double flops = 0, bytes = 0;
        for (const auto& [block, cost] : preset.elaboration.costs) {
            flops += cost.flops;
            bytes += cost.bytes;
        }
        QCOMPARE(totalOf(preset.columns).flops, flops);
        QCOMPARE(totalOf(preset.columns).bytes, bytes);
    }

    void thePeakIsTheColumnOfMostLiveBytes()
    {
        const Read preset = read("digits-transformer");
        std::vector<std::vector<CostPlace>> places;
        for (const Column& column : preset.columns) {
            places.emplace_back();
            for (const std::string& id : column.blocks) places.back().push_back({id});
        }
        const std::vector<ColumnCost> costs = columnCosts(preset.elaboration, places);
        int peaks = 0;
        for (size_t i = 0; i < costs.size(); ++i) {
            if (!preset.columns[i].peak) continue;
            ++peaks;
            for (const ColumnCost& other : costs) QVERIFY(other.live <= costs[i].live);
        }
        QCOMPARE(peaks, 1);
    }

    void numbersHaveThreeDigits()
    {
        QCOMPARE(compact(0), std::string("0"));
        QCOMPARE(compact(999), std::string("999"));
        QCOMPARE(compact(12345), std::string("12.3 k"));
        QCOMPARE(compact(999600), std::string("1 M"));
    }
};

QTEST_APPLESS_MAIN(TestColumns)
#include "test_columns.moc"
