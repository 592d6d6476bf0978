// One harness for all ops: it walks the registry and the samples of each op.
#include "core/backend/backend.h"
#include "core/ops/build.h"
#include "core/program/check.h"
#include "core/program/transform.h"
#include "tests/core/ops/cases.h"

#include <QtTest>
#include <algorithm>

using namespace core;
using cases::Case;
using cases::makeCase;

namespace
{

/// Ops whose values come from outside and the others alike, as (op, sample) rows of a Qt Test table.
void addRows(bool (*wanted)(const Op&, const Sample&))
{
    QTest::addColumn<int>("op");
    QTest::addColumn<int>("sample");
    for (size_t i = 0; i < allOps().size(); ++i) {
        const std::vector<Sample> samples = allOps()[i]->samples();
        for (size_t k = 0; k < samples.size(); ++k)
            if (wanted(*allOps()[i], samples[k]))
                QTest::addRow("%s %d", allOps()[i]->name.data(), int(k)) << int(i) << int(k);
    }
}

/// <gradient, direction> summed over the real inputs and the same by central differences of <value, weights>.
struct Slope {
    double analytic, numeric, scale;
};

double dot(const Tensor& a, const Tensor& b)
{
    double sum = 0;
    for (size_t i = 0; i < a.data.size(); ++i) sum += a.data[i] * b.data[i];
    return sum;
}

/// The slope of scalar value `of` when all real sources move along random directions.
Slope slope(Program program, ValueId of, const std::map<std::string, Tensor>& sources, uint64_t seed)
{
    draw::Generator generator{seed};
    std::vector<ValueId> by;
    std::map<std::string, Tensor> directions;
    for (const auto& [name, tensor] : sources) {
        if (tensor.type.element != Element::Real) continue;
        by.push_back(program.find("input", name));
        directions[name] = draw::tensor(generator, tensor.type, -1, 1);
    }
    const std::vector<ValueId> gradients = gradient(program, of, by);
    check(program);
    const std::vector<Tensor> values = interpret(program, sources);
    Slope result{0, 0, 1e-3};
    size_t i = 0;
    for (const auto& [name, direction] : directions) {
        const Tensor& g = values[size_t(gradients[i++])];
        result.analytic += dot(g, direction);
        for (size_t k = 0; k < g.data.size(); ++k) result.scale += std::abs(g.data[k] * direction.data[k]);
    }
    const double h = 1e-5;
    const auto moved = [&](double step) {
        std::map<std::string, Tensor> at = sources;
        for (const auto& [name, direction] : directions)
            for (size_t k = 0; k < direction.data.size(); ++k) at[name].data[k] += step * direction.data[k];
        return interpret(program, at)[size_t(of)].data[0];
    };
    result.numeric = (moved(h) - moved(-h)) / (2 * h);
    return result;
}

ValueId projected(Program& program, ValueId value, std::map<std::string, Tensor>& sources,
                  const std::string& name, draw::Generator& generator)
{
    const Type type = program.type(value);
    sources[name] = draw::tensor(generator, type, -1, 1);
    build::Axes all;
    for (const Axis& axis : type.axes) all.push_back(axis.name);
    return build::contract(program, value, build::input(program, name, type), all);
}

void compareGradients(const Op& theOp, const Sample& theSample)
{
    Case made = makeCase(theOp, theSample, 4);
    if (made.program.type(made.value).element != Element::Real) return;
    draw::Generator generator{5};
    const ValueId first = projected(made.program, made.value, made.sources, "weights", generator);
    const Slope once = slope(made.program, first, made.sources, 6);
    QVERIFY2(std::abs(once.analytic - once.numeric) <= 1e-6 * once.scale,
             qPrintable(QString("%1 against %2").arg(once.analytic).arg(once.numeric)));

    std::vector<ValueId> by;
    for (ValueId input : made.inputs)
        if (made.program.type(input).element == Element::Real) by.push_back(input);
    ValueId second = build::scalar(made.program, 0);
    size_t number = 0;
    for (ValueId g : gradient(made.program, first, by)) {
        const std::string name = std::string("second").append(std::to_string(number++));
        second = build::formula(made.program, "a + b",
                                {second, projected(made.program, g, made.sources, name, generator)});
    }
    const Slope twice = slope(made.program, second, made.sources, 7);
    QVERIFY2(std::abs(twice.analytic - twice.numeric) <= 1e-6 * twice.scale,
             qPrintable(QString("second order: %1 against %2").arg(twice.analytic).arg(twice.numeric)));
}

} // namespace

#define FETCH_ROW                                                                                            \
    QFETCH(int, op);                                                                                         \
    QFETCH(int, sample);                                                                                     \
    const Op& theOp = *allOps()[size_t(op)];                                                                 \
    const Sample theSample = theOp.samples()[size_t(sample)];

