// What is written for PyTorch: every preset and every block, always the same, and Python that compiles. That
// it computes the same is checked by tests/peers/run pytorch.
#include "signatures.h"

#include "core/data/dataset.h"
#include "core/diagram/pytorch.h"
#include "core/diagram/text.h"
#include "core/ops/op.h"
#include "core/trainers/run.h"

#include <QtTest>

#include <QProcess>
#include <QTemporaryDir>

using namespace core;

class PytorchTest : public QObject
{
    Q_OBJECT

    const BlockLibrary library = BlockLibrary::builtIn();

    /// One diagram a kind of block, over digits (`data.x`: row, column, colour) or, where its kind says so,
    /// text.
    static std::map<std::string, std::string> terms()
    {
        const std::string tokens = "t = embedding(data.x, to = channel: 8)\n";
        std::map<std::string, std::string> all{
            {"activation",
             "y = activation(data.x, formula = x*sigmoid(a*x) + leaky_relu(x, 0.1), learned = \"a = 1.5\")"},
            {"add", "y = add(data.x, relu(data.x))"},
            {"attention",
             "y = attention(data.x, over = row, channel = column, heads = 2, causal = yes, dropout = 0.1)"},
            {"average_pool", "y = average_pool(data.x, kernel = 3, stride = 2)"},
            {"batch_norm", "y = batch_norm(data.x, keep = colour)"},
            {"bottleneck", "y = bottleneck(data.x, to = channel: 8)"},
            {"causal_mask", "y = causal_mask(data.x, over = row, source = column)"},
            {"class_token", "y = class_token(data.x, over = row, to = column)"},
            {"concatenate", "y = concatenate(data.x, relu(data.x), along = row)"},
            {"contract", "a = linear(data.x, to = [q: 3, key: 4])\nb = linear(data.x, to = [s: 5, key: 4])\n"
                         "y = contract(a, b, over = key)"},
            {"conv2d", "y = conv2d(data.x, padding = 2, dilation = 2, kernel = 3, stride = 2)"},
            {"conv_transposed2d", "y = conv_transposed2d(data.x, kernel = 3)"},
            {"cross_entropy",
             "a = linear(data.x, to = class: classes)\ny = cross_entropy(a, data.y, smoothing = 0.1)"},
            {"data", "y = relu(data.x)"},
            {"double_convolution", "y = double_convolution(data.x)"},
            {"dropout", "y = dropout(data.x)"},
            {"einsum",
             "y = einsum(data.x, relu(data.x), formula = \"row column, row colour -> column colour\")"},
            {"embedding", tokens},
            {"flatten", "y = flatten(data.x)"},
            {"fold", "w = window(data.x, over = row)\ny = fold(w, over = row)"},
            {"formula", "y = where(data.x > 0.5, data.x, min(data.x, 2)^2) + size(row)"},
            {"gather",
             "table = parameter(axes = [symbol: 10, channel: 4])\ny = gather(table, data.y, axis = symbol)"},
            {"global_average_pool", "y = global_average_pool(data.x)"},
            {"glu", "y = glu(data.x)"},
            {"gru_cell", "y = recurrence(data.x, of = \"gru_cell(to = [channel: 6])\", over = row)"},
            {"identity_block", "y = identity_block(data.x, to = channel: 8, stride = 2, project = yes)"},
            {"identity_stage", "y = identity_stage(data.x, to = channel: 8, count = 4)"},
            {"iota", "i = iota(axis = row: 8)\ny = data.x + i"},
            {"layer_norm", "y = layer_norm(data.x, over = [row, column])"},
            {"linear_recurrence",
             "a = sigmoid(data.x)\nb = linear_recurrence(data.x, a, over = row, reverse = yes)\n"
             "y = linear_recurrence(b, over = row, keep = column)"},
            {"linear", "y = linear(data.x, from = column, to = [column: 5])"},
            {"lstm_cell", "y = lstm_cell(data.x)"},
            {"match",
             "a = linear(data.x, to = channel: 1)\nb = linear(data.x, to = feature: 1)\ny = match(a, b)"},
            {"max", "y = max(data.x, over = [row, column])"},
            {"max_pool", "y = max_pool(data.x)"},
            {"merge_axes", "y = merge_axes(data.x)"},
            {"mixer_block", "y = mixer_block(data.x, token = row, channel = column)"},
            {"mlp", "y = mlp(data.x, over = row)"},
            {"mse", "a = linear(data.x, to = class: classes)\ny = mse(a, data.y, labels = one_hot)"},
            {"multiply", "y = multiply(data.x, relu(data.x))"},
            {"norm_activate", "y = norm_activate(data.x, keep = colour)"},
            {"pad", "y = pad(data.x, axis = row, before = 2, after = -1, interior = 1)"},
            {"parameter", "p = parameter(axes = [row: 8], init = \"u/sqrt(fan_in)\")\ny = data.x * p"},
            {"patches", "y = patches(data.x, size = 4, to = channel: 8)"},
            {"pick", "y = pick(data.x, over = row, position = -1)"},
            {"point", "y = point(relu(data.x))"},
            {"position", "y = position(data.x, over = row, to = column)"},
            {"random", "r = random(data.x)\ny = data.x + r"},
            {"recurrence",
             "y = recurrence(data.x, of = \"lstm_cell(to = [channel: 6])\", over = row, reverse = yes)"},
            {"rename_axis", "y = rename_axis(relu(data.x), row -> token)"},
            {"repeat", "y = repeat(data.x, of = \"mlp(row, expansion = 2)\", count = 3)"},
            {"rms_norm", "y = rms_norm(data.x, over = row)"},
            {"scale", "y = scale(data.x, factor = 3)"},
            {"shift", "y = shift(data.x, along = row)"},
            {"sinusoid", "y = sinusoid(data.x, over = row, to = column)"},
            {"slice", "y = slice(data.x, axis = row, start = 1, length = 3, step = 2)"},
            {"softmax", "y = softmax(data.x, over = row)"},
            {"sort",
             "y, places = sort(data.x, over = row, descending = yes)\nz = gather(y, places, axis = row)"},
            {"split_axis", "y = split_axis(data.x, axis = row, into = [patch: 4, row])"},
            {"state", "s = state(axes = [row: 8], init = one)\ny = data.x * s"},
            {"stop_gradient", "y = stop_gradient(relu(data.x))"},
            {"sum", "y = sum(data.x, over = row)"},
            {"transformer_block", "y = transformer_block(data.x, over = row, channel = column, heads = 2)"},
            {"encoder_block", "y = encoder_block(data.x, over = row, channel = column, heads = 2)"},
            {"decoder_block",
             "y = decoder_block(data.x, relu(data.x), over = row, channel = column, heads = 2)"},
            {"unembedding", tokens + "y = unembedding(t, t.table, from = channel)"},
            {"update",
             "s = state(axes = [row: 8], init = one)\nm = mean(data.x, over = [batch, column, colour])\n"
             "u = update(s, m)\ny = data.x * s"},
            {"window", "y = window(data.x, over = row, kernel = 3, dilation = 2)"},
        };
        for (auto& [kind, term] : all) term = "data = data()\n" + term + "\n";
        return all;
    }

