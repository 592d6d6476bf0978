// Instruments as they are read: what they give for networks with known answers, and what they say where
// their definition does not apply.
#include "core/instruments/csv.h"
#include "core/instruments/gram.h"
#include "core/instruments/list.h"
#include "core/numeric/linear.h"
#include "core/trainers/observer.h"
#include "tests/core/instruments/cases.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace cases;

namespace
{

using Settings = std::map<std::string, Setting>;

template<typename T>
T reading(const Instrument& instrument, Lab& lab, const std::string& at = {}, Settings settings = {})
{
    return std::get<T>(instrument.read({lab.network, lab.now, at, 0, std::move(settings)}));
}

Error errorAt(const Instrument& instrument, Lab& lab, const std::string& at = {}, Settings settings = {})
{
    return errorOf([&] { instrument.read({lab.network, lab.now, at, 0, std::move(settings)}); });
}

const SeriesReading::Line& line(const SeriesReading& series, const std::string& name)
{
    const auto found = std::find_if(series.lines.begin(), series.lines.end(),
                                    [&](const auto& one) { return one.name == name; });
    return found == series.lines.end() ? series.lines.at(99) : *found;
}

Moment with(const Moment& moment, const std::string& name, const std::vector<float>& values)
{
    Arrays all = *moment.values;
    all.at(name).reals() = values;
    return {moment.step, std::make_shared<const Arrays>(std::move(all))};
}

/// All that is finite in a reading's table.
std::vector<double> numbersOf(const Reading& reading)
{
    const std::string csv = csvOf(reading);
    std::vector<double> numbers;
    for (const QString& cell : QString::fromStdString(csv).split(QRegularExpression("[,\n]"))) {
        bool ok = false;
        const double value = cell.toDouble(&ok);
        if (ok && std::isfinite(value)) numbers.push_back(value);
    }
    return numbers;
}

Document twoConvolutions()
{
    Document document;
    document.diagram.blocks = {
        {"data", "data", {}, {}, {}},
        {"first", "conv2d", {{"to", text("channel: 2")}, {"bias", flag(false)}, {"init", text("1")}}, {}, {}},
        {"second",
         "conv2d",
         {{"to", text("channel: 3")}, {"bias", flag(false)}, {"init", text("1")}},
         {},
         {}},
        {"output", "linear", {{"to", text("output: 1")}}, {}, {}},
        {"loss", "mse", {}, {}, {}}};
    document.diagram.wires = {{{"data", "x"}, {"first", "x"}},
                              {{"first", "y"}, {"second", "x"}},
                              {{"second", "y"}, {"output", "x"}},
                              {{"output", "y"}, {"loss", "prediction"}},
                              {{"data", "y"}, {"loss", "target"}}};
    return document;
}

} // namespace

class TestObserved : public QObject
{
    Q_OBJECT

private slots:
    /// Ones of 3 x 3 twice: each way is a step of -1, 0, 1 and another, so 1 2 3 2 1 along each axis.
    void theReceptiveFieldOfTwoConvolutions()
    {
        Lab lab(twoConvolutions(),
                dataOf(normal({{"example", 4}, {"row", 9}, {"column", 9}, {"colour", 1}}, 1),
                       normal({{"example", 4}}, 2)));
        const auto field = reading<MatrixReading>(receptiveField, lab, "second.y");
        QCOMPARE(field.rows, 9);
        QCOMPARE(field.columns, 9);
        const float ways[] = {0, 0, 1, 2, 3, 2, 1, 0, 0};
        for (int i = 0; i < 9; ++i)
            for (int j = 0; j < 9; ++j)
                QVERIFY(std::abs(field.values[size_t(9 * i + j)] - 6 * ways[i] * ways[j]) <
                        1e-4f); // 2 x 3 channels
    }

