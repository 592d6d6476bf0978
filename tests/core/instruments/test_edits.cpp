// Wires edited and frozen, gradients by other rules: what follows is known in closed form.
#include "core/instruments/common.h"
#include "core/instruments/derivatives.h"
#include "core/instruments/wires.h"
#include "tests/core/instruments/cases.h"

#include <QtTest>

#include <cmath>

using namespace cases;

namespace
{

const std::vector<std::string> all{"hidden.y", "bend.y", "output.y"};

struct Edited : Lab {
    explicit Edited(const std::vector<std::string>& edits = {}, const std::vector<std::string>& rules = {},
                    const std::string& activation = "tanh(x)")
        : Lab(shared::network("iris", 6, "cross_entropy", activation))
    {
        NetworkEdits both;
        for (const std::string& text : edits) {
            both.wires.push_back(parseWireEdit(text));
            both.wires.back().moment = now;
        }
        for (const std::string& text : rules) both.rules.push_back(parseBackwardRule(text));
        Lab::network.edit(std::move(both));
    }
};

const std::vector<int64_t> some{3, 50, 70, 120};

Arrays values(Lab& lab) { return valuesOf(lab.network, lab.now, all, some); }
Arrays gradients(Lab& lab) { return gradientsOf(lab.network, lab.now, all, some); }

bool near(const std::vector<float>& a, const std::vector<float>& b, float factor = 1)
{
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
        if (std::abs(a[i] - factor * b[i]) > 1e-6f * (1 + std::abs(b[i]))) return false;
    return true;
}

} // namespace

class TestEdits : public QObject
{
    Q_OBJECT
private slots:
    void aWireThatIsZeroLeavesTheBias()
    {
        Edited lab({"bend.y = 0"});
        const Arrays seen = values(lab);
        for (const float value : seen.at("bend.y").reals()) QCOMPARE(value, 0.f);
        const std::vector<float>& bias = lab.now.values->at("output.bias").reals();
        const std::vector<float>& output = seen.at("output.y").reals();
        for (size_t i = 0; i < output.size(); ++i) QCOMPARE(output[i], bias[i % bias.size()]);
    }

    void whatACutWireIsMadeOfIsStillLookedAt()
    {
        Edited plain, cut({"hidden.y = 0"});
        const auto wires = wiresOf(plain.network.elaboration(), "");
        QVERIFY(wiresOf(cut.network.elaboration(), "") == wires);
        // Nothing that is not finite comes through either.
        std::vector<float> bias(6, NAN);
        Arrays spoilt = *cut.now.values;
        spoilt.at("hidden.bias").reals() = bias;
        cut.now.values = std::make_shared<const Arrays>(std::move(spoilt));
        const Arrays seen = values(cut);
        for (const float value : seen.at("hidden.y").reals()) QCOMPARE(value, 0.f);
    }

    void anEdgeIsEditedOnItsWayIntoOneBlock()
    {
        Edited plain, lab({"bend.y > output = 0"});
        QVERIFY(values(lab).at("bend.y").reals() == values(plain).at("bend.y").reals());
        const std::vector<float>& bias = lab.now.values->at("output.bias").reals();
        QCOMPARE(values(lab).at("output.y").reals().front(), bias.front());
    }

    void amountsAreAddedScaledAndMixed()
    {
        Edited plain;
        const std::vector<float> before = values(plain).at("hidden.y").reals();
        Edited scaled({"hidden.y *= 2"}), added({"hidden.y += 0.5"}), mixed({"hidden.y ~ 0.25 1"});
        const std::vector<float> twice = values(scaled).at("hidden.y").reals(),
                                 more = values(added).at("hidden.y").reals(),
                                 part = values(mixed).at("hidden.y").reals();
        QVERIFY(near(twice, before, 2));
        for (size_t i = 0; i < before.size(); ++i) {
            QCOMPARE(more[i], before[i] + 0.5f);
            QVERIFY(std::abs(part[i] - (0.75f * before[i] + 0.25f)) < 1e-6f);
        }
        // What follows sees it: tanh of twice the value.
        const std::vector<float> bent = values(scaled).at("bend.y").reals();
        for (size_t i = 0; i < bent.size(); ++i) QVERIFY(std::abs(bent[i] - std::tanh(twice[i])) < 1e-6f);
    }

