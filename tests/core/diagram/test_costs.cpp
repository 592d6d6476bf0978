// Costs against what the engine counts on the plan that it runs.
#include "signatures.h"

#include "core/data/dataset.h"
#include "core/diagram/costs.h"
#include "core/ops/op.h"
#include "core/program/analysis.h"
#include "core/program/plan.h"
#include "core/program/transform.h"
#include "core/trainers/run.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace core;

class CostsTest : public QObject
{
    Q_OBJECT

    const BlockLibrary library = BlockLibrary::builtIn();

    /// What instructions of a kind cost, bodies of scans with them.
    static double flopsOf(const Program& program, Op::Kind kind)
    {
        double sum = 0;
        for (size_t i = 0; i < program.code.size(); ++i) {
            const Instruction& of = program.code[i];
            if (of.op->kind == kind) sum += flops(program, ValueId(i));
            if (!of.op->body) continue;
            std::vector<Type> types;
            for (const ValueId input : of.inputs) types.push_back(program.type(input));
            const auto [body, times] = of.op->body(types, of.attributes);
            sum += double(times) * flopsOf(body, kind);
        }
        return sum;
    }

    static double sumOf(const Program& program)
    {
        double sum = 0;
        for (size_t i = 0; i < program.code.size(); ++i) sum += flops(program, ValueId(i));
        return sum;
    }

    static double contractionsOf(const Plan& plan)
    {
        double sum = 0;
        for (const PlanKernel& kernel : plan.kernels)
            if (kernel.kind == PlanKernel::Kind::Contraction) {
                double work = 2;
                for (const Axis& axis : kernel.axes) work *= double(axis.size);
                sum += work;
            }
        return sum;
    }

    static double atTop(const Program& program, Op::Kind kind)
    {
        double sum = 0;
        for (size_t i = 0; i < program.code.size(); ++i)
            if (program.code[i].op->kind == kind) sum += flops(program, ValueId(i));
        return sum;
    }

private slots:
    /// What is counted here and what runs differ by rule: contractions are the same to the last operation. A
    /// formula that is merged into its only reader is done for each element of the reader, so the plan counts
    /// a little more; one that is taken to the smaller side of a window or a loop, a little less.
    void columnsCostWhatThePlanCounts()
    {
        for (const std::string& name : presetNames()) {
            const Document document = preset(name);
            const Elaboration made =
                elaborate(document.diagram, library, test::signatureOf(document), Phase::Training);
            const BlockCost cost = totalCost(made);
            QVERIFY2(cost.flops == sumOf(made.program), name.c_str());
            const Plan plan = makePlan(made.program);
            const Program simple = simplify(made.program); // takes out of loops what is the same at each step
            QVERIFY2(flopsOf(simple, Op::Kind::Contraction) == flopsOf(made.program, Op::Kind::Contraction),
                     name.c_str());
            QVERIFY2(contractionsOf(plan) == atTop(simple, Op::Kind::Contraction), name.c_str());
            const double difference = std::abs(double(plan.flops) - cost.flops) / cost.flops;
            QVERIFY2(difference < 0.011, (name + ": " + std::to_string(difference)).c_str());
        }
    }

    /// The arena holds arrays only as long as they are read, and none of what is merged. Of a loop the
    /// columns count what comes out of it; what its steps need, and what is done for all of them at once, is
    /// in the arena only.
    void theArenaIsNoLargerThanAllArraysTogether()
    {
        for (const std::string& name : presetNames()) {
            const Document document = preset(name);
            const Elaboration made =
                elaborate(document.diagram, library, test::signatureOf(document), Phase::Training);
            if (std::any_of(made.program.code.begin(), made.program.code.end(),
                            [](const Instruction& of) { return of.op->body != nullptr; }))
                continue;
            Program program = made.program; // arrays of wires that nobody asks for need not stay
            std::erase_if(program.results, [](const Result& result) { return result.name != "loss"; });
            const double arena = double(makePlan(program).arenaBytes), all = totalCost(made).bytes;
            QVERIFY2(arena <= all, (name + ": " + std::to_string(arena / all)).c_str());
        }
    }

    void sumsAreFactored()
    {
        using diagram::Polynomial;
        const auto text = [](const char* sum) { return factored(Polynomial::parsed(sum)); };
        QCOMPARE(text("256*batch*d^2 + 1104*batch*d + 3136*batch"),
                 std::string("batch*(256*d^2 + 1104*d + 3136)"));
        QCOMPARE(text("2*d*e + d*e + d^2*e"), std::string("d*e*(d + 3)"));
        QCOMPARE(text("d + 1"), std::string("d + 1"));
        QCOMPARE(text("4*d"), std::string("4*d"));
        QCOMPARE(text("d/e + d"), std::string("d*(1 + 1/e)"));
        // It says the same.
        for (const char* sum : {"a*b*c + a^2*c - 3*a*c", "floor(a/2)*b + 2*floor(a/2)", "a - a*b"})
            QVERIFY(Polynomial::parsed(text(sum)) == Polynomial::parsed(sum));
    }
};

QTEST_APPLESS_MAIN(CostsTest)
#include "test_costs.moc"