    void measuresByDepthAreThoseOfEachWire()
    {
        Lab lab(network("digits", 100, "cross_entropy", "relu(x)"));
        const auto series = reading<SeriesReading>(gramDepth, lab);
        QCOMPARE(series.xNames, (std::vector<std::string>{"data.x", "hidden.y", "bend.y", "output.y"}));
        const auto matrix = reading<MatrixReading>(gram, lab, "bend.y", {{"examples", number(32)}});
        QCOMPARE(matrix.rows, 32);
        double mean = 0;
        for (int i = 0; i < 32; ++i)
            for (int j = 0; j < 32; ++j)
                if (i != j) mean += double(matrix.values[size_t(32 * i + j)]) / (32 * 31);
        QVERIFY(std::abs(line(series, "cosine_mean").y[2] - mean) < 1e-6);
        // 32 examples in 10 dimensions: singular, no gap, and no more than 10 directions.
        QVERIFY(std::isnan(line(series, "isometry_gap").y[3]));
        QCOMPARE(line(series, "isometry").y[3], 0.0);
        QVERIFY(line(series, "participation_ratio").y[3] <= 10);
        const auto one = reading<SeriesReading>(gramDepth, lab, "", {{"measure", text("effective_rank")}});
        QCOMPARE(one.lines.size(), size_t(1));
        QCOMPARE(one.lines[0].y, line(series, "effective_rank").y);
    }

    void theLimitIsDrawnOverTypedFormulas()
    {
        for (const char* formula : {"relu(x)", "x*exp(-x*x)", "max(abs(x) - 0.5, 0)"}) {
            Document document = network("digits", 3000, "cross_entropy", formula);
            document.diagram.blocks[1].settings["bias"] = flag(false);
            Lab lab(document);
            const auto series =
                reading<SeriesReading>(kernelLimit, lab, "hidden.y,bend.y",
                                       {{"measure", text("mean_square")}, {"examples", number(5)}});
            const auto &measured = line(series, "measured").y, &limit = line(series, "infinite width").y;
            for (size_t i = 0; i < 2; ++i)
                QVERIFY2(std::abs(measured[i] / limit[i] - 1) < 0.15,
                         qPrintable(QString("%1: %2 %3").arg(formula).arg(measured[i]).arg(limit[i])));
        }
    }

    /// By the weights as they are: a linear model's kernel is x x' + 1 at any width, a wide one's near its
    /// limit.
    void theTangentKernelsLimitIsDrawnOverTypedFormulas()
    {
        Document linear = network("digits", 12);
        linear.diagram.wires = {{{"data", "x"}, {"output", "x"}},
                                {{"output", "y"}, {"loss", "logits"}},
                                {{"data", "y"}, {"loss", "target"}}};
        std::erase_if(linear.diagram.blocks,
                      [](const Block& block) { return block.id == "hidden" || block.id == "bend"; });
        Lab exact(linear);
        const auto settings = Settings{{"examples", number(8)}};
        const auto spectra = reading<SeriesReading>(tangentSpectrum, exact, "", settings);
        QVERIFY(line(spectra, "infinite width").theory);
        for (size_t i = 0; i < 8; ++i) {
            const double limit = line(spectra, "infinite width").y[i];
            QVERIFY(std::abs(line(spectra, "tangent kernel").y[i] - limit) < 1e-4 * limit);
        }
        for (const char* formula : {"relu(x)", "x*exp(-x*x)"}) {
            Lab lab(network("digits", 3000, "cross_entropy", formula));
            const auto wide = reading<SeriesReading>(tangentSpectrum, lab, "", settings);
            const double ratio = line(wide, "tangent kernel").y[0] / line(wide, "infinite width").y[0];
            QVERIFY2(std::abs(ratio - 1) < 0.12, qPrintable(QString("%1: %2").arg(formula).arg(ratio)));
        }
    }

    void everyMeasureOfAKernelIsThatOfTheBatch()
    {
        Lab lab(network("digits", 100, "cross_entropy", "relu(x)"));
        for (const char* measure :
             {"cosine_mean", "isometry", "orthogonality_gap", "effective_rank", "participation_ratio"}) {
            const Settings settings{{"measure", text(measure)}, {"examples", number(12)}};
            const auto limit = reading<SeriesReading>(kernelLimit, lab, "", settings);
            QVERIFY(line(limit, "infinite width").theory && !line(limit, "measured").theory);
            const auto depth = reading<SeriesReading>(gramDepth, lab, "", settings);
            for (size_t i = 0; i < 3; ++i) // with twelve examples, ten classes are singular
                QVERIFY(std::abs(line(limit, "measured").y[i] / depth.lines[0].y[i] - 1) < 1e-6);
        }
    }

