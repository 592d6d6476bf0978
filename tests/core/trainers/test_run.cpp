// A run: exact repetition, resumption, failure, edits, scores.
#include "tests/core/trainers/shared.h"

#include <QTemporaryDir>
#include <QtTest>

#include <set>

using namespace shared;

class TestRun : public QObject
{
    Q_OBJECT

private slots:
    void theSameSeedGivesTheSameBits()
    {
        const auto backend = makeBackend("cpu");
        Document document = network("digits", 16);
        Run first = runOf(document, *backend), second = runOf(document, *backend);
        QCOMPARE(losses(first, 120), losses(second, 120));
        document.train.seed = 4;
        Run other = runOf(document, *backend);
        QVERIFY(losses(other, 5) != losses(second, 5));
    }

    /// And only that of moments which nobody holds.
    void aMomentThatIsLetGoIsWrittenOver()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(network("digits", 16), *backend);
        const std::string name = "hidden.weight";
        const auto weights = [&](const Moment& moment) { return moment.values->at(name).reals().data(); };
        Moment first = run.moment();
        const Array before = run.parameter(name);
        const float* const used = weights(first);
        run.step();
        Moment second = run.moment();
        QVERIFY(weights(second) != used);
        QVERIFY(first.values->at(name) == before);
        QVERIFY(second.values->at(name) == run.parameter(name));
        first = {};
        run.step();
        const Moment third = run.moment();
        QCOMPARE(weights(third), used);
        QVERIFY(third.values->at(name) == run.parameter(name));
        QVERIFY(second.values->at(name) != run.parameter(name));
    }

    void aMomentOutlivesItsRun()
    {
        const auto backend = makeBackend("cpu");
        auto run = std::make_unique<Run>(runOf(network("digits", 16), *backend));
        const Moment moment = run->moment();
        const Array weights = run->parameter("hidden.weight");
        run.reset();
        QVERIFY(moment.values->at("hidden.weight") == weights);
    }

    void oneAndTwoThreadsGiveTheSameBits()
    {
        Document document = network("digits", 96);
        document.train.batch = 256;
        const auto one = makeBackend("cpu:1"), two = makeBackend("cpu:2");
        Run alone = runOf(document, *one), shared = runOf(document, *two);
        QCOMPARE(losses(alone, 30), losses(shared, 30));
        for (const std::string& name : alone.parameterNames())
            QVERIFY(alone.parameter(name) == shared.parameter(name));
    }

    void cpuFollowsTheReference()
    {
        const auto cpu = makeBackend("cpu"), reference = makeBackend("reference");
        for (const char* optimiser : {"sgd", "adam", "rmsprop"}) {
            Document document = network("iris", 8);
            document.train.optimiser = optimiser;
            document.train.clip = 1;
            Run fast = runOf(document, *cpu), exact = runOf(document, *reference);
            const auto a = losses(fast, 20), b = losses(exact, 20);
            for (size_t i = 0; i < a.size(); ++i) {
                QVERIFY2(std::abs(a[i] - b[i]) < 1e-4f, qPrintable(QString("%1 step %2: %3, %4")
                                                                       .arg(optimiser)
                                                                       .arg(i)
                                                                       .arg(double(a[i]))
                                                                       .arg(double(b[i]))));
            }
        }
    }

    void resettingRepeatsTheRun()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(network("digits", 16), *backend);
        const auto before = losses(run, 150);
        run.reset();
        QCOMPARE(run.steps(), int64_t(0));
        QCOMPARE(losses(run, 150), before);
    }

    void aResumedRunHasExactlyEqualLosses()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("run.safetensors").toStdString();
        const auto backend = makeBackend("cpu");
        const Document document = network("digits", 16);
        Run run = runOf(document, *backend);
        losses(run, 137); // in the middle of the second epoch
        saveCheckpoint(run.checkpoint(), path);
        const auto after = losses(run, 120);

        Run resumed = runOf(document, *backend);
        resumed.restore(loadCheckpoint(path));
        QCOMPARE(resumed.steps(), int64_t(137));
        QCOMPARE(losses(resumed, 120), after);
    }

    void aForeignCheckpointIsRefusedAndChangesNothing()
    {
        const auto backend = makeBackend("cpu");
        Run narrow = runOf(network("iris", 4), *backend), wide = runOf(network("iris", 5), *backend);
        losses(narrow, 3);
        const Array before = wide.parameter("hidden.weight");
        QVERIFY_EXCEPTION_THROWN(wide.restore(narrow.checkpoint()), Error);
        QVERIFY(wide.parameter("hidden.weight") == before);
        QCOMPARE(wide.steps(), int64_t(0));
    }

    void aLossThatIsNotFiniteNamesTheWireAndLeavesTheParameters()
    {
        for (const char* name : {"cpu", "reference"}) {
            const auto backend = makeBackend(name);
            Document document = network("iris", 6, "cross_entropy", "exp(exp(60*x*x))");
            document.train.optimiser = "momentum";
            Run run = runOf(document, *backend);
            const Checkpoint before = run.checkpoint();
            const float loss = run.step();
            QVERIFY(!std::isfinite(loss));
            QVERIFY(run.failure().has_value());
            QCOMPARE(QString::fromStdString(run.failure()->where), QString("wire bend.y"));
            QCOMPARE(run.steps(), int64_t(0));
            QVERIFY(run.checkpoint().values == before.values);
        }
    }

    void aGradientThatOverflowsUnderAFiniteLossSpoilsNothing()
    {
        for (const char* name : {"cpu", "reference"}) {
            const auto backend = makeBackend(name);
            for (const auto& [optimiser, rate] :
                 {std::pair{"sgd", "1e10"}, {"momentum", "1e10"}, {"adam", "0.001"}, {"rmsprop", "0.001"}}) {
                // The slope is 1e36: a step of sgd, or the square in adam's state, is beyond the largest
                // float.
                Document document = network("iris", 6, "cross_entropy", "sin(1e36*x)");
                document.train.optimiser = optimiser;
                document.train.rate = rate;
                Run run = runOf(document, *backend);
                QVERIFY(std::isfinite(run.step()));
                for (int i = 0; i < 4; ++i) run.step();
                for (const auto& [parameter, value] : run.checkpoint().values) {
                    if (value.type.element != Element::Real) continue;
                    for (const float number : value.reals()) {
                        QVERIFY2(std::isfinite(number),
                                 qPrintable(QString("%1, %2: %3").arg(name, optimiser, parameter.c_str())));
                    }
                }
            }
        }
    }

    void aGradientThatIsNotFiniteUnderAFiniteLossIsNamed()
    {
        for (const char* name : {"cpu", "reference"}) {
            const auto backend = makeBackend(name);
            // The sine is finite, its slope 1e36 * 1e36 is not.
            Document document = network("iris", 6, "cross_entropy", "sin(1e36*sin(1e36*x))");
            document.train.optimiser = "sgd";
            Run run = runOf(document, *backend);
            const Checkpoint before = run.checkpoint();
            QVERIFY(!std::isfinite(run.step()));
            QVERIFY(run.failure().has_value());
            QCOMPARE(QString::fromStdString(run.failure()->where), QString("gradient of hidden.weight"));
            QCOMPARE(run.steps(), int64_t(0));
            QVERIFY(run.checkpoint().values == before.values);
        }
    }

    void afterAFailureALowerRateGoesOn()
    {
        const auto backend = makeBackend("cpu");
        // One step makes the weights huge, whatever its direction; then exp overflows, whatever the sign of
        // x.
        Document document = network("iris", 6, "cross_entropy", "exp(0.01*x*x)");
        document.train.optimiser = "sgd";
        document.train.rate = "1e20";
        Run run = runOf(document, *backend);
        float loss = 0;
        for (int i = 0; i < 3 && std::isfinite(loss); ++i) loss = run.step();
        QVERIFY(!std::isfinite(loss));
        QVERIFY(run.failure().has_value());
        run.reset();
        run.setRate(0.01);
        for (int i = 0; i < 20; ++i) QVERIFY(std::isfinite(run.step()));
        QVERIFY(!run.failure());
    }

    void editingKeepsWhatFits()
    {
        const auto backend = makeBackend("cpu");
        Document document = network("digits", 16);
        Run run = runOf(document, *backend);
        losses(run, 40);
        const Array kept = run.parameter("hidden.weight");
        document.diagram.find("bend")->settings["formula"] = text("relu(x)");
        Run edited(document, run, *backend);
        QVERIFY(edited.parameter("hidden.weight") == kept);
        QCOMPARE(edited.steps(), run.steps());
        QVERIFY(edited.checkpoint().values == run.checkpoint().values);

        document.diagram.find("hidden")->settings["to"] = text("channel: 24");
        Run wider(document, run, *backend);
        QVERIFY(wider.parameter("hidden.weight").type != kept.type);
        QVERIFY(wider.parameter("output.bias") == run.parameter("output.bias"));

        document.diagram.find("hidden")->settings["to"] = text("channel: 2*(");
        QVERIFY_EXCEPTION_THROWN(Run(document, run, *backend), Error);
        QVERIFY(run.parameter("hidden.weight") == kept);
    }

    void anEpochVisitsEveryExampleOnceInAnotherOrder()
    {
        const auto backend = makeBackend("cpu");
        Document document = network("iris", 4);
        document.train.batch = 5;
        Run run = runOf(document, *backend);
        std::vector<std::vector<int64_t>> epochs;
        for (int epoch = 0; epoch < 2; ++epoch) {
            std::vector<int64_t> seen;
            for (int64_t i = 0; i < run.stepsPerEpoch(); ++i) {
                run.step();
                seen.insert(seen.end(), run.latestBatch().begin(), run.latestBatch().end());
            }
            const std::set<int64_t> distinct(seen.begin(), seen.end());
            QCOMPARE(distinct.size(), seen.size());
            QVERIFY(run.data().train.size() - seen.size() < 5);
            epochs.push_back(seen);
        }
        QVERIFY(epochs[0] != epochs[1]);
        QCOMPARE(run.epoch(), 2.0);
    }

    void evaluationIsTheExactMeanOverUnevenBatches()
    {
        // 1797 digits: a training part that no batch size divides; the mean over single examples is the
        // definition.
        const auto backend = makeBackend("cpu");
        Document document = network("digits", 8);
        Run run = runOf(document, *backend);
        losses(run, 30);
        const Score all = run.evaluate(Run::Split::Train);
        QCOMPARE(all.examples, int64_t(run.data().train.size()));
        int pauses = 0;
        QCOMPARE(run.evaluate(Run::Split::Train, 0, [&] { ++pauses; }).loss, all.loss);
        QVERIFY(pauses > 2); // somebody can be attended to in the middle
        const auto wires = run.observe({"output.y"}, run.data().train);
        const Array& logits = wires.at("output.y");
        const int64_t classes = logits.count() / all.examples;
        double loss = 0;
        int64_t right = 0;
        for (int64_t i = 0; i < all.examples; ++i) {
            const float* row = logits.reals().data() + i * classes;
            double sum = 0;
            for (int64_t k = 0; k < classes; ++k) sum += std::exp(double(row[k]));
            const int32_t label = run.data().y.integers()[size_t(run.data().train[size_t(i)])];
            loss += std::log(sum) - double(row[label]);
            right += std::max_element(row, row + classes) - row == label;
        }
        QVERIFY(std::abs(all.loss - loss / double(all.examples)) < 1e-5);
        QCOMPARE(all.accuracy, double(right) / double(all.examples));
    }

    void signsAreJudgedByAgreementAndOtherTargetsByExplainedVariance()
    {
        const auto backend = makeBackend("cpu");
        Run signs = runOf(spiral(), *backend);
        const Score untrained = signs.evaluate(Run::Split::Test);
        QVERIFY(untrained.accuracy > 0.2 && untrained.accuracy < 0.8);
        Document plane = network("plane", 8, "mse");
        plane.train.rate = "0.01";
        Run run = runOf(plane, *backend);
        losses(run, 2000);
        const Score score = run.evaluate(Run::Split::Test);
        QVERIFY2(score.accuracy > 0.9 && score.accuracy <= 1, qPrintable(QString::number(score.accuracy)));
    }

    void predictionsAreProbabilitiesForAnyNumberOfRows()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(network("iris", 6), *backend);
        std::vector<float> values;
        for (int i = 0; i < 4 * 1203; ++i) values.push_back(float(i % 7) - 3);
        const Array all = run.predict(Array::real({{"batch", 1203}, {"feature", 4}}, values));
        QCOMPARE(all.type.axes.front().size, int64_t(1203));
        for (size_t row : {size_t(0), size_t(501), size_t(1202)}) {
            const float* p = all.reals().data() + row * 3;
            QVERIFY(std::abs(p[0] + p[1] + p[2] - 1) < 1e-5f);
            const std::vector<float> one(values.begin() + ptrdiff_t(4 * row),
                                         values.begin() + ptrdiff_t(4 * row + 4));
            const Array single = run.predict(Array::real({{"batch", 1}, {"feature", 4}}, one));
            for (size_t k = 0; k < 3; ++k) QVERIFY(std::abs(single.reals()[k] - p[k]) < 1e-6f);
        }
        QVERIFY_EXCEPTION_THROWN(
            run.predict(Array::real({{"batch", 2}, {"feature", 3}}, std::vector<float>(6))), Error);
    }

    void theRateFollowsItsFormula()
    {
        const auto backend = makeBackend("cpu");
        Document document = network("iris", 4);
        document.train.rate = "0.1*min(1, (step + 1)/10)";
        Run run = runOf(document, *backend);
        QVERIFY(std::abs(run.rate() - 0.01) < 1e-7);
        losses(run, 4);
        QVERIFY(std::abs(run.rate() - 0.05) < 1e-7);
        losses(run, 20);
        QVERIFY(std::abs(run.rate() - 0.1) < 1e-7);
        run.setRate(0.25);
        QCOMPARE(run.rate(), 0.25);
        run.setRate({});
        QVERIFY(std::abs(run.rate() - 0.1) < 1e-7);
        document.train.rate = "0.1*speed";
        QVERIFY_EXCEPTION_THROWN(runOf(document, *backend), Error);
    }

    void digitsAreLearned()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(preset("digits-mlp"), *backend);
        while (run.epoch() < double(run.document().train.epochs)) QVERIFY(std::isfinite(run.step()));
        const Score test = run.evaluate(Run::Split::Test);
        QVERIFY2(test.accuracy >= 0.97, qPrintable(QString::number(test.accuracy)));
    }
};

QTEST_APPLESS_MAIN(TestRun)
#include "test_run.moc"
