// Every instrument: what it gives for a small run, and what it says where it does not apply.
#include "core/instruments/instrument.h"
#include "core/instruments/network.h"
#include "tests/core/trainers/shared.h"

#include <QtTest>

#include <algorithm>
#include <numeric>

using namespace shared;

namespace
{

template<typename T>
T readingOf(const char* instrument, Run& run, const std::string& at = {}, int64_t example = 0)
{
    return std::get<T>(findInstrument(instrument)->read({run.network(), run.moment(), at, example}));
}

} // namespace

class TestInstruments : public QObject
{
    Q_OBJECT

private slots:
    void anActivationIsWhatTheWireCarries()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(network("digits", 12), *backend);
        const auto picture = readingOf<ImageReading>("activation", run, "data.x", 2);
        QCOMPARE(picture.width, 8);
        QCOMPARE(picture.height, 8);
        QCOMPARE(picture.tiles.size(), size_t(1));
        const int64_t example = run.data().test[2];
        const float* expected = run.data().x.reals().data() + example * 64;
        QCOMPARE(picture.tiles[0].pixels, std::vector<float>(expected, expected + 64));

        const auto units = readingOf<MatrixReading>("activation", run, "hidden.y");
        QCOMPARE(units.rows, 1);
        QCOMPARE(units.columns, 12);
        const auto many = readingOf<MatrixReading>("activations", run, "hidden.y");
        QCOMPARE(many.rows, 32);
        QCOMPARE(many.columns, 12);
        for (int k = 0; k < 12; ++k)
            QVERIFY(std::abs(many.values[size_t(k)] - units.values[size_t(k)]) < 1e-5f);
    }

    void histogramsCountEveryValueOnce()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(network("digits", 12), *backend);
        const auto wire = readingOf<HistogramReading>("histogram", run, "bend.y");
        QCOMPARE(std::accumulate(wire.counts.begin(), wire.counts.end(), 0.0), 64.0 * 12);
        QCOMPARE(wire.edges.size(), wire.counts.size() + 1);
        QVERIFY(wire.edges.front() >= -1 && wire.edges.back() <= 1); // tanh
        const auto weights = readingOf<HistogramReading>("parameter_histogram", run, "hidden.weight");
        QCOMPARE(std::accumulate(weights.counts.begin(), weights.counts.end(), 0.0), 64.0 * 12);
    }

    void weightsOverPixelsArePicturesOfTheInputsSize()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(network("digits", 120), *backend);
        const auto tiles = readingOf<ImageReading>("weights", run, "hidden.weight");
        QCOMPARE(tiles.width, 8);
        QCOMPARE(tiles.tiles.size(), size_t(100)); // more are not shown
        QVERIFY(tiles.diverging);
        const Array weight = run.parameter("hidden.weight");
        const auto strides = weight.type.strides();
        const auto at = [&](int64_t row, int64_t column, int64_t unit) {
            int64_t offset = 0;
            for (size_t i = 0; i < strides.size(); ++i) {
                const std::string& name = weight.type.axes[i].name;
                offset += strides[i] * (name == "row"      ? row
                                        : name == "column" ? column
                                        : name == "colour" ? 0
                                                           : unit);
            }
            return weight.reals()[size_t(offset)];
        };
        for (int64_t unit = 0; unit < 100; ++unit)
            for (int64_t row = 0; row < 8; ++row)
                for (int64_t column = 0; column < 8; ++column)
                    QCOMPARE(tiles.tiles[size_t(unit)].pixels[size_t(row * 8 + column)],
                             at(row, column, unit));
        const auto matrix = readingOf<MatrixReading>("weights", run, "output.weight");
        QCOMPARE(matrix.rows * matrix.columns, 120 * 10);
    }

    void theBoundaryIsWhatTheNetworkAnswers()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(spiral(), *backend);
        const auto plane = readingOf<PointsReading>("decision_boundary", run);
        QCOMPARE(plane.field.size(), size_t(plane.fieldWidth * plane.fieldHeight));
        QCOMPARE(plane.x.size(), run.data().train.size() + run.data().test.size());
        const float x = float(plane.xLow + (plane.xHigh - plane.xLow) * 10.5 / plane.fieldWidth);
        const float y = float(plane.yHigh - (plane.yHigh - plane.yLow) * 7.5 / plane.fieldHeight);
        const Array answer = run.predict(Array::real({{"batch", 1}, {"feature", 2}}, {x, y}));
        const float cell = plane.field[size_t(7 * plane.fieldWidth + 10)];
        QVERIFY(std::abs(cell - std::clamp(answer.reals()[0], -1.0f, 1.0f)) < 1e-4f);

        Run digits = runOf(network("digits", 4), *backend);
        try {
            readingOf<PointsReading>("decision_boundary", digits);
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(error.what.find("64 features") != std::string::npos);
            QVERIFY(!error.hint.empty());
        }
    }

    void confusionAndPredictionsAgreeWithTheScore()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(network("digits", 24), *backend);
        losses(run, 400);
        const auto matrix = readingOf<MatrixReading>("confusion", run);
        double all = 0, right = 0;
        for (int i = 0; i < 10; ++i) {
            for (int k = 0; k < 10; ++k) all += double(matrix.values[size_t(10 * i + k)]);
            right += double(matrix.values[size_t(11 * i)]);
        }
        const Score score = run.evaluate(Run::Split::Test);
        QCOMPARE(int64_t(all), score.examples);
        QVERIFY(std::abs(right / all - score.accuracy) < 1e-9);

        const auto samples = readingOf<ImageReading>("predictions", run);
        QCOMPARE(samples.tiles.size(), size_t(25));
        for (const auto& tile : samples.tiles) {
            QVERIFY(tile.mark == 1 || tile.mark == -1);
            QVERIFY(tile.confidence > 0.1 - 1e-6 && tile.confidence <= 1 + 1e-6); // the largest of ten shares
        }
        Run iris = runOf(network("iris", 6), *backend);
        QCOMPARE(readingOf<TableReading>("predictions", iris).columns.size(), size_t(4 + 3));
    }

    void pointsInThePlaneAreMarkedWhereTheNetworkIsWrong()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(spiral(), *backend);
        losses(run, 200);
        const auto points = readingOf<PointsReading>("predictions", run);
        const size_t examples = std::min<size_t>(500, run.data().test.size());
        QCOMPARE(points.wrong.size(), points.x.size());
        QVERIFY(points.field.empty());
        for (size_t i = 0; i < points.x.size(); ++i) {
            std::vector<float> x{points.x[i], points.y[i]};
            run.data().normalisation.apply(x);
            const Array answer = run.predict(Array::real({{"batch", 1}, {"feature", 2}}, x));
            if (std::abs(answer.reals()[0]) < 1e-3f) continue; // rounding may decide
            QCOMPARE(bool(points.wrong[i]), (answer.reals()[0] > 0) != (points.label[i] == 1));
        }
        const Score score = run.evaluate(Run::Split::Test);
        const auto wrong = std::count(points.wrong.begin(), points.wrong.begin() + ptrdiff_t(examples), true);
        if (examples == run.data().test.size()) {
            QVERIFY(std::abs(1 - double(wrong) / double(examples) - score.accuracy) < 1e-9);
        }

        Run plane = runOf(network("plane", 4, "mse"), *backend);
        const auto numbers = readingOf<PointsReading>("predictions", plane);
        QVERIFY(numbers.wrong.empty());
        QCOMPARE(numbers.value.size(), numbers.x.size());
    }

    void whatAppliesIsReadAndWhatDoesNotIsAnError()
    {
        const auto backend = makeBackend("cpu");
        for (const Document& document :
             {network("digits", 4), network("iris", 4), network("plane", 4, "mse"), spiral()}) {
            Run run = runOf(document, *backend);
            for (const Instrument& instrument : allInstruments()) {
                Observation o{run.network(), run.moment()};
                for (const ParameterDeclaration& declared : instrument.parameters) // few and small
                    if (declared.name == "points" || declared.name == "examples" ||
                        declared.name == "iterations")
                        o.settings[declared.name] = number(
                            std::min(declared.initial.number, declared.name == "examples" ? 64.0 : 5.0));
                for (const char* at :
                     {"", "data.x", "data.y", "hidden.y", "loss.loss", "hidden.weight", "nowhere.y"}) {
                    const bool applies = instrument.applies(run.data(), run.elaboration(), at);
                    if (instrument.needs == Instrument::Needs::Nothing && *at) continue;
                    bool read = true;
                    o.at = at;
                    try {
                        instrument.read(o);
                    } catch (const Error&) {
                        read = false;
                    }
                    QVERIFY2(read == applies, qPrintable(QString("%1 at %2 of %3")
                                                             .arg(instrument.name.data(), at)
                                                             .arg(document.data.name.c_str())));
                }
            }
        }
    }

    void whatIsNotThereIsAnErrorNotACrash()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(network("digits", 4), *backend);
        for (const Instrument& instrument : allInstruments()) {
            QVERIFY(!instrument.help.empty());
            if (instrument.needs == Instrument::Needs::Nothing) continue;
            QVERIFY_EXCEPTION_THROWN(instrument.read({run.network(), run.moment(), "nowhere.y"}), Error);
            if (instrument.needs == Instrument::Needs::Wires) continue; // none stands for all
            QVERIFY_EXCEPTION_THROWN(instrument.read({run.network(), run.moment(), ""}), Error);
        }
        Run plane = runOf(network("plane", 4, "mse"), *backend);
        QVERIFY_EXCEPTION_THROWN(findInstrument("confusion")->read({plane.network(), plane.moment()}), Error);
        QVERIFY(findInstrument("spectrometer") == nullptr);
    }
};

QTEST_APPLESS_MAIN(TestInstruments)
#include "test_instruments.moc"
