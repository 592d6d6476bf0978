#include "core/backend/backend.h"
#include "core/ops/build.h"
#include "core/ops/ops.h"
#include "core/program/plan.h"
#include "core/program/transform.h"
#include "tests/core/allocations.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace core;

namespace
{

Type real(std::vector<Axis> axes) { return {Element::Real, std::move(axes)}; }

ValueId linear(Program& p, ValueId x, const std::string& name, const Axis& from, const Axis& to)
{
    const std::vector<std::string> names = {"n", "u", "fan_in", "fan_out"};
    const ValueId w = build::parameter(p, name + ".w", real({from, to}),
                                       language::parseFormula("u/sqrt(fan_in)", names), from.size, to.size);
    const ValueId b = build::parameter(p, name + ".b", real({to}), language::Expression(0.1));
    return build::formula(p, "a + b", {build::contract(p, x, w, {from.name}), b});
}

/// One step of gradient descent of a network of two hidden layers on mean squared error.
Program step(int64_t batch, int64_t width)
{
    Program p;
    const ValueId x = build::input(p, "x", real({{"batch", batch}, {"in", 2}}));
    const ValueId target = build::input(p, "target", real({{"batch", batch}, {"out", 1}}));
    ValueId h = build::formula(p, "tanh(a)", {linear(p, x, "one", {"in", 2}, {"hidden", width})});
    h = build::formula(p, "tanh(a)", {linear(p, h, "two", {"hidden", width}, {"more", width})});
    const ValueId y = linear(p, h, "three", {"more", width}, {"out", 1});
    const ValueId loss = build::mean(p, build::formula(p, "(a - b)^2", {y, target}), {"batch", "out"});
    p.results = {{"loss", loss}};
    std::vector<ValueId> parameters;
    for (ValueId v = 0; v < ValueId(p.code.size()); ++v)
        if (p.code[size_t(v)].op == &ops::parameter) parameters.push_back(v);
    const std::vector<ValueId> g = gradient(p, loss, parameters);
    for (size_t i = 0; i < g.size(); ++i)
        p.updates.push_back({parameters[i], build::formula(p, "a - 0.1*b", {parameters[i], g[i]})});
    return p;
}

struct Trained {
    float loss = 0;
    std::vector<Array> parameters;
};

Trained train(const std::string& backendName, const Program& program, int steps)
{
    const std::unique_ptr<Backend> backend = makeBackend(backendName);
    const std::shared_ptr<Memory> memory = backend->memory();
    const std::unique_ptr<Executable> executable = backend->compile(program, memory, 7);
    std::mt19937 generator(3);
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (const char* name : {"x", "target"}) {
        const int input = executable->input(name);
        std::vector<float> values(size_t(executable->inputType(input).count()));
        for (float& value : values) value = uniform(generator);
        executable->upload(input, values.data());
    }
    for (int i = 0; i < steps; ++i) executable->run();
    Trained trained;
    executable->download(executable->result("loss"), &trained.loss);
    for (const std::string& name : memory->names()) trained.parameters.push_back(memory->read(name));
    return trained;
}

} // namespace

class TestCpu : public QObject
{
    Q_OBJECT

private slots:
    void trainsAsTheReferenceDoes()
    {
        for (int64_t width : {3, 8, 19}) {
            const Program program = step(10, width);
            const Trained fast = train("cpu:2", program, 20), slow = train("reference", program, 20);
            QVERIFY(std::abs(fast.loss - slow.loss) < 1e-5f * std::abs(slow.loss));
            QCOMPARE(fast.parameters.size(), slow.parameters.size());
            for (size_t i = 0; i < fast.parameters.size(); ++i)
                for (size_t e = 0; e < fast.parameters[i].reals().size(); ++e)
                    QVERIFY(std::abs(fast.parameters[i].reals()[e] - slow.parameters[i].reals()[e]) < 1e-4f);
        }
    }

    void poolingAndItsGradientAgreeWithTheReference()
    {
        Program p;
        const ValueId x = build::input(p, "x", real({{"batch", 3}, {"row", 12}, {"column", 9}, {"f", 5}}));
        ValueId w = build::window(p, build::pad(p, x, "row", 1, 1), "row", "r", "kr", 3);
        w = build::window(p, build::pad(p, w, "column", 1, 2), "column", "c", "kc", 3);
        const ValueId k = build::parameter(p, "k", real({{"kr", 3}, {"kc", 3}, {"f", 5}, {"g", 7}}),
                                           language::Expression::variable(0));
        const ValueId y = build::formula(p, "relu(a)", {build::contract(p, w, k, {"kr", "kc", "f"})});
        const ValueId pooled =
            build::max(p, build::window(p, build::window(p, y, "r", "r2", "pr", 2, 2), "c", "c2", "pc", 2, 2),
                       {"pr", "pc"});
        const std::vector<ValueId> g =
            gradient(p, build::formula(p, "a*a", {pooled}), std::vector<ValueId>{x, k});
        p.results = {{"pooled", pooled}, {"x", g[0]}, {"k", g[1]}};
        std::vector<std::vector<float>> values[2];
        for (int which : {0, 1}) {
            const std::unique_ptr<Backend> backend = makeBackend(which ? "reference" : "cpu:2");
            const std::unique_ptr<Executable> executable = backend->compile(p, backend->memory(), 1);
            std::mt19937 generator(5);
            std::vector<float> elements(size_t(executable->inputType(executable->input("x")).count()));
            for (float& element : elements) element = float(generator() % 1000) / 500 - 1;
            executable->upload(executable->input("x"), elements.data());
            executable->run();
            for (const char* name : {"pooled", "x", "k"}) {
                const int result = executable->result(name);
                values[which].emplace_back(size_t(executable->resultType(result).count()));
                executable->download(result, values[which].back().data());
            }
        }
        for (size_t i = 0; i < values[0].size(); ++i)
            for (size_t e = 0; e < values[0][i].size(); ++e)
                QVERIFY(std::abs(values[0][i][e] - values[1][i][e]) <
                        1e-4f * (1 + std::abs(values[1][i][e])));
    }

