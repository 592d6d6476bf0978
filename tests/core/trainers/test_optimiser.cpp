// Optimisers against loops that follow the documentation of torch.optim line by line.
#include "core/backend/reference/reference.h"
#include "core/ops/build.h"
#include "core/trainers/optimiser.h"

#include <QtTest>

#include <cmath>
#include <functional>
#include <random>

using namespace core;

namespace
{

constexpr int size = 5, steps = 20;
constexpr double rate = 0.1;

Setting number(double value) { return {Setting::Kind::Number, value, {}, false}; }
Setting on() { return {Setting::Kind::Switch, 0, {}, true}; }

struct State {
    double p = 0, m = 0, v = 0, a = 0;
};
using Loop = std::function<void(State&, double g, int t)>;

double gradientAt(int step, int element) { return std::sin(1.7 * step + element) + 0.3 * element - 0.5; }

std::vector<double> byLoop(const Loop& loop, std::vector<float> parameters)
{
    std::vector<double> result;
    for (int i = 0; i < size; ++i) {
        State state{double(parameters[size_t(i)])};
        for (int step = 0; step < steps; ++step) loop(state, gradientAt(step, i), step + 1);
        result.push_back(state.p);
    }
    return result;
}

struct Trained {
    std::vector<float> before, after;
    std::vector<std::string> names;
};

Trained byProgram(const std::string& optimiser, const std::map<std::string, Setting>& overrides)
{
    const Type type{Element::Real, {{"element", size}}};
    Program program;
    const ValueId w = build::parameter(program, "w", type, language::Expression::variable(0));
    const ValueId g = build::input(program, "g", type);
    const ValueId lr = build::input(program, "rate", Type{});
    const ValueId t = build::input(program, "t", Type{});
    const OptimiserDeclaration& declaration = findOptimiser(optimiser);
    appendOptimiser(program, declaration, optimiserSettings(declaration, overrides), {&w, 1}, {&g, 1}, lr, t);
    program.results = {{"t", t}};

    const auto backend = makeReference("");
    const auto memory = backend->memory();
    const auto executable = backend->compile(program, memory, 7);
    Trained trained{memory->read("w").reals(), {}, memory->names()};
    for (int step = 0; step < steps; ++step) {
        std::vector<float> gradients;
        for (int i = 0; i < size; ++i) gradients.push_back(float(gradientAt(step, i)));
        const float r = float(rate), time = float(step + 1);
        executable->upload(executable->input("g"), gradients.data());
        executable->upload(executable->input("rate"), &r);
        if (executable->input("t") >= 0) executable->upload(executable->input("t"), &time);
        executable->run();
    }
    trained.after = memory->read("w").reals();
    return trained;
}

} // namespace

class TestOptimiser : public QObject
{
    Q_OBJECT

private slots:
    void everyOptimiserFollowsTorch_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("row");
        const auto rows = cases();
        for (int i = 0; i < int(rows.size()); ++i) {
            QTest::newRow(rows[size_t(i)].label) << QString(rows[size_t(i)].name) << i;
        }
    }

    void everyOptimiserFollowsTorch()
    {
        QFETCH(QString, name);
        QFETCH(int, row);
        const auto rows = cases();
        const Case& testCase = rows[size_t(row)];
        const Trained trained = byProgram(name.toStdString(), testCase.settings);
        const std::vector<double> expected = byLoop(testCase.loop, trained.before);
        for (int i = 0; i < size; ++i) {
            QVERIFY2(std::abs(double(trained.after[size_t(i)]) - expected[size_t(i)]) < 2e-6,
                     qPrintable(QString("%1: %2 expected %3")
                                    .arg(i)
                                    .arg(double(trained.after[size_t(i)]), 0, 'g', 9)
                                    .arg(expected[size_t(i)], 0, 'g', 9)));
            QVERIFY(trained.after[size_t(i)] != trained.before[size_t(i)]);
        }
    }

    void statesThatNoStatementSetsAreNotKept()
    {
        QCOMPARE(byProgram("rmsprop", {}).names, (std::vector<std::string>{"w", "w/v"}));
        QCOMPARE(byProgram("sgd", {}).names, (std::vector<std::string>{"w"}));
        QCOMPARE(int(byProgram("rmsprop", {{"momentum", number(0.5)}, {"centred", on()}}).names.size()), 4);
    }

    void wrongSettingsAreErrorsThatNameThem()
    {
        const OptimiserDeclaration& adam = findOptimiser("adam");
        try {
            optimiserSettings(adam, {{"b1", number(1.5)}});
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(error.what.find("b1 is 1.5") != std::string::npos);
        }
        try {
            optimiserSettings(adam, {{"beta", number(0.5)}});
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(error.what.find("beta") != std::string::npos);
            QVERIFY(error.hint.find("b1, b2, eps, weight_decay") != std::string::npos);
        }
        try {
            findOptimiser("lion");
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(error.hint.find("adamw") != std::string::npos);
        }
    }

    void clippingScalesAllGradientsByTheirJointNorm()
    {
        // |(3, 4, 12)| = 13: torch.nn.utils.clip_grad_norm_ scales by most / (norm + 1e-6) where that is
        // below 1.
        for (const double most : {1.0, 13.5}) {
            Program program;
            std::vector<ValueId> gradients{build::constant(program, {Element::Real, {{"a", 2}}}, {3, 4}),
                                           build::constant(program, {Element::Real, {{"b", 1}}}, {12})};
            const ValueId norm = clipByGlobalNorm(program, gradients, most);
            program.results = {{"norm", norm}, {"a", gradients[0]}, {"b", gradients[1]}};
            const auto backend = makeReference("");
            const auto executable = backend->compile(program, backend->memory(), 0);
            executable->run();
            float length = 0, a[2] = {}, b = 0;
            executable->download(executable->result("norm"), &length);
            executable->download(executable->result("a"), a);
            executable->download(executable->result("b"), &b);
            const double factor = std::min(1.0, most / (13 + 1e-6));
            QCOMPARE(length, 13.0f);
            QCOMPARE(a[0], float(3 * factor));
            QCOMPARE(a[1], float(4 * factor));
            QCOMPARE(b, float(12 * factor));
        }
    }

