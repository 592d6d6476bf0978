// Recurrences on the vulkan backend: in one dispatch where the state fits into shared memory, else unrolled.
#include "core/ops/build.h"
#include "core/program/transform.h"
#include "tests/core/backend/vulkan/validated.h"
#include "tests/core/program/differences.h"
#include "tests/core/program/draw.h"
#include "tests/core/trainers/shared.h"

#include <QtTest>

using namespace core;
namespace b = core::build;

namespace
{

/// What a step makes of the state, of what the sequence is there, and of a constant.
using Next = ValueId (*)(Program&, ValueId state, ValueId here, ValueId constant);

struct Kind {
    const char* name;
    Type state, sequence, constant; ///< the sequence without its axis
    Next next;
};

ValueId mixed(Program& p, ValueId state, ValueId weights)
{
    return b::rename(p, b::contract(p, state, weights, {"channel"}), "out", "channel");
}

Type real(std::vector<Axis> axes) { return {Element::Real, std::move(axes)}; }

const Type weights = real({{"channel", 20}, {"out", 20}});

const Kind kinds[] = {
    {"average", real({{"channel", 20}}), real({{"batch", 3}, {"channel", 20}}), real({{"channel", 20}}),
     [](Program& p, ValueId state, ValueId here, ValueId constant) {
         return b::formula(p, "a*sigmoid(c) + b", {state, here, constant});
     }},
    {"network", real({{"batch", 3}, {"channel", 20}}), real({{"batch", 3}, {"channel", 20}}), weights,
     [](Program& p, ValueId state, ValueId here, ValueId constant) {
         return b::formula(p, "tanh(a + b)", {mixed(p, state, constant), here});
     }},
    {"softmax", real({{"batch", 3}, {"channel", 20}}), real({{"batch", 3}, {"channel", 20}}), weights,
     [](Program& p, ValueId state, ValueId here, ValueId constant) {
         const ValueId x = b::formula(p, "a + b", {mixed(p, state, constant), here});
         const ValueId e = b::formula(p, "exp(a - b)", {x, b::max(p, x, {"channel"})});
         return b::formula(p, "a/b", {e, b::sum(p, e, {"channel"})});
     }},
    {"over the batch", real({{"batch", 3}, {"channel", 20}}), real({{"batch", 3}, {"channel", 20}}),
     real({{"channel", 20}}),
     [](Program& p, ValueId state, ValueId here, ValueId constant) {
         const ValueId middle = b::mean(p, state, {"batch"});
         return b::formula(p, "tanh(a - b) + c*d", {state, middle, here, constant});
     }},
    {"halves", real({{"batch", 3}, {"channel", 20}}), real({{"batch", 3}, {"channel", 20}}),
     real({{"channel", 20}}),
     [](Program& p, ValueId state, ValueId here, ValueId constant) {
         const ValueId first = b::slice(p, state, "channel", 0, 8),
                       rest = b::slice(p, state, "channel", 8, 12);
         const ValueId turned = b::concat(p, {rest, b::formula(p, "tanh(a)", {first})}, "channel");
         return b::formula(p, "a*c + b", {turned, here, constant});
     }},
};

Program programOf(const Kind& kind, b::Direction direction)
{
    constexpr int64_t length = 5;
    Program body;
    const ValueId state = b::input(body, "carry", kind.state),
                  here = b::input(body, b::sequenceName(0), kind.sequence),
                  constant = b::input(body, b::constantName(0), kind.constant);
    body.results = {{"carry", kind.next(body, state, here, constant)}};
    Type whole = kind.sequence;
    whole.axes.insert(whole.axes.begin() + 1, {"time", length});
    Program program;
    const std::vector<ValueId> by{b::input(program, "start", kind.state), b::input(program, "x", whole),
                                  b::input(program, "w", kind.constant)};
    const ValueId states = b::scan(program, by[0], {by[1]}, {by[2]}, body, "time", length, direction);
    program.results = {{"states", states}};
    const ValueId bent = b::formula(program, "tanh(a)", {states});
    const std::vector<ValueId> gradients = gradient(program, bent, by);
    for (size_t i = 0; i < by.size(); ++i) program.results.push_back({"d" + std::to_string(i), gradients[i]});
    return program;
}

std::map<std::string, Tensor> sourcesOf(const Program& program)
{
    draw::Generator generator{5};
    std::map<std::string, Tensor> sources;
    for (const Instruction& i : program.code)
        if (i.op->name == "input") sources[i.attributes.name] = draw::tensor(generator, i.type, -0.5, 0.5);
    return sources;
}

} // namespace

