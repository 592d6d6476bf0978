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

    static double linear(double from, double to) { return from * to + to; }
    static double attention(double d) { return 4 * linear(d, d); }
    static double mlp(double d, double hidden) { return linear(d, hidden) + linear(hidden, d); }
    static double doubleConvolution(double from, double to)
    {
        return linear(9 * from, to) + linear(9 * to, to);
    }
    /// He et al. 2016, Identity Mappings in Deep Residual Networks, figure 4 (e), bottlenecks without biases.
    static double identityStage(double from, double to, double count)
    {
        const double narrow = to / 4, inner = 2 * narrow + 9 * narrow * narrow + 2 * narrow + narrow * to;
        return 2 * from + from * to + from * narrow + inner + (count - 1) * (2 * to + to * narrow + inner);
    }

    static std::vector<Row> rows()
    {
        using namespace test;
        const DataSignature sequence = tokens(4, 8, 10);
        DataSignature strokes = images();
        strokes.y.axes = {{"batch", 32}, {"row", 8}, {"column", 8}};
        strokes.classes = 2;
        const double layer = attention(64) + mlp(64, 128) + 2 * 128, decoder = layer + attention(64) + 128;
        const double vision = attention(48) + mlp(48, 96) + 2 * 96,
                     mixing = 2 * 96 + mlp(16, 32) + mlp(48, 96);
        const double block = 2 * 2 * 32 + 4 * (32 * 32 + 32) + 2 * 32 * 64 + 64 + 32; // 2 norms, 4 maps, MLP
        const double mixer = 2 * 2 * 32 + 2 * 8 * 16 + 16 + 8 + 2 * 32 * 64 + 64 + 32;
        return {
            {"playground", points(), 2 * 8 + 8 + 8 * 8 + 8 + 8 + 1},
            {"digits-mlp", images(), 64 * 128 + 128 + 128 * 10 + 10},
            {"mnist-mlp", images(28), 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10},
            {"mlp-512", images(28), 784 * 512 + 512 + 512 * 512 + 512 + 512 * 10 + 10},
            {"mnist-cnn", images(28), 9 * 16 + 16 + 9 * 16 * 32 + 32 + 7 * 7 * 32 * 10 + 10},
            // The figure under which the same network is compared with other programs.
            {"char-transformer", tokens(), 805248},
            {"digits-transformer", images(), 8 * 32 + 32 + 8 * 32 + 2 * block + 64 + 32 * 10 + 10},
            {"digits-mixer", images(), 8 * 32 + 32 + 2 * mixer + 64 + 32 * 10 + 10},
            {"two-layer-perceptron", images(), linear(64, 64) + linear(64, 10)},
            {"softmax-attention", sequence,
             10 * 32 + 8 * 32 + 2 * linear(32, 16) + linear(32, 32) + linear(32, 10)},
            {"multi-head-attention", images(), linear(8, 32) + 8 * 32 + attention(32) + linear(8 * 32, 10)},
            {"transformer-encoder-block", sequence,
             10 * 64 + 8 * 64 + attention(64) + mlp(64, 256) + 2 * 128 + linear(64, 10)},
            {"transformer", sequence, 2 * 10 * 64 + 2 * layer + 2 * decoder + linear(64, 10)},
            {"convolution", strokes,
             linear(9, 12) + linear(9 * 12, 12) + linear(9 * 12, 24) + 24 * 4 * 12 + 12 + linear(12, 2)},
            {"identity-resnet", images(),
             9 * 16 + identityStage(16, 32, 2) + identityStage(32, 64, 2) + identityStage(64, 128, 2) +
                 2 * 128 + linear(128, 10)},
            {"u-net", strokes,
             doubleConvolution(1, 16) + doubleConvolution(16, 32) + doubleConvolution(32, 64) + 64 * 4 * 32 +
                 32 + doubleConvolution(64, 32) + 32 * 4 * 16 + 16 + doubleConvolution(32, 16) +
                 linear(16, 2)},
            {"vision-transformer", images(), linear(4, 48) + 48 + 17 * 48 + 3 * vision + 96 + linear(48, 10)},
            {"mlp-mixer", images(), linear(4, 48) + 2 * mixing + 96 + linear(48, 10)},
            {"lstm-cell", images(), 4 * (linear(8, 48) + 48 * 48) + linear(48, 10)},
            {"gated-linear-unit", images(), 2 * linear(64, 48) + linear(48, 10)}};
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
