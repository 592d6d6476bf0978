// Blocks of the library and examples on the vulkan backend against the definition of their ops, with all
// gradients. AXO_FULL: all of them rather than some.
#include "core/backend/reference/interpret.h"
#include "core/data/dataset.h"
#include "core/ops/build.h"
#include "core/program/initialise.h"
#include "core/program/transform.h"
#include "core/trainers/programs.h"
#include "core/trainers/run.h"
#include "tests/core/backend/vulkan/validated.h"
#include "tests/core/program/draw.h"

#include <QtTest>

#include <cmath>

using namespace core;

namespace
{

using Sources = std::map<std::string, Tensor>;

bool full() { return qEnvironmentVariableIsSet("AXO_FULL"); }

/// Values for all that comes from outside; parameters begin as a run's do.
Sources sourcesOf(const Program& program, const DataSignature& signature)
{
    Sources sources;
    draw::Generator generator{7};
    for (const Instruction& i : program.code) {
        if (i.op->evaluate) continue;
        Tensor& tensor = sources[i.attributes.name];
        if (i.op->name == "input") {
            const int64_t below = i.attributes.name == "y"   ? signature.classes
                                  : i.attributes.name == "x" ? signature.vocabulary
                                                             : 100;
            tensor = draw::tensor(generator, i.type, -1, 1, below);
        } else {
            const std::vector<float> values = initialValues(i, 1);
            tensor = {i.type, std::vector<double>(values.begin(), values.end())};
        }
    }
    return sources;
}

Array arrayOf(const Tensor& tensor)
{
    if (tensor.type.element == Element::Integer)
        return {tensor.type, std::vector<int32_t>(tensor.data.begin(), tensor.data.end())};
    return {tensor.type, std::vector<float>(tensor.data.begin(), tensor.data.end())};
}

std::vector<double> elements(const Array& array)
{
    return std::visit([](const auto& data) { return std::vector<double>(data.begin(), data.end()); },
                      array.data);
}

double worstSeen = 0; ///< difference over what is allowed

double largest(const Tensor& tensor)
{
    double most = 0;
    for (const double value : tensor.data) most = std::max(most, std::abs(value));
    return most;
}

/// Whole numbers exactly; reals within a part of the largest element of this array, or of all where this one
/// is what is left when larger ones cancel (a bias that softmax or a norm takes away again has no gradient).
std::string difference(const std::string& name, const std::vector<double>& got, const Tensor& expected,
                       double largestOfAll)
{
    constexpr double allowed = 1e-5;
    const bool whole = expected.type.element == Element::Integer;
    const double bound = whole ? 0 : allowed * std::max(largest(expected), 0.1 * largestOfAll);
    for (size_t i = 0; i < got.size(); ++i) {
        const double error = std::abs(got[i] - expected.data[i]);
        if (bound > 0) worstSeen = std::max(worstSeen, error / bound);
        if (!(error <= bound))
            return QString("%1[%2]: %3 is not %4, %5 of what is allowed")
                .arg(name.c_str())
                .arg(i)
                .arg(got[i])
                .arg(expected.data[i])
                .arg(error / bound)
                .toStdString();
    }
    return {};
}

/// Results, and what parameters and states become.
std::string disagreement(Backend& backend, const Program& program, const Sources& sources)
{
    const std::vector<Tensor> expected = interpret(program, sources);
    const auto memory = backend.memory();
    const auto executable = backend.compile(program, memory, 1);
    for (const auto& [name, tensor] : sources) {
        const Array array = arrayOf(tensor);
        if (memory->has(name)) memory->write(name, array);
        if (const int slot = executable->input(name); slot >= 0)
            std::visit([&](const auto& data) { executable->upload(slot, data.data()); }, array.data);
    }
    executable->run();
    double most = 0;
    for (const Result& result : program.results)
        if (result.name.starts_with("d")) most = std::max(most, largest(expected[size_t(result.value)]));
    for (const Result& result : program.results) {
        const Tensor& wanted = expected[size_t(result.value)];
        const int slot = executable->result(result.name);
        Array got = arrayOf({executable->resultType(slot), std::vector<double>(wanted.data.size())});
        std::visit([&](auto& data) { executable->download(slot, data.data()); }, got.data);
        const Tensor read{got.type, elements(got)};
        const std::string what = difference(result.name, draw::reordered(read, wanted.type).data, wanted,
                                            result.name.starts_with("d") ? most : 0);
        if (!what.empty()) return what;
    }
    for (const Update& update : program.updates) {
        const std::string& name = program.code[size_t(update.state)].attributes.name;
        const Tensor wanted = draw::reordered(expected[size_t(update.value)], program.type(update.state));
        const std::string what = difference(name, elements(memory->read(name)), wanted, 0);
        if (!what.empty()) return what;
    }
    return {};
}

/// Gradients of what all real results sum to after tanh, by all parameters.
void addGradients(Program& program)
{
    std::vector<ValueId> by, outputs;
    for (size_t i = 0; i < program.code.size(); ++i)
        if (program.code[i].op->name == "parameter") by.push_back(ValueId(i));
    for (const Result& result : program.results)
        if (program.type(result.value).element == Element::Real &&
            program.code[size_t(result.value)].op->name != "parameter")
            outputs.push_back(result.value);
    std::vector<ValueId> sums;
    for (const ValueId output : outputs) {
        const ValueId bent = build::formula(program, "tanh(a)", {output});
        build::Axes all;
        for (const Axis& axis : program.type(bent).axes) all.push_back(axis.name);
        const ValueId total = all.empty() ? bent : build::sum(program, bent, all);
        sums.push_back(sums.empty() ? total : build::formula(program, "a + b", {sums.back(), total}));
    }
    if (sums.empty() || by.empty()) return;
    const std::vector<ValueId> gradients = gradient(program, sums.back(), by);
    for (size_t i = 0; i < by.size(); ++i)
        program.results.push_back({"d " + program.code[size_t(by[i])].attributes.name, gradients[i]});
}

/// Arrays that some input of some block accepts.
const std::vector<std::string> shapes{"batch: 2, token: 4, channel: 8",
                                      "batch: 2, row: 4, column: 4, channel: 8",
                                      "batch: 2, class: 5",
                                      "batch: 2, token: 4, source: 4",
                                      "batch: 2, channel: 64",
                                      "query: 3, key: 4",
                                      "source: 5, key: 4",
                                      "symbol: 5, channel: 8",
                                      "batch: 2, row: 2, column: 2, row_offset: 3, column_offset: 3",
                                      "channel: 64"};

/// Integers in x and in y, both with a batch.
const DataSignature tokens{
    {Element::Integer, {{"batch", 2}, {"token", 4}}}, {Element::Integer, {{"batch", 2}}}, 5, 5};

/// A diagram of one block and what it reads.
class Surroundings
{
public:
    explicit Surroundings(const BlockDeclaration& declaration)
        : m_declaration(declaration)
    {
    }

