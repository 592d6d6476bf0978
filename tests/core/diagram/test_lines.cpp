// Blocks that put lines of an array in order, or go along them.
#include "signatures.h"

#include "core/backend/reference/interpret.h"
#include "core/diagram/text.h"
#include "core/ops/op.h"

#include <QtTest>

#include <cmath>

using namespace core;

class LinesTest : public QObject
{
    Q_OBJECT

    const BlockLibrary library = BlockLibrary::builtIn();

    /// Numbers of the wires of a diagram over that input.
    std::map<std::string, Tensor> valuesOf(const std::string& term, const Tensor& x,
                                           std::map<std::string, Tensor> parameters = {}) const
    {
        Errors errors;
        const Diagram diagram = diagramFrom("data = data()\n" + term, library, {}, errors);
        const Elaboration made = elaborate(diagram, library, {x.type, {}, 0, 0}, Phase::Training);
        errors.insert(errors.end(), made.errors.begin(), made.errors.end());
        if (!errors.empty()) throw errors.front();
        parameters["x"] = x;
        for (const Instruction& of : made.program.code) // targets, seeds
            if (!of.op->evaluate)
                parameters.try_emplace(of.attributes.name,
                                       Tensor{of.type, std::vector<double>(size_t(of.type.count()))});
        const std::vector<Tensor> all = interpret(made.program, parameters);
        std::map<std::string, Tensor> values;
        for (const Result& result : made.program.results) values[result.name] = all[size_t(result.value)];
        return values;
    }

private slots:
    void linesAreSortedAndKnowWhereTheyWere()
    {
        const Tensor x{{Element::Real, {{"batch", 2}, {"token", 3}}}, {1, 3, 2, -5, 7, -6}};
        auto up = valuesOf("s, places = sort(data.x, over = token)\n", x),
             down = valuesOf("s, places = sort(data.x, over = token, descending = yes)\n", x);
        QCOMPARE(up["s.y"].data, (std::vector<double>{1, 2, 3, -6, -5, 7}));
        QCOMPARE(up["s.places"].data, (std::vector<double>{0, 2, 1, 2, 0, 1}));
        QCOMPARE(down["s.y"].data, (std::vector<double>{3, 2, 1, 7, -5, -6}));
        QCOMPARE(down["s.places"].data, (std::vector<double>{1, 2, 0, 1, 0, 2}));
    }

    void aLinearRecurrenceEqualsItsLoop()
    {
        const Tensor x{{Element::Real, {{"batch", 1}, {"token", 4}, {"channel", 2}}},
                       {1, -2, 0.5, 3, -1, 0.25, 2, 1}};
        const Tensor raw{{Element::Real, {{"channel", 2}}}, {0.3, -1.2}};
        for (const bool reverse : {false, true}) {
            const std::string setting = reverse ? "reverse = yes" : "reverse = no";
            auto values =
                valuesOf("r = linear_recurrence(data.x, " + setting + ")\n", x, {{"r.parameter", raw}});
            std::vector<double> expected(8), state(2);
            for (size_t i = 0; i < 4; ++i)
                for (size_t c = 0; c < 2; ++c) {
                    const size_t at = (reverse ? 3 - i : i) * 2 + c;
                    expected[at] = state[c] = state[c] / (1 + std::exp(-raw.data[c])) + x.data[at];
                }
            for (size_t i = 0; i < 8; ++i) QVERIFY(std::abs(values["r.y"].data[i] - expected[i]) < 1e-12);
        }
    }

    void aDecayMayComeByWire()
    {
        const Tensor x{{Element::Real, {{"batch", 1}, {"token", 3}}}, {0.5, 0.25, 2}};
        auto values = valuesOf("r = linear_recurrence(data.x, data.x)\n", x);
        QCOMPARE(values["r.y"].data, (std::vector<double>{0.5, 0.25 * 0.5 + 0.25, 2 * 0.375 + 2}));
    }

    void anAxisThatIsNotThereIsNamed()
    {
        const Tensor x{{Element::Real, {{"batch", 1}, {"token", 3}}}, {0.5, 0.25, 2}};
        for (const char* term :
             {"s = sort(data.x, over = row)\n", "r = linear_recurrence(data.x, data.x, over = row)\n"})
            try {
                valuesOf(term, x);
                QFAIL(term);
            } catch (const Error& error) {
                QVERIFY2(error.text().find("row") != std::string::npos, error.text().c_str());
            }
    }
};

QTEST_APPLESS_MAIN(LinesTest)
#include "test_lines.moc"