    void sparsityIsReadByPlaceAndInTime()
    {
        Lab lab(twoConvolutions(),
                dataOf(normal({{"example", 4}, {"row", 9}, {"column", 9}, {"colour", 1}}, 1),
                       normal({{"example", 4}}, 2)));
        lab.network.edit(editsOf({{"first.y > second = 0", "second.y = 0"}, {}}));
        const auto places =
            reading<SeriesReading>(sparsity, lab, "first.y,second.y", {{"over", text("place")}});
        QCOMPARE(places.xLabel, std::string("row"));
        QCOMPARE(line(places, "first.y").y, std::vector<double>(9, 1.0));
        QCOMPARE(line(places, "second.y").y, std::vector<double>(9, 0.0));
        Observation o{lab.network, {10, lab.now.values}};
        o.at = "second.y";
        o.settings["over"] = text("time");
        o.history = {lab.now};
        const auto time = std::get<SeriesReading>(sparsity.read(o));
        QCOMPARE(time.lines[0].x, (std::vector<double>{0, 10}));
        QCOMPARE(time.lines[0].y, (std::vector<double>{0, 0}));
        Lab flat(network("iris", 6));
        QVERIFY(errorAt(sparsity, flat, "hidden.y", {{"over", text("place")}}).hint.find("depth") !=
                std::string::npos);
    }

    void aProjectionIntoSpaceHasThreeCoordinates()
    {
        Lab lab(network("iris", 6));
        const auto plane = reading<PointsReading>(projection, lab, "hidden.y"),
                   space = reading<PointsReading>(projection, lab, "hidden.y", {{"dimensions", number(3)}});
        QVERIFY(plane.z.empty());
        QCOMPARE(space.z.size(), space.x.size());
        QCOMPARE(space.x, plane.x);
    }

    void layersResembleThemselves()
    {
        Lab lab(network("digits", 12));
        for (const char* kernel : {"linear", "rbf"})
            for (const char* form : {"biased", "debiased", "minibatch"}) {
                const auto matrix =
                    reading<MatrixReading>(cka, lab, "", {{"kernel", text(kernel)}, {"form", text(form)}});
                QCOMPARE(matrix.rows, 4);
                for (int i = 0; i < 4; ++i) QVERIFY(std::abs(matrix.values[size_t(5 * i)] - 1) < 1e-6f);
            }
        // Against another seed: the input is the same, the hidden layer is not.
        Document other = network("digits", 12);
        other.train.seed = 77;
        Lab second(other);
        Observation o{lab.network, lab.now};
        o.otherNetwork = &second.network;
        o.other = second.now;
        const auto between = std::get<MatrixReading>(cka.read(o));
        QVERIFY(std::abs(between.values[0] - 1) < 1e-6f);
        QVERIFY(between.values[5] < 0.999f);
        QVERIFY(std::get<MatrixReading>(svccaMatrix.read(o)).values[0] > 0.999f);
    }

    void plantedDeadUnitsAreListed()
    {
        Lab lab(network("digits", 12, "cross_entropy", "relu(x)"));
        std::vector<float> bias(12, 0.0f);
        bias[4] = bias[9] = -1e6f;
        lab.now = with(lab.now, "hidden.bias", bias);
        const auto table = reading<TableReading>(deadUnitList, lab, "bend.y");
        QVERIFY(table.rows[0][3].find("4") != std::string::npos &&
                table.rows[0][3].find("9") != std::string::npos);
        QVERIFY(reading<SeriesReading>(sparsity, lab, "bend.y").lines[1].y[0] >= 2.0 / 12);
    }

    void updatesAreMeasuredAgainstTheLastMoment()
    {
        Lab lab(network("iris", 6));
        Moment before = lab.now;
        Arrays values = *lab.now.values;
        for (float& value : values.at("hidden.weight").reals()) value *= 1.1f;
        Observation o{lab.network, {10, std::make_shared<const Arrays>(values)}};
        o.history = {before};
        const auto table = std::get<TableReading>(parameterNorms.read(o));
        const auto row = std::find_if(table.rows.begin(), table.rows.end(),
                                      [](const auto& one) { return one[0] == "hidden.weight"; });
        // 0.1 of the old length in ten steps, over 1.1 of it.
        QVERIFY(std::abs(std::stod(row->at(5)) - 0.1 / 11) < 1e-4);
        const auto series = std::get<SeriesReading>(gradientTime.read(o));
        QCOMPARE(series.lines[0].x, (std::vector<double>{0, 10}));
        const auto drift = std::get<SeriesReading>(tangentTime.read(o));
        QVERIFY(std::abs(drift.lines[1].y[0]) < 1e-9 && drift.lines[1].y[1] > 0);
    }