private:
    struct Case {
        const char *label, *name;
        std::map<std::string, Setting> settings;
        Loop loop;
    };

    static std::vector<Case> cases()
    {
        const auto adam = [](State& s, double g, int t, double b1, double b2, double eps) {
            s.m = b1 * s.m + (1 - b1) * g;
            s.v = b2 * s.v + (1 - b2) * g * g;
            const double correction1 = 1 - std::pow(b1, t), correction2 = 1 - std::pow(b2, t);
            s.p -= rate / correction1 * s.m / (std::sqrt(s.v) / std::sqrt(correction2) + eps);
        };
        return {
            {"sgd", "sgd", {}, [](State& s, double g, int) { s.p -= rate * g; }},
            {"sgd with decay",
             "sgd",
             {{"weight_decay", number(0.1)}},
             [](State& s, double g, int) { s.p -= rate * (g + 0.1 * s.p); }},
            {"momentum",
             "momentum",
             {},
             [](State& s, double g, int) {
                 s.m = 0.9 * s.m + g;
                 s.p -= rate * s.m;
             }},
            {"momentum with dampening and decay",
             "momentum",
             {{"momentum", number(0.8)}, {"dampening", number(0.3)}, {"weight_decay", number(0.05)}},
             [](State& s, double g, int t) {
                 g += 0.05 * s.p;
                 s.m = t == 1 ? g : 0.8 * s.m + (1 - 0.3) * g;
                 s.p -= rate * s.m;
             }},
            {"nesterov",
             "nesterov",
             {{"weight_decay", number(0.05)}},
             [](State& s, double g, int) {
                 g += 0.05 * s.p;
                 s.m = 0.9 * s.m + g;
                 s.p -= rate * (g + 0.9 * s.m);
             }},
            {"adam", "adam", {}, [=](State& s, double g, int t) { adam(s, g, t, 0.9, 0.999, 1e-8); }},
            {"adam with decay",
             "adam",
             {{"weight_decay", number(0.1)},
              {"b1", number(0.7)},
              {"b2", number(0.95)},
              {"eps", number(0.01)}},
             [=](State& s, double g, int t) { adam(s, g + 0.1 * s.p, t, 0.7, 0.95, 0.01); }},
            {"adamw",
             "adamw",
             {},
             [=](State& s, double g, int t) {
                 s.p *= 1 - rate * 0.01;
                 adam(s, g, t, 0.9, 0.999, 1e-8);
             }},
            {"rmsprop",
             "rmsprop",
             {},
             [](State& s, double g, int) {
                 s.v = 0.99 * s.v + 0.01 * g * g;
                 s.p -= rate * g / (std::sqrt(s.v) + 1e-8);
             }},
            {"rmsprop, centred, with momentum",
             "rmsprop",
             {{"centred", on()},
              {"momentum", number(0.6)},
              {"weight_decay", number(0.02)},
              {"alpha", number(0.9)}},
             [](State& s, double g, int) {
                 g += 0.02 * s.p;
                 s.v = 0.9 * s.v + 0.1 * g * g;
                 s.a = 0.9 * s.a + 0.1 * g;
                 s.m = 0.6 * s.m + g / (std::sqrt(s.v - s.a * s.a) + 1e-8);
                 s.p -= rate * s.m;
             }},
        };
    }
};

QTEST_APPLESS_MAIN(TestOptimiser)
#include "test_optimiser.moc"
