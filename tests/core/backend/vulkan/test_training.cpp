// What training is made of, on a device: gradients of gradients of every op, every optimiser, random streams.
#include "core/program/transform.h"
#include "core/trainers/optimiser.h"
#include "tests/core/backend/vulkan/validated.h"
#include "tests/core/ops/cases.h"
#include "tests/core/program/differences.h"
#include "tests/core/trainers/shared.h"

#include <QtTest>

using namespace core;

namespace
{

/// Half the sum of all squares.
ValueId energy(Program& program, const std::vector<ValueId>& values)
{
    ValueId total = build::scalar(program, 0);
    for (const ValueId value : values) {
        if (value < 0) continue;
        build::Axes all;
        for (const Axis& axis : program.type(value).axes) all.push_back(axis.name);
        const ValueId square = build::formula(program, "a*a/2", {value});
        total = build::formula(program, "a + b",
                               {total, all.empty() ? square : build::sum(program, square, all)});
    }
    return total;
}

/// The first sample that a derivative can be taken of; -1: there is none.
int differentiable(const Op& op)
{
    const std::vector<Sample> samples = op.samples();
    for (size_t k = 0; op.gradient && k < samples.size(); ++k)
        if (samples[k].differentiable &&
            op.type(samples[k].inputs, samples[k].attributes).element == Element::Real)
            return int(k);
    return -1;
}

} // namespace

class TestTraining : public QObject
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
        if (!validates) qInfo("no validation layer: %s", why.c_str());
    }
    void cleanup() { validated::expectSilence(); }
    void cleanupTestCase() { m_backend.reset(); }

    void gradientsOfGradientsAgree_data()
    {
        QTest::addColumn<int>("op");
        for (size_t i = 0; i < allOps().size(); ++i)
            if (differentiable(*allOps()[i]) >= 0) QTest::newRow(allOps()[i]->name.data()) << int(i);
    }
    void gradientsOfGradientsAgree()
    {
        QFETCH(int, op);
        const Op& theOp = *allOps()[size_t(op)];
        cases::Case made = cases::makeCase(theOp, theOp.samples()[size_t(differentiable(theOp))], 5);
        Program& program = made.program;
        std::vector<ValueId> by;
        for (const ValueId input : made.inputs)
            if (program.type(input).element == Element::Real) by.push_back(input);
        const auto derive = [&](ValueId of, const char* name) {
            const std::vector<ValueId> gradients = gradient(program, of, by);
            for (size_t i = 0; i < gradients.size(); ++i)
                program.results.push_back({name + std::to_string(i), gradients[i]});
            return gradients;
        };
        derive(energy(program, derive(energy(program, {made.value}), "first")), "second");
        const std::string what = draw::differenceOn(*m_backend, program, made.sources);
        QVERIFY2(what.empty(), what.c_str());
    }

    void everyOptimiserTrainsAsOnTheCpu_data()
    {
        QTest::addColumn<QString>("optimiser");
        for (const OptimiserDeclaration& one : optimisers())
            QTest::newRow(one.name.c_str()) << QString::fromStdString(one.name);
    }
    void everyOptimiserTrainsAsOnTheCpu()
    {
        QFETCH(QString, optimiser);
        Document document = shared::network("digits", 8);
        document.train.optimiser = optimiser.toStdString();
        document.train.rate = "0.01";
        document.train.batch = 0; // all of them, so that every step is one down
        const auto cpu = makeBackend("cpu:1");
        Run run = shared::runOf(document, *m_backend), other = shared::runOf(document, *cpu);
        const std::vector<float> losses = shared::losses(run, 10), expected = shared::losses(other, 10);
        for (size_t i = 0; i < losses.size(); ++i)
            QVERIFY2(std::abs(losses[i] - expected[i]) < 1e-3f,
                     qPrintable(QString("step %1: %2 against %3").arg(i).arg(losses[i]).arg(expected[i])));
        QVERIFY(losses.back() < losses.front());
    }

    void randomStreamsHaveTheBitsOfTheCpu()
    {
        const auto cpu = makeBackend("cpu:1");
        Sample sample = findOp("random")->samples()[0];
        sample.attributes.type = {Element::Real, {{"a", 37}, {"b", 41}}};
        for (const uint64_t seed : {1, 2, 3}) {
            cases::Case made = cases::makeCase(*findOp("random"), sample, seed);
            made.program.results = {{"y", made.value}};
            const std::vector<float> got = cases::run(*m_backend, made.program, made.sources);
            QVERIFY(got[0] != got[1]);
            QVERIFY(got == cases::run(*cpu, made.program, made.sources));
        }
    }
};

QTEST_GUILESS_MAIN(TestTraining)
#include "test_training.moc"
