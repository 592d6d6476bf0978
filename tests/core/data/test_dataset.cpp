#include "core/data/dataset.h"
#include "core/error.h"

#include <QtTest>

#include <algorithm>
#include <numeric>
#include <set>

using namespace core;

namespace
{

DataChoice choose(const std::string& name) { return {.name = name}; }

Setting number(double value) { return {Setting::Kind::Number, value, "", false}; }
Setting text(const std::string& value) { return {Setting::Kind::Text, 0, value, false}; }

std::vector<double> columnMeans(const Dataset& set)
{
    const size_t n = size_t(set.x.count() / set.examples());
    std::vector<double> means(n);
    for (size_t i = 0; i < set.x.reals().size(); ++i)
        means[i % n] += set.x.reals()[i] / double(set.examples());
    return means;
}

std::string errorOf(const DataChoice& choice)
{
    try {
        loadDataset(choice);
    } catch (const Error& error) {
        return error.text();
    }
    return "";
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class TestDataset : public QObject
{
    Q_OBJECT

private slots:
    /// Class counts as scikit-learn 1.2.1 gives them: numpy.bincount(load_digits().target).
    void digitsAreTheKnownOnes()
    {
        const Dataset set = loadDataset(choose("digits"));
        QCOMPARE(set.x.type.text(), std::string("real[example=1797, row=8, column=8, colour=1]"));
        QCOMPARE(set.classes(), int64_t(10));
        std::vector<int> counts(10);
        for (const int32_t label : set.y.integers()) ++counts[size_t(label)];
        QCOMPARE(counts, (std::vector{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}));
        const std::vector<float> firstRows{0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0};
        QVERIFY(std::equal(firstRows.begin(), firstRows.end(), set.x.reals().begin()));
        QCOMPARE(*std::max_element(set.x.reals().begin(), set.x.reals().end()), 16.f);
        QCOMPARE(std::accumulate(set.x.reals().begin(), set.x.reals().end(), 0.), 561718.);
    }

    /// Means of the columns of scikit-learn 1.2.1's load_iris, load_wine, load_breast_cancer and
    /// load_diabetes(scaled=False); class counts of its descriptions.
    void tablesHaveTheKnownMeans()
    {
        const Dataset iris = loadDataset(choose("iris"));
        QCOMPARE(iris.x.type.text(), std::string("real[example=150, feature=4]"));
        QCOMPARE(iris.classNames, (std::vector<std::string>{"setosa", "versicolor", "virginica"}));
        const std::vector<double> known{5.843333, 3.057333, 3.758, 1.199333}, means = columnMeans(iris);
        for (size_t i = 0; i < 4; ++i) QVERIFY(std::abs(means[i] - known[i]) < 1e-5);

        const Dataset wine = loadDataset(choose("wine"));
        QCOMPARE(wine.x.type.text(), std::string("real[example=178, feature=13]"));
        QVERIFY(std::abs(columnMeans(wine)[12] - 746.893258) < 1e-3);

        const Dataset cancer = loadDataset(choose("breast-cancer"));
        QCOMPARE(cancer.x.type.text(), std::string("real[example=569, feature=30]"));
        QCOMPARE(std::count(cancer.y.integers().begin(), cancer.y.integers().end(), 0), 357); // benign
        QCOMPARE(cancer.classNames[0], std::string("benign"));
        QVERIFY(std::abs(columnMeans(cancer)[0] - 14.127292) < 1e-4);

        const Dataset diabetes = loadDataset(choose("diabetes"));
        QCOMPARE(diabetes.task, Task::Regression);
        QCOMPARE(diabetes.classes(), int64_t(0));
        QCOMPARE(diabetes.y.type.text(), std::string("real[example=442]"));
        QVERIFY(std::abs(std::accumulate(diabetes.y.reals().begin(), diabetes.y.reals().end(), 0.) / 442 -
                         152.133484) < 1e-4);
    }

    void splitsPartTheExamplesBySeed()
    {
        DataChoice choice = choose("digits");
        choice.validation = 0.25;
        const Dataset set = loadDataset(choice);
        QCOMPARE(set.test.size(), size_t(359));       // 0.2 of 1797
        QCOMPARE(set.validation.size(), size_t(360)); // 0.25 of 1438, half away from zero
        std::set<int64_t> seen;
        for (const auto* part : {&set.train, &set.validation, &set.test})
            seen.insert(part->begin(), part->end());
        QCOMPARE(seen.size(), size_t(1797));
        QCOMPARE(*seen.rbegin(), int64_t(1796));
        QCOMPARE(loadDataset(choice).train, set.train);
        choice.splitSeed = 1;
        QVERIFY(loadDataset(choice).train != set.train);
    }

    void normalisationIsMeasuredOnTheTrainingPartAndReversible()
    {
        const Dataset raw = loadDataset(choose("wine"));
        for (const char* kind : {"unit", "standard"}) {
            DataChoice choice = choose("wine");
            choice.normalise = kind;
            const Dataset set = loadDataset(choice);
            QCOMPARE(set.normalisation.shift.size(), size_t(13));
            for (size_t k = 0; k < 13; ++k) {
                double sum = 0, square = 0, low = 1e9, high = -1e9;
                for (const int64_t i : set.train) {
                    const double value = set.x.reals()[size_t(i) * 13 + k];
                    sum += value, square += value * value, low = std::min(low, value),
                                                           high = std::max(high, value);
                }
                const double n = double(set.train.size());
                if (set.normalisation.kind == "unit") {
                    QCOMPARE(low, 0.);
                    QCOMPARE(high, 1.);
                } else {
                    QVERIFY(std::abs(sum / n) < 1e-4);
                    QVERIFY(std::abs(square / n - 1) < 1e-4);
                }
            }
            std::vector<float> row(set.x.reals().begin() + 13, set.x.reals().begin() + 26);
            set.normalisation.undo(row);
            for (size_t k = 0; k < 13; ++k) QVERIFY(std::abs(row[k] / raw.x.reals()[13 + k] - 1) < 1e-5);
        }
    }

    void imagesAreNormalisedAsOne()
    {
        DataChoice choice = choose("digits");
        choice.normalise = "unit";
        const Dataset set = loadDataset(choice);
        QCOMPARE(set.normalisation.shift, std::vector<float>{0});
        QCOMPARE(set.normalisation.scale, std::vector<float>{16});
        QCOMPARE(set.x.reals()[2], 5.f / 16);
        choice.normalise = "standard";
        QCOMPARE(loadDataset(choice).normalisation.scale.size(), size_t(1));
    }

    void realTargetsAreNormalisedToo()
    {
        DataChoice choice = choose("diabetes");
        choice.normalise = "standard";
        const Dataset set = loadDataset(choice);
        std::vector<float> target{set.y.reals()[0]};
        set.targetNormalisation.undo(target);
        QVERIFY(std::abs(target[0] - 151) < 1e-3);
        choice.name = "spiral";
        QCOMPARE(loadDataset(choice).targetNormalisation.kind, std::string("none"));
    }

    void aBatchHoldsTheChosenExamples()
    {
        const Dataset set = loadDataset(choose("digits"));
        const DataSignature signature = set.signature(3);
        QCOMPARE(signature.x.text(), std::string("real[batch=3, row=8, column=8, colour=1]"));
        QCOMPARE(signature.y.text(), std::string("integer[batch=3]"));
        QCOMPARE(signature.classes, int64_t(10));
        std::vector<float> x(3 * 64);
        std::vector<int32_t> y(3);
        const std::vector<int64_t> indices{5, 0, 1796};
        fillBatch(set, indices, x.data(), y.data());
        for (size_t i = 0; i < 3; ++i) {
            QCOMPARE(y[i], set.y.integers()[size_t(indices[i])]);
            QVERIFY(std::equal(x.begin() + long(i) * 64, x.begin() + long(i + 1) * 64,
                               set.x.reals().begin() + indices[i] * 64));
        }
    }

    void twoClassGeneratorsHaveSignsOrClasses()
    {
        for (const char* name : {"xor", "circles", "moons", "spiral", "gaussian"}) {
            DataChoice choice = choose(name);
            const Dataset signs = loadDataset(choice);
            QVERIFY(signs.signs());
            QCOMPARE(signs.y.type.text(), std::string("real[example=500]"));
            QCOMPARE(signs.test.size(), size_t(250));
            choice.settings["targets"] = text("classes");
            const Dataset classes = loadDataset(choice);
            QCOMPARE(classes.classes(), int64_t(2));
            int positive = 0;
            for (size_t i = 0; i < 500; ++i) {
                QCOMPARE(std::abs(signs.y.reals()[i]), 1.f);
                QCOMPARE(signs.y.reals()[i] > 0, classes.y.integers()[i] == 1);
                positive += classes.y.integers()[i];
            }
            QVERIFY(positive > 200 && positive < 300);
        }
    }

    /// The defining formulas of TensorFlow Playground (src/dataset.ts), without noise.
    void generatorsFollowTheirFormulas()
    {
        const Dataset plane = loadDataset(choose("plane"));
        const Dataset xors = loadDataset(choose("xor"));
        const Dataset circles = loadDataset(choose("circles"));
        const Dataset spiral = loadDataset(choose("spiral"));
        const Dataset hills = loadDataset(choose("gauss-regression"));
        QVERIFY(!plane.signs());
        for (size_t i = 0; i < 500; ++i) {
            const auto point = [&](const Dataset& set) {
                return std::pair{set.x.reals()[2 * i], set.x.reals()[2 * i + 1]};
            };
            const auto [px, py] = point(plane);
            QVERIFY(std::abs(px) <= 6 && std::abs(py) <= 6);
            QVERIFY(std::abs(plane.y.reals()[i] - (px + py) / 10) < 1e-6);
            const auto [xx, xy] = point(xors);
            QVERIFY(std::abs(xx) >= 0.3f && std::abs(xy) >= 0.3f);
            QCOMPARE(xors.y.reals()[i], xx * xy >= 0 ? 1.f : -1.f);
            const auto [cx, cy] = point(circles);
            const float r = std::hypot(cx, cy);
            QVERIFY(r <= 2.5001f || (r >= 3.4999f && r <= 5.0001f));
            QCOMPARE(circles.y.reals()[i], r < 3 ? 1.f : -1.f);
            const auto [sx, sy] = point(spiral);
            const double radius = std::hypot(sx, sy),
                         turn = 1.75 * 2 * M_PI * radius / 5 + (i < 250 ? 0 : M_PI);
            QVERIFY(std::abs(sx - radius * std::sin(turn)) < 1e-4 &&
                    std::abs(sy - radius * std::cos(turn)) < 1e-4);
            QVERIFY(std::abs(hills.y.reals()[i]) <= 1);
        }
    }

    /// 500 points to classify, 1200 to regress (src/playground.ts); noise 0.5 is its slider at 50.
    void noiseIsThatOfPlayground()
    {
        DataChoice choice = choose("plane");
        choice.settings["noise"] = number(0.5);
        const Dataset plane = loadDataset(choice);
        QCOMPARE(plane.examples(), int64_t(1200));
        double square = 0;
        for (size_t i = 0; i < 1200; ++i) {
            const double clean = (plane.x.reals()[2 * i] + plane.x.reals()[2 * i + 1]) / 10;
            QVERIFY(std::abs(plane.y.reals()[i] - clean) <= 0.6); // both of 6 x 0.5, over 10
            square += std::pow(plane.y.reals()[i] - clean, 2) / 1200;
        }
        QVERIFY(std::abs(square - 0.06) < 0.01); // two uniform of +-0.3: 2 x 0.3^2 / 3

        choice.name = "gaussian";
        choice.settings["examples"] = number(20000);
        const Dataset blobs = loadDataset(choice);
        double mean = 0, variance = 0;
        for (size_t i = 0; i < 20000; ++i) mean += blobs.x.reals()[2 * i] * blobs.y.reals()[i] / 20000;
        for (size_t i = 0; i < 20000; ++i)
            variance += std::pow(blobs.x.reals()[2 * i] * blobs.y.reals()[i] - 2, 2) / 20000;
        QVERIFY(std::abs(mean - 2) < 0.06);     // four deviations of the mean: 4 x 2 / sqrt(20000)
        QVERIFY(std::abs(variance - 4) < 0.16); // d3.scale.linear, [0, .5] -> [.5, 4]; 4 x 4 sqrt(2 / 20000)
    }

    /// make_moons(5, shuffle=False) of scikit-learn 1.2.1, times 3 after subtracting (0.5, 0.25).
    void moonsAreThoseOfScikitLearn()
    {
        DataChoice choice = choose("moons");
        choice.settings = {{"examples", number(5)}, {"test", number(0)}};
        const Dataset set = loadDataset(choice);
        const std::vector<float> x{1.5, -0.75, -4.5, -0.75, -1.5, 0.75, 1.5, -2.25, 4.5, 0.75};
        for (size_t i = 0; i < 10; ++i) QVERIFY(std::abs(set.x.reals()[i] - x[i]) < 1e-6);
        QCOMPARE(set.y.reals(), (std::vector<float>{-1, -1, 1, 1, 1}));
    }

    void noiseMovesPointsAndSeedsDiffer()
    {
        DataChoice choice = choose("spiral");
        const Dataset clean = loadDataset(choice);
        choice.settings["noise"] = number(0.5);
        QVERIFY(loadDataset(choice).x != clean.x);
        QCOMPARE(loadDataset(choice).x, loadDataset(choice).x);
        const Dataset first = loadDataset(choice);
        choice.splitSeed = 7;
        QVERIFY(loadDataset(choice).x != first.x);
    }

    void everyDeclaredBuiltInSetLoads()
    {
        for (const DataDeclaration& declaration : dataDeclarations()) {
            QVERIFY(!declaration.title.empty() && !declaration.help.empty() && !declaration.source.empty());
            if (declaration.kind == DataDeclaration::Kind::External) continue;
            QVERIFY(declaration.available);
            for (const char* kind : {"none", "unit", "standard"}) {
                DataChoice choice = choose(declaration.name);
                choice.normalise = kind;
                const Dataset set = loadDataset(choice);
                QVERIFY(!set.train.empty() && !set.validation.empty() && !set.test.empty());
                QCOMPARE(int64_t(set.train.size() + set.validation.size() + set.test.size()), set.examples());
            }
        }
    }

    void wrongChoicesAreNamed()
    {
        QVERIFY(contains(errorOf(choose("nonsense")), "known: digits"));
        QVERIFY(contains(errorOf(choose("")), "no set"));
        DataChoice choice = choose("spiral");
        choice.settings["nois"] = number(0.1);
        QVERIFY(contains(errorOf(choice), "known: examples, noise"));
        choice.settings = {{"noise", number(0.6)}};
        QVERIFY(contains(errorOf(choice), "out of range"));
        choice.settings = {{"noise", text("much")}};
        QVERIFY(contains(errorOf(choice), "not a number"));
        choice.settings = {{"examples", number(2.5)}};
        QVERIFY(contains(errorOf(choice), "whole number"));
        choice.settings = {{"targets", text("colours")}};
        QVERIFY(contains(errorOf(choice), "signs, classes"));
        choice.settings = {{"noise", text("0.25")}};
        QCOMPARE(errorOf(choice), std::string());
        choice.normalise = "much";
        QVERIFY(contains(errorOf(choice), "none, unit, standard"));
        choice = choose("iris");
        choice.validation = 1;
        QVERIFY(contains(errorOf(choice), "validation"));
        choice.validation = NAN;
        QVERIFY(contains(errorOf(choice), "validation"));
        choice = choose("xor");
        choice.settings = {{"examples", number(2)}, {"test", number(0.95)}};
        QVERIFY(contains(errorOf(choice), "none to train on"));
    }
};

QTEST_APPLESS_MAIN(TestDataset)
#include "test_dataset.moc"