    void theMeanIsOfTheBatchAndResamplingMovesExamplesOn()
    {
        Edited plain, mean({"bend.y = mean"}), moved({"bend.y = resample"});
        const std::vector<float> before = values(plain).at("bend.y").reals(),
                                 middle = values(mean).at("bend.y").reals(),
                                 after = values(moved).at("bend.y").reals();
        for (size_t unit = 0; unit < 6; ++unit) {
            float sum = 0;
            for (size_t i = 0; i < 4; ++i) sum += before[6 * i + unit];
            for (size_t i = 0; i < 4; ++i) {
                QVERIFY(std::abs(middle[6 * i + unit] - sum / 4) < 1e-6f);
                QCOMPARE(after[6 * i + unit], before[6 * ((i + 1) % 4) + unit]);
            }
        }
    }

    void aFrozenWireIsThatOfTheRecordedMoment()
    {
        Edited plain, frozen({"bend.y = initial"});
        const std::vector<float> recorded = values(plain).at("bend.y").reals();
        Arrays changed = *frozen.now.values;
        for (float& value : changed.at("hidden.weight").reals()) value *= -3;
        frozen.now = {5, std::make_shared<const Arrays>(changed)};
        const Arrays seen = values(frozen);
        QVERIFY(seen.at("bend.y").reals() == recorded);
        QVERIFY(seen.at("hidden.y").reals() != values(plain).at("hidden.y").reals());
        // No gradient passes what is frozen.
        const Arrays gradient = lossGradient(frozen.network, frozen.now, some).gradient;
        QVERIFY(!gradient.contains("hidden.weight") ||
                std::ranges::all_of(gradient.at("hidden.weight").reals(), [](float g) { return g == 0; }));
        QVERIFY_EXCEPTION_THROWN(frozen.network.predict(frozen.now, inputsOf(frozen.network.data(), some)),
                                 Error);
    }

    void aWireIsFrozenToTheNearestMomentThatIsKept()
    {
        Edited plain, frozen;
        const auto shifted = [&](int64_t step, float by) {
            Arrays changed = *frozen.now.values;
            for (float& value : changed.at("hidden.bias").reals()) value += by;
            return Moment{step, std::make_shared<const Arrays>(changed)};
        };
        const Moment now = shifted(30, 3);
        frozen.network.edit({{parseWireEdit("bend.y = step 12")}, {}}, {shifted(3, 1), shifted(10, 2), now});
        const std::vector<float> expected =
            valuesOf(plain.network, shifted(10, 2), {"bend.y"}, some).at("bend.y").reals();
        QVERIFY(valuesOf(frozen.network, now, {"bend.y"}, some).at("bend.y").reals() == expected);
        frozen.network.edit({{parseWireEdit("bend.y = initial")}, {}}, {now});
        QVERIFY(valuesOf(frozen.network, now, {"bend.y"}, some).at("bend.y").reals() ==
                valuesOf(plain.network, plain.network.initial(), {"bend.y"}, some).at("bend.y").reals());
    }

    void noiseIsNormalAndTheSameAtEveryLook()
    {
        Edited plain, lab({"hidden.y += 0.5 noise"});
        std::vector<int64_t> many;
        for (int64_t i = 0; i < 120; ++i) many.push_back(i);
        const auto noise = [&](Lab& from) {
            return valuesOf(from.network, from.now, {"hidden.y"}, many).at("hidden.y").reals();
        };
        const std::vector<float> before = noise(plain), after = noise(lab);
        QVERIFY(noise(lab) == after);
        double sum = 0, squares = 0;
        for (size_t i = 0; i < before.size(); ++i) {
            const double difference = double(after[i]) - before[i];
            sum += difference;
            squares += difference * difference;
        }
        const double n = double(before.size()); // 720: three deviations of the estimates
        QVERIFY(std::abs(sum / n) < 3 * 0.5 / std::sqrt(n));
        QVERIFY(std::abs(std::sqrt(squares / n) - 0.5) < 3 * 0.5 / std::sqrt(2 * n));
        // Inputs that somebody made up are met by it, too.
        lab.network.predict(lab.now, inputsOf(lab.network.data(), some));
    }