class TestScan : public QObject
{
    Q_OBJECT

    std::unique_ptr<Backend> m_backend;

private slots:
    void initTestCase()
    {
        bool validates = false;
        std::string why;
        m_backend = validated::backend(validates, why);
        if (!m_backend) QSKIP(("no Vulkan here: " + why).c_str());
    }
    void cleanup() { validated::expectSilence(); }
    void cleanupTestCase() { m_backend.reset(); }

    void statesAndGradientsAgree_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("forward");
        for (size_t i = 0; i < std::size(kinds); ++i)
            for (const bool forward : {true, false})
                QTest::addRow("%s %s", kinds[i].name, forward ? "forward" : "backward") << int(i) << forward;
    }
    void statesAndGradientsAgree()
    {
        QFETCH(int, kind);
        QFETCH(bool, forward);
        const Program program =
            programOf(kinds[size_t(kind)], forward ? b::Direction::Forward : b::Direction::Backward);
        const std::string what = draw::differenceOn(*m_backend, program, sourcesOf(program));
        QVERIFY2(what.empty(), what.c_str());
    }

    /// Two recurrences, there and back, whatever the length; step by step there would be some for each of
    /// five.
    void aRecurrenceIsOneDispatch_data()
    {
        QTest::addColumn<int>("kind");
        for (size_t i = 0; i < std::size(kinds); ++i) QTest::newRow(kinds[i].name) << int(i);
    }
    void aRecurrenceIsOneDispatch()
    {
        QFETCH(int, kind);
        Program program = programOf(kinds[size_t(kind)], b::Direction::Forward);
        program.results.resize(1);
        program = prune(program);
        const auto native = m_backend->compile(program, m_backend->memory(), 1);
        const auto stepwise = m_backend->compile(unrolled(program), m_backend->memory(), 1);
        QVERIFY2(native->cost().kernels <= 3, qPrintable(QString::number(native->cost().kernels)));
        QVERIFY(stepwise->cost().kernels >= 5);
    }

    /// 3 times 40 by 80 states of 4 bytes are more than 32 KiB, and no axis can be taken apart.
    void aStateThatDoesNotFitIsUnrolled()
    {
        const Type state = real({{"batch", 3}, {"row", 40}, {"channel", 80}});
        const Kind large{"large", state, state, real({{"channel", 80}}),
                         [](Program& p, ValueId s, ValueId here, ValueId constant) {
                             const ValueId middle = b::mean(p, s, {"batch", "row", "channel"});
                             return b::formula(p, "tanh(a - b) + c*d", {s, middle, here, constant});
                         }};
        Program program = programOf(large, b::Direction::Forward);
        program.results.resize(1);
        program = prune(program);
        QVERIFY(m_backend->compile(program, m_backend->memory(), 1)->cost().kernels >= 5);
        const std::string what = draw::differenceOn(*m_backend, program, sourcesOf(program));
        QVERIFY2(what.empty(), what.c_str());
    }

    /// Rows of a picture, one after the other: the states of all of them take one dispatch each way.
    void aRecurrentNetworkTrainsAsOnTheCpu()
    {
        using shared::text;
        Document document = shared::network("digits", 8);
        document.diagram.blocks[1] = {
            "hidden", "recurrence", {{"of", text("lstm_cell")}, {"over", text("row")}}, {}, {}};
        document.diagram.wires[1].from.port = "last";
        document.train.batch = 8;
        const auto cpu = makeBackend("cpu:1");
        Run run = shared::runOf(document, *m_backend), other = shared::runOf(document, *cpu);
        for (int i = 0; i < 10; ++i) {
            const float got = run.step(), expected = other.step();
            QVERIFY2(std::abs(got - expected) < 1e-4f,
                     qPrintable(QString("step %1: %2 against %3").arg(i).arg(got).arg(expected)));
        }
        QVERIFY2(run.cost().kernels < 60, qPrintable(QString::number(run.cost().kernels)));
    }
};

QTEST_GUILESS_MAIN(TestScan)
#include "test_scan.moc"