class TestOps : public QObject
{
    Q_OBJECT

private slots:
    void everyOpIsDescribedSampledAndFound()
    {
        for (const Op* op : allOps()) {
            QVERIFY2(!op->help.empty() && op->type && op->samples && !op->samples().empty(), op->name.data());
            QCOMPARE(findOp(op->name), op);
            QCOMPARE(op->kind == Op::Kind::View, op->view != nullptr);
        }
        QVERIFY(!findOp("no such op"));
    }

    void typeRuleIsTheTypeOfTheValue_data()
    {
        addRows([](const Op& op, const Sample&) { return op.evaluate != nullptr; });
    }
    void typeRuleIsTheTypeOfTheValue()
    {
        FETCH_ROW
        const Case made = makeCase(theOp, theSample, 1);
        check(made.program);
        const Tensor value = interpret(made.program, made.sources)[size_t(made.value)];
        QCOMPARE(int64_t(value.data.size()), made.program.type(made.value).count());
        for (double element : value.data) QVERIFY(std::isfinite(element));
    }

    void memoryOrderOfInputsChangesNothing_data()
    {
        addRows([](const Op& op, const Sample& sample) { return op.evaluate && !sample.inputs.empty(); });
    }
    void memoryOrderOfInputsChangesNothing()
    {
        FETCH_ROW
        const Case plain = makeCase(theOp, theSample, 2);
        const Tensor expected = interpret(plain.program, plain.sources)[size_t(plain.value)];
        Sample turned = theSample;
        for (Type& type : turned.inputs) std::reverse(type.axes.begin(), type.axes.end());
        Case other = makeCase(theOp, turned, 2);
        for (auto& [name, tensor] : other.sources)
            tensor = draw::reordered(plain.sources.at(name), tensor.type);
        const Tensor got = interpret(other.program, other.sources)[size_t(other.value)];
        QCOMPARE(got.type.axes.size(), expected.type.axes.size());
        const Tensor back = draw::reordered(got, expected.type);
        for (size_t i = 0; i < back.data.size(); ++i)
            QVERIFY(std::abs(back.data[i] - expected.data[i]) <= 1e-12 * (1 + std::abs(expected.data[i])));
    }

    void viewRuleReadsTheSameElements_data()
    {
        addRows([](const Op& op, const Sample&) { return op.view != nullptr; });
    }
    void viewRuleReadsTheSameElements()
    {
        FETCH_ROW
        const Case made = makeCase(theOp, theSample, 3);
        const Tensor value = interpret(made.program, made.sources)[size_t(made.value)];
        const Tensor& x = made.sources.at("x0");
        std::vector<int64_t> strides, index(value.type.axes.size(), 0);
        int64_t offset = 0;
        if (!theOp.view(made.program.code[size_t(made.value)], x.type, x.type.strides(), strides, offset))
            return;
        for (double element : value.data) {
            int64_t at = offset;
            for (size_t d = 0; d < index.size(); ++d) at += index[d] * strides[d];
            QVERIFY(at >= 0 && at < int64_t(x.data.size()));
            QCOMPARE(x.data[size_t(at)], element);
            for (size_t d = index.size(); d-- > 0;) {
                if (++index[d] < value.type.axes[d].size) break;
                index[d] = 0;
            }
        }
    }

    void gradientAgreesWithDifferences_data()
    {
        addRows([](const Op& op, const Sample& sample) { return op.gradient && sample.differentiable; });
    }
    void gradientAgreesWithDifferences()
    {
        FETCH_ROW
        try {
            compareGradients(theOp, theSample);
        } catch (const Error& error) {
            QFAIL(error.text().c_str());
        }
    }

    void backendsAgree_data()
    {
        QTest::addColumn<QString>("backend");
        QTest::addColumn<int>("op");
        QTest::addColumn<int>("sample");
        for (const std::string& name : backendNames())
            for (size_t i = 0; i < allOps().size(); ++i)
                for (size_t k = 0; k < allOps()[i]->samples().size(); ++k)
                    if (allOps()[i]->evaluate)
                        QTest::addRow("%s %s %d", name.c_str(), allOps()[i]->name.data(), int(k))
                            << QString::fromStdString(name) << int(i) << int(k);
    }
    void backendsAgree()
    {
        QFETCH(QString, backend);
        FETCH_ROW
        const auto machine = makeBackend(backend.toStdString());
        for (bool reversed : {false, true})
            for (bool whole : {false, true}) {
                const std::string what = cases::disagreement(*machine, theOp, theSample, reversed, whole);
                QVERIFY2(what.empty(), what.c_str());
            }
    }
};

QTEST_APPLESS_MAIN(TestOps)
#include "test_ops.moc"