    void whatAFormOffersIsWrittenDownAndReadAgain()
    {
        for (const EditKind& kind : editKinds()) {
            for (const char* into : {"", "output"}) {
                const WireEdit edit = editOf(kind, "bend.y", into);
                const std::string text = textOf(edit);
                const WireEdit again = parseWireEdit(text);
                QCOMPARE(kindOf(again), &kind);
                QCOMPARE(again.into, std::string(into));
                QCOMPARE(numberOf(again), numberOf(edit));
                QCOMPARE(textOf(again), text);
                Edited lab({text});
                QVERIFY(!values(lab).empty());
            }
        }
        WireEdit third = editOf(*kindOf(parseWireEdit("bend.y *= 2")), "bend.y", "");
        setNumber(third, 1.0 / 3);
        QCOMPARE(numberOf(parseWireEdit(textOf(third))), 1.0 / 3);
        for (const RuleKind& kind : ruleKinds())
            QCOMPARE(parseBackwardRule("bend " + std::string(kind.name)).rule, kind.rule);
    }

    void forwardsARuleChangesNothing_data()
    {
        QTest::addColumn<QString>("rule");
        for (const char* rule : {"through", "ratio", "half", "none"}) QTest::newRow(rule) << rule;
    }

    void forwardsARuleChangesNothing()
    {
        QFETCH(QString, rule);
        Edited plain, lab({}, {"bend " + rule.toStdString()});
        for (const std::string& wire : all)
            QVERIFY(values(lab).at(wire).reals() == values(plain).at(wire).reals());
        QCOMPARE(lossOf(lab.network, lab.now, some), lossOf(plain.network, plain.now, some));
    }

    void gradientsPassByTheRule()
    {
        Edited plain, through({}, {"bend through"}), half({}, {"bend half"}), ratio({}, {"bend ratio"});
        const Arrays own = gradients(plain), straight = gradients(through), halved = gradients(half),
                     scaled = gradients(ratio), seen = values(plain);
        QVERIFY(near(straight.at("hidden.y").reals(), own.at("bend.y").reals()));
        QVERIFY(near(halved.at("hidden.y").reals(), own.at("hidden.y").reals(), 0.5f));
        const std::vector<float>&x = seen.at("hidden.y").reals(), &y = seen.at("bend.y").reals();
        for (size_t i = 0; i < x.size(); ++i)
            QVERIFY(std::abs(scaled.at("hidden.y").reals()[i] - own.at("bend.y").reals()[i] * y[i] / x[i]) <
                    1e-6f);
    }

    /// With y/x as the activation's rule, gradient times input is what reaches each unit of the sum behind
    /// it: relevance is conserved from wire to wire (Ali et al. 2022).
    void relevanceIsConserved()
    {
        for (const char* activation : {"tanh(x)", "relu(x)", "x*sigmoid(x)"}) {
            Edited lab({}, {"bend ratio"}, activation);
            const Arrays seen = values(lab), slope = gradients(lab);
            for (size_t example = 0; example < some.size(); ++example) {
                double before = 0, behind = 0;
                for (size_t unit = 0; unit < 6; ++unit) {
                    const size_t at = 6 * example + unit;
                    before +=
                        double(seen.at("hidden.y").reals()[at]) * double(slope.at("hidden.y").reals()[at]);
                    behind += double(seen.at("bend.y").reals()[at]) * double(slope.at("bend.y").reals()[at]);
                }
                QVERIFY(std::abs(before - behind) < 1e-6 * (1 + std::abs(behind)));
            }
        }
    }

    void editsThatDoNotFitSayWhy_data()
    {
        QTest::addColumn<QString>("edit");
        QTest::addColumn<QString>("word");
        QTest::newRow("no wire") << "hiden.y = 0"
                                 << "hidden.y";
        QTest::newRow("no operator") << "hidden.y 0"
                                     << "what to do";
        QTest::newRow("half an operator") << "hidden.y + 1"
                                          << "half";
        QTest::newRow("no number") << "hidden.y = nought"
                                   << "nought";
        QTest::newRow("more than a number") << "hidden.y = 1 2"
                                            << "goes on";
        QTest::newRow("no edge") << "hidden.y > output = 0"
                                 << "does not lead";
    }

    void editsThatDoNotFitSayWhy()
    {
        QFETCH(QString, edit);
        QFETCH(QString, word);
        const Error error = errorOf([&] { Edited({edit.toStdString()}); });
        QVERIFY2(QString::fromStdString(error.text()).contains(word), error.text().c_str());
    }

    void rulesThatDoNotFitSayWhy()
    {
        QVERIFY(errorOf([] { Edited({}, {"bent through"}); }).hint.find("bend") != std::string::npos);
        QVERIFY(errorOf([] { Edited({}, {"bend sideways"}); }).hint.find("ratio") != std::string::npos);
        QVERIFY(errorOf([] { Edited({}, {"hidden through"}); }).what.find("alike") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestEdits)
#include "test_edits.moc"