    /// The text, or the error in its place.
    std::string written(const Document& document, const DataSignature& data) const
    {
        try {
            return pytorchOf(document, library, data);
        } catch (const Error& error) {
            return error.text();
        }
    }

    std::string written(const std::string& kind, const std::string& term) const
    {
        Errors errors;
        Document document;
        document.title = kind;
        document.diagram = diagramFrom(term, library, {}, errors);
        if (!errors.empty()) return errors.front().text();
        const bool text = kind == "embedding" || kind == "unembedding";
        return written(document, text ? test::tokens(4, 8, 10) : test::images());
    }

private slots:
    void everyPresetIsWrittenWithAllItsParameters()
    {
        for (const std::string& name : presetNames()) {
            const Document document = preset(name);
            const DataSignature data = test::signatureOf(document);
            const std::string text = written(document, data);
            QVERIFY2(text.find("class Net(nn.Module):") != text.npos, (name + ": " + text).c_str());
            QVERIFY2(text.find("    def loss(self, x, y):") != text.npos, name.c_str());
            QCOMPARE(written(document, data), text);
            const Elaboration made = elaborate(document.diagram, library, data, Phase::Training);
            for (const Instruction& of : made.program.code)
                if (of.op == findOp("parameter"))
                    QVERIFY2(text.find("(\"" + of.attributes.name + "\", ") != text.npos,
                             (name + ": " + of.attributes.name).c_str());
        }
    }