    /// Elaborates without an error with some choice of inputs; false if there is none.
    bool find(const BlockLibrary& library, bool optional, Elaboration& found)
    {
        std::vector<const PortDeclaration*> ports;
        for (const PortDeclaration& port : m_declaration.inputs)
            if (!port.optional || optional) ports.push_back(&port);
        std::vector<size_t> choice(ports.size(), 0);
        for (;;) {
            found = elaborate(diagram(ports, choice), library, tokens, Phase::Training);
            if (found.errors.empty()) return true;
            size_t p = 0;
            while (p < choice.size() && ++choice[p] == shapes.size() + 3) choice[p++] = 0;
            if (p == choice.size()) return false;
        }
    }

private:
    Diagram diagram(const std::vector<const PortDeclaration*>& ports, const std::vector<size_t>& choice)
    {
        Diagram diagram;
        const Setting steps{Setting::Kind::Text, 0, "token: 4", false},
            decoder{Setting::Kind::Text, 0, "decoder_block", false};
        Block it{"it", m_declaration.name, {}, {}, {}};
        if (it.kind == "iota") it.settings["axis"] = steps; // nothing else gives its size
        if (it.kind == "repeat" && ports.size() > 1) it.settings["of"] = decoder; // has a memory
        diagram.blocks.push_back(it);
        for (size_t p = 0; p < ports.size(); ++p) {
            const std::string id = "from" + std::to_string(p);
            const size_t kind = choice[p];
            PortRef from{id, "y"};
            if (kind < shapes.size()) {
                const Setting axes{Setting::Kind::Text, 0, shapes[kind], false},
                    start{Setting::Kind::Text, 0, "n", false};
                diagram.blocks.push_back({id, "parameter", {{"axes", axes}, {"init", start}}, {}, {}});
            } else if (kind == shapes.size()) {
                diagram.blocks.push_back({id, "state", {}, {}, {}});
            } else {
                if (!diagram.find("data")) diagram.blocks.push_back({"data", "data", {}, {}, {}});
                from = {"data", kind == shapes.size() + 1 ? "x" : "y"};
            }
            diagram.wires.push_back({from, {"it", ports[p]->name}});
        }
        return diagram;
    }