    void sameBitsForAnyNumberOfThreads()
    {
        const Program program = step(3000, 40); // large enough to be divided
        const Trained one = train("cpu:1", program, 5);
        for (const char* name : {"cpu:2", "cpu:3"}) {
            const Trained more = train(name, program, 5);
            QCOMPARE(more.loss, one.loss);
            QVERIFY(more.parameters == one.parameters);
        }
    }

    void aStepAllocatesNothing()
    {
        const std::unique_ptr<Backend> backend = makeBackend("cpu:2");
        for (const Program& program : {step(10, 8), step(3000, 40)}) {
            const std::unique_ptr<Executable> executable = backend->compile(program, backend->memory(), 1);
            executable->run();
            const int64_t before = allocations;
            for (int i = 0; i < 10; ++i) executable->run();
            QCOMPARE(allocations - before, int64_t(0));
        }
        const int64_t before = allocations;
        operator delete(operator new(8));
        QCOMPARE(allocations - before, int64_t(1)); // the counter counts
    }

    void updatesOfAllParametersAreOneKernel()
    {
        const Program program = step(10, 5);
        const std::unique_ptr<Backend> backend = makeBackend("cpu:1");
        const auto kernels = [&](const std::shared_ptr<Memory>& memory) {
            return backend->compile(program, memory, 7)->cost().kernels;
        };
        const int64_t planned = int64_t(makePlan(program).kernels.size()), parameters = 6;
        QCOMPARE(kernels(backend->memory()), planned - (parameters - 1));
        // Where they lie in another order in memory, each is updated by itself.
        Program reverse;
        for (size_t i = program.code.size(); i-- > 0;)
            if (program.code[i].op == &ops::parameter)
                reverse.results.push_back({program.code[i].attributes.name,
                                           reverse.add(ops::parameter, {}, program.code[i].attributes)});
        const std::shared_ptr<Memory> memory = backend->memory();
        backend->compile(reverse, memory, 7);
        QCOMPARE(kernels(memory), planned);
    }

    void updatesHappenTogether()
    {
        // Fibonacci by two states, and a result that is the value before the update.
        Program p;
        const ValueId a = build::state(p, "a", real({}), language::Expression(1.0));
        const ValueId b = build::state(p, "b", real({}), language::Expression(1.0));
        p.results = {{"before", a}};
        p.updates = {{a, b}, {b, build::formula(p, "a + b", {a, b})}};
        const std::unique_ptr<Backend> backend = makeBackend("cpu:1");
        const std::shared_ptr<Memory> memory = backend->memory();
        const std::unique_ptr<Executable> executable = backend->compile(p, memory, 1);
        const float before[] = {1, 1, 2, 3, 5, 8};
        for (float expected : before) {
            executable->run();
            float value = 0;
            executable->download(executable->result("before"), &value);
            QCOMPARE(value, expected);
        }
        QCOMPARE(memory->read("b").reals()[0], 21.0f);
    }

    void swappedStatesSwap()
    {
        Program p;
        const Type type = real({{"i", 20}});
        const ValueId a = build::state(p, "a", type, language::Expression(1.0));
        const ValueId b = build::state(p, "b", type, language::Expression(2.0));
        p.updates = {{a, b}, {b, a}};
        const std::unique_ptr<Backend> backend = makeBackend("cpu:1");
        const std::shared_ptr<Memory> memory = backend->memory();
        backend->compile(p, memory, 1)->run();
        QCOMPARE(memory->read("a").reals(), std::vector<float>(20, 2.0f));
        QCOMPARE(memory->read("b").reals(), std::vector<float>(20, 1.0f));
    }

    void softmaxIsOneKernel()
    {
        Program p;
        const ValueId x = build::input(p, "x", real({{"batch", 37}, {"class", 53}}));
        const ValueId e = build::formula(p, "exp(a - b)", {x, build::max(p, x, {"class"})});
        p.results = {{"y", build::formula(p, "a/b", {e, build::sum(p, e, {"class"})})}};
        QCOMPARE(makePlan(p).kernels.size(), size_t(1));
    }

    void arenaReusesWhatIsDead()
    {
        // A chain of ten contractions needs room for two arrays at a time, not for ten.
        Program p;
        ValueId x = build::input(p, "x", real({{"i", 64}, {"j", 64}}));
        const ValueId w = build::input(p, "w", real({{"j", 64}, {"k", 64}}));
        for (int i = 0; i < 10; ++i) x = build::rename(p, build::contract(p, x, w, {"j"}), "k", "j");
        p.results = {{"y", x}};
        const Plan plan = makePlan(p);
        QCOMPARE(plan.kernels.size(), size_t(10));
        QCOMPARE(plan.arenaBytes, int64_t(2 * 64 * 64 * 4));
    }

    void refusesThreadsThatAreNoNumber()
    {
        for (const char* name : {"cpu:0", "cpu:two", "cpu:-1", "cpu:2x"})
            QVERIFY_EXCEPTION_THROWN(makeBackend(name), Error);
    }
};

QTEST_APPLESS_MAIN(TestCpu)
#include "test_cpu.moc"