    void aNetworkIsConnectedWithItself()
    {
        Lab lab(network("iris", 6));
        Observation o{lab.network, lab.now};
        o.other = lab.now;
        const auto series = std::get<SeriesReading>(connectivity.read(o));
        QCOMPARE(series.lines.size(), size_t(2));
        for (const auto& one : series.lines)
            for (const double loss : one.y) QVERIFY(std::abs(loss - one.y[0]) < 1e-6);
    }

    void whatIsWrongIsSaidWithAWayOut()
    {
        Lab lab(network("digits", 12));
        Error error = errorAt(gram, lab, "hiden.y");
        QVERIFY(error.hint.find("hidden.y") != std::string::npos);
        error = errorAt(gram, lab, "loss.loss");
        QVERIFY(error.what.find("whole batch") != std::string::npos && !error.hint.empty());
        error = errorAt(gram, lab, "data.y");
        QVERIFY(error.what.find("whole numbers") != std::string::npos);
        error = errorAt(gram, lab, "bend.y", {{"exmaples", number(8)}});
        QVERIFY(error.hint.find("examples") != std::string::npos);
        error = errorAt(gram, lab, "bend.y", {{"examples", number(1)}});
        QVERIFY(error.hint.find("between 2 and 4096") != std::string::npos);
        error = errorAt(gram, lab, "bend.y", {{"form", text("round")}});
        QVERIFY(error.hint.find("cosine, inner") != std::string::npos);
        error = errorAt(weights, lab, "hidden.wieght");
        QVERIFY(error.hint.find("hidden.weight") != std::string::npos);
    }

    void aBatchTooSmallNamesTheLeastSize()
    {
        Lab lab(network("iris", 4), dataOf(normal({{"example", 3}, {"feature", 4}}, 1),
                                           Array::integer({{"example", 3}}, {0, 1, 2}), {"a", "b", "c"}));
        const Error error = errorAt(cka, lab, "", {{"form", text("debiased")}});
        QVERIFY2(error.what.find("at least 4") != std::string::npos, error.text().c_str());
        QVERIFY(error.hint.find("examples") != std::string::npos);
        QVERIFY(!errorAt(probe, lab).what.empty());
    }

    void valuesThatAreNotFiniteAreLocated()
    {
        Lab lab(network("digits", 12));
        std::vector<float> bias(12, 0.0f);
        bias[7] = NAN;
        lab.now = with(lab.now, "hidden.bias", bias);
        for (const Instrument* instrument : {&gram, &spectrum, &projection}) {
            const Error error = errorAt(*instrument, lab, "hidden.y");
            QVERIFY2(error.what.find("nan") != std::string::npos &&
                         error.what.find("unit 7") != std::string::npos,
                     error.text().c_str());
        }
        QVERIFY(errorAt(gramDepth, lab).where.find("hidden.y") != std::string::npos);
    }

    void fiftyThousandUnitsAreRefusedWithTheOfferOfSome()
    {
        Lab lab(network("iris", 50000));
        const Error error = errorAt(gram, lab, "bend.y", {{"of", text("units")}});
        QVERIFY(error.what.find("50000 units") != std::string::npos);
        QVERIFY(error.hint.find("4096") != std::string::npos);
        const auto some =
            reading<MatrixReading>(gram, lab, "bend.y", {{"of", text("units")}, {"units", number(100)}});
        QCOMPARE(some.rows, 100);
        // Measures that only need the examples against each other still work.
        QCOMPARE(reading<MatrixReading>(gram, lab, "bend.y").columns,
                 int(std::min<size_t>(64, lab.network.data().test.size())));
    }

    void signalsFlowAlongTheWiresOfTheDiagram()
    {
        Lab lab(network("iris", 6));
        const auto graph = reading<GraphReading>(signalFlow, lab, {}, {{"examples", number(20)}});
        std::vector<std::string> names;
        for (const auto& node : graph.nodes) names.push_back(node.name);
        QCOMPARE(names, (std::vector<std::string>{"data.x", "hidden.y", "bend.y", "output.y"}));
        QCOMPARE(graph.edges.size(), size_t(3));
        for (size_t i = 0; i < 3; ++i) {
            QCOMPARE(graph.edges[i].from + 1, graph.edges[i].to);
            QCOMPARE(graph.nodes[i].x, double(i));
        }
        // A map without bias keeps <x, dL/dx> from its input to its output, so that the bias is the
        // difference.
        Document linear = network("iris", 6, "cross_entropy", "2*x");
        for (const char* block : {"hidden", "output"})
            linear.diagram.find(block)->settings["bias"] = cases::flag(false);
        Lab plain(linear);
        const auto even = reading<GraphReading>(signalFlow, plain, {}, {{"examples", number(20)}});
        for (const auto& edge : even.edges)
            QVERIFY(std::abs(edge.weight - even.edges[0].weight) < 1e-5 * even.edges[0].weight);
        QVERIFY(even.edges[0].weight > 0);
    }