    const BlockDeclaration& m_declaration;
};

/// Shapes of the document's data; those of 28 by 28 become 8 by 8, text becomes short.
DataSignature signatureOf(const Document& document)
{
    constexpr int64_t batch = 2;
    if (document.data.name == "mnist") {
        constexpr int64_t side = 8;
        return {{Element::Real, {{"batch", batch}, {"row", side}, {"column", side}, {"colour", 1}}},
                {Element::Integer, {{"batch", batch}}},
                10,
                0};
    }
    if (document.data.name == "shakespeare") {
        const Type text{Element::Integer, {{"batch", batch}, {"token", 8}}};
        return {text, text, 65, 65};
    }
    return loadDataset(document.data).signature(batch);
}

} // namespace

class TestModels : public QObject
{
    Q_OBJECT

    std::unique_ptr<Backend> m_backend;
    BlockLibrary m_library = BlockLibrary::builtIn();

private slots:
    void initTestCase()
    {
        bool validates = false;
        std::string why;
        m_backend = validated::backend(validates, why);
        if (!m_backend) QSKIP(("no Vulkan here: " + why).c_str());
        if (!validates) qInfo("no validation layer: %s", why.c_str());
    }
    void cleanup() { validated::expectSilence(); }
    void cleanupTestCase()
    {
        qInfo("largest difference: %.2g of what is allowed", worstSeen);
        m_backend.reset();
    }

    void blocksAgree_data()
    {
        QTest::addColumn<QString>("block");
        QTest::addColumn<bool>("optional");
        int number = 0;
        for (const BlockDeclaration& block : m_library.all()) {
            if (block.body.empty()) continue; // data, input, output: the world outside
            if (!full() && ++number % 8 != 0) continue;
            const auto isOptional = [](const PortDeclaration& port) { return port.optional; };
            QTest::newRow(block.name.c_str()) << QString::fromStdString(block.name) << false;
            if (std::any_of(block.inputs.begin(), block.inputs.end(), isOptional))
                QTest::newRow((block.name + " with all inputs").c_str())
                    << QString::fromStdString(block.name) << true;
        }
    }
    void blocksAgree()
    {
        QFETCH(QString, block);
        QFETCH(bool, optional);
        Elaboration found;
        QVERIFY2(Surroundings(*m_library.find(block.toStdString())).find(m_library, optional, found),
                 found.errors.empty() ? "" : found.errors.front().text().c_str());
        addGradients(found.program);
        const Program program = fuse(simplify(found.program));
        const std::string what = disagreement(*m_backend, program, sourcesOf(program, tokens));
        QVERIFY2(what.empty(), (what + "\n" + program.text()).c_str());
    }

    void examplesAgree_data()
    {
        QTest::addColumn<QString>("name");
        for (const std::string& name :
             full() ? presetNames() : std::vector<std::string>{"digits-mlp", "softmax-attention"})
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void examplesAgree()
    {
        QFETCH(QString, name);
        const Document document = preset(name.toStdString());
        const DataSignature signature = signatureOf(document);
        const Elaboration made =
            elaborateForTraining(document.diagram, m_library, signature, Phase::Training);
        Program program = made.program;
        std::erase_if(program.results, [](const Result& result) {
            return result.name != "loss" && result.name != "logits" && result.name != "prediction";
        });
        addGradients(program);
        program = fuse(simplify(program));
        const std::string what = disagreement(*m_backend, program, sourcesOf(program, signature));
        QVERIFY2(what.empty(), what.c_str());
    }
};

QTEST_GUILESS_MAIN(TestModels)
#include "test_models.moc"