    void everyBlockIsWritten()
    {
        const auto all = terms();
        for (const BlockDeclaration& kind : library.all()) {
            if (kind.name == "input" || kind.name == "output") continue; // ends of an inside
            const auto term = all.find(kind.name);
            QVERIFY2(term != all.end(), kind.name.c_str());
            const std::string text = written(kind.name, term->second);
            QVERIFY2(text.find("def forward(self") != text.npos, (kind.name + ": " + text).c_str());
        }
    }

    void layersAreThoseOfTorchWhereShapesSaySo()
    {
        const auto has = [&](const char* kind, const char* words) {
            const std::string text = written(kind, terms().at(kind));
            if (text.find(words) == text.npos) qWarning("%s", text.c_str());
            return text.find(words) != text.npos;
        };
        QVERIFY(has("linear", "nn.Linear(8, 5)"));
        QVERIFY(has("conv2d", "nn.Conv2d(1, 16, 3, stride=2, dilation=2, padding=2)"));
        QVERIFY(has("conv_transposed2d", "nn.ConvTranspose2d(1, 16, 3, stride=2)"));
        QVERIFY(has("layer_norm", "nn.LayerNorm((8, 8))"));
        QVERIFY(has("batch_norm", "nn.BatchNorm2d(1)"));
        QVERIFY(has("embedding", "nn.Embedding(10, 8)"));
        QVERIFY(has("max_pool", "F.max_pool2d("));
        QVERIFY(has("dropout", "nn.Dropout(0.1)"));
        QVERIFY(has("cross_entropy", "label_smoothing=0.1"));
        QVERIFY(has("repeat", "nn.ModuleList([Mlp() for _ in range(3)])"));
        QVERIFY(has("activation", "F.leaky_relu("));
        QVERIFY(has("recurrence", "for i in reversed(range(8)):  # row"));
    }

    void whatIsWrittenCompiles()
    {
        const QString python = QStringLiteral("/usr/bin/python3");
        if (!QFile::exists(python)) QSKIP("there is no /usr/bin/python3");
        QTemporaryDir folder;
        QStringList files;
        const auto write = [&](const std::string& name, const std::string& text) {
            files += folder.filePath(QString::fromStdString(name) + ".py");
            QFile file(files.back());
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text.data(), qint64(text.size()));
        };
        for (const auto& [kind, term] : terms()) write("block_" + kind, written(kind, term));
        for (const std::string& name : presetNames())
            write(name, written(preset(name), test::signatureOf(preset(name))));
        const QString kept = qEnvironmentVariable("AXO_KEEP_PYTORCH"); // to look at them
        for (const QString& file : kept.isEmpty() ? QStringList() : files)
            QFile::copy(file, kept + QLatin1Char('/') + QFileInfo(file).fileName());
        QProcess compiler;
        compiler.start(python, QStringList{"-m", "py_compile"} + files);
        QVERIFY(compiler.waitForFinished(60'000));
        QVERIFY2(compiler.exitCode() == 0, compiler.readAllStandardError().constData());
    }

    void aFaultyDiagramIsAnError()
    {
        Document document;
        QVERIFY_EXCEPTION_THROWN(pytorchOf(document, library, test::images()), Error);
        document.diagram.blocks = {{"lonely", "linear", {}, {}, {}}};
        QVERIFY_EXCEPTION_THROWN(pytorchOf(document, library, test::images()), Error);
    }
};

QTEST_APPLESS_MAIN(PytorchTest)
#include "test_pytorch.moc"