    void answersInTimeAreSharesOfAWhole()
    {
        Lab lab(network("iris", 6));
        const auto shares = reading<SeriesReading>(classShares, lab);
        QVERIFY(shares.form == SeriesReading::Form::Areas);
        QCOMPARE(shares.lines.size(), size_t(3));
        double sum = 0;
        for (const auto& line : shares.lines) sum += line.y.front();
        QVERIFY(std::abs(sum - 1) < 1e-12);
    }

    void watchesCarrySettingsAndTheHistory()
    {
        const auto backend = makeBackend("cpu");
        Run run = runOf(network("iris", 6), *backend);
        const Moment start = run.moment();
        losses(run, 10);
        Observer observer([] {});
        observer.watch({{{"one", "gram_depth", "", 0, {}, {{"measure", text("isometry")}}}},
                        {{"two", "gradient_time", ""}},
                        {{"three", "gram", "bend.y", 0, {}, {{"form", text("round")}}}}});
        observer.show({std::make_shared<const Document>(run.document()),
                       std::make_shared<const BlockLibrary>(BlockLibrary::builtIn()),
                       std::make_shared<const Dataset>(run.data()),
                       run.moment(),
                       {start}},
                      Lookout::When::AtOnce, 0);
        Readings readings;
        QTRY_VERIFY_WITH_TIMEOUT((observer.collect(readings), readings.size() == 3), 20000);
        QCOMPARE(std::get<SeriesReading>(*readings.at("one")).lines.size(), size_t(1));
        QCOMPARE(std::get<SeriesReading>(*readings.at("two")).lines[0].x, (std::vector<double>{0, 10}));
        QVERIFY(std::get<TextReading>(*readings.at("three")).text.find("cosine") != std::string::npos);
        for (const auto& [key, seen] : readings) QCOMPARE(seen.step, int64_t(10));
    }

    void vulkanGivesTheSameReadings_data()
    {
        QTest::addColumn<QString>("instrument");
        for (const Instrument& one : allInstruments())
            if (one.name != "throughput") // times
                QTest::newRow(one.name.data()) << QString::fromUtf8(one.name.data(), int(one.name.size()));
    }
    void vulkanGivesTheSameReadings()
    {
        QFETCH(QString, instrument);
        const Instrument& what = *findInstrument(instrument.toStdString());
        try {
            makeBackend("vulkan:cpu");
        } catch (const Error& error) {
            QSKIP(error.what.c_str());
        }
        const bool plane = what.name == "decision_boundary";
        const Document document = network(plane ? "spiral" : "iris", 8, plane ? "mse" : "cross_entropy");
        using Needs = Instrument::Needs;
        const std::string at = what.needs == Needs::Wire        ? "bend.y"
                               : what.needs == Needs::Parameter ? "hidden.weight"
                                                                : "";
        const auto seen = [&](const char* backend) {
            Lab lab(document, backend);
            Observation o{lab.network, {10, nullptr}};
            o.at = at;
            Arrays values = *lab.now.values; // another moment than the first
            for (float& value : values.at("hidden.weight").reals()) value *= 1.5f;
            o.now.values = std::make_shared<const Arrays>(std::move(values));
            o.history = {lab.now};
            return numbersOf(what.read(o));
        };
        const std::vector<double> cpu = seen("cpu"), device = seen("vulkan:cpu");
        QCOMPARE(cpu.size(), device.size());
        QVERIFY(!cpu.empty());
        double most = 0;
        for (const double value : cpu) most = std::max(most, std::abs(value));
        for (size_t i = 0; i < cpu.size(); ++i)
            QVERIFY2(std::abs(cpu[i] - device[i]) <= 1e-3 * most,
                     qPrintable(QString("%1: %2 %3").arg(i).arg(cpu[i]).arg(device[i])));
    }
};

QTEST_APPLESS_MAIN(TestObserved)
#include "test_observed.moc"
