// Every preset elaborates without errors, with the parameter counts that theory gives.
#include "signatures.h"

#include "core/diagram/document.h"
#include "core/files/files.h"

#include <QtTest>

using namespace core;

class PresetsTest : public QObject
{
    Q_OBJECT

    struct Row {
        const char* name;
        DataSignature data;
        double parameters;
    };

    static std::vector<Row> rows()
    {
        using namespace test;
        const double block = 2 * 2 * 32 + 4 * (32 * 32 + 32) + 2 * 32 * 64 + 64 + 32; // 2 norms, 4 maps, MLP
        const double mixer = 2 * 2 * 32 + 2 * 8 * 16 + 16 + 8 + 2 * 32 * 64 + 64 + 32;
        return {{"playground", points(), 2 * 8 + 8 + 8 * 8 + 8 + 8 + 1},
                {"digits-mlp", images(), 64 * 128 + 128 + 128 * 10 + 10},
                {"mnist-mlp", images(28), 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10},
                {"mlp-512", images(28), 784 * 512 + 512 + 512 * 512 + 512 + 512 * 10 + 10},
                {"mnist-cnn", images(28), 9 * 16 + 16 + 9 * 16 * 32 + 32 + 7 * 7 * 32 * 10 + 10},
                // The figure under which the same network is compared with other programs.
                {"char-transformer", tokens(), 805248},
                {"digits-transformer", images(), 8 * 32 + 32 + 8 * 32 + 2 * block + 64 + 32 * 10 + 10},
                {"digits-mixer", images(), 8 * 32 + 32 + 2 * mixer + 64 + 32 * 10 + 10}};
    }

private slots:
    void everyPresetElaborates()
    {
        const BlockLibrary library = BlockLibrary::builtIn();
        size_t seen = 0;
        for (const Row& row : rows()) {
            const std::string path = std::string("examples/") + row.name + ".axo";
            Errors problems;
            const Document document = parseDocument(files::resource(path), path, problems);
            QVERIFY2(problems.empty(), test::textOf(problems).c_str());
            for (const Phase phase : {Phase::Training, Phase::Evaluation}) {
                const Elaboration made = elaborate(document.diagram, library, row.data, phase);
                QVERIFY2(made.trainable(), (row.name + (": " + test::textOf(made.errors))).c_str());
                double parameters = 0;
                for (const auto& [block, cost] : made.costs) parameters += cost.parameters;
                QCOMPARE(parameters, row.parameters);
            }
            QCOMPARE(writeDocument(document), std::string(files::resource(path)));
            ++seen;
        }
        size_t presets = 0;
        for (const std::string& name : files::resourceNames("examples")) presets += name.ends_with(".axo");
        QCOMPARE(seen, presets); // a preset without a row here is not tested
    }
};

QTEST_APPLESS_MAIN(PresetsTest)
#include "test_presets.moc"
