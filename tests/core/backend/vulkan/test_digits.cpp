// Networks on MNIST by the vulkan backend and by cpu, from the same seed. AXO_DATA: the folder with mnist/.
// AXO_FULL: the batches of the presets rather than small ones.
#include "core/trainers/run.h"
#include "tests/core/backend/vulkan/validated.h"

#include <QtTest>

#include <cmath>

using namespace core;

class TestDigits : public QObject
{
    Q_OBJECT

    bool m_validates = false;

    static constexpr int64_t steps = 50;

    /// Losses of all steps, in submits of many steps where the backend has them, then all parameters.
    static std::vector<float> trained(Backend& backend, const Document& document,
                                      const std::shared_ptr<const Dataset>& data)
    {
        Run run(document, BlockLibrary::builtIn(), data, backend);
        const auto losses = run.advance(steps);
        std::vector<float> all(losses.begin(), losses.end());
        for (const std::string& name : run.parameterNames()) {
            const Array values = run.parameter(name);
            all.insert(all.end(), values.reals().begin(), values.reals().end());
        }
        return all;
    }

private slots:
    void cleanup() { validated::expectSilence(); }

    void learnsAsTheCpuDoes_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::addColumn<int>("batch");
        QTest::newRow("perceptron") << "mnist-mlp" << 16;
        QTest::newRow("convolutions") << "mnist-cnn" << 2;
    }
    void learnsAsTheCpuDoes()
    {
        QFETCH(QString, preset);
        QFETCH(int, batch);
        Document document = core::preset(preset.toStdString());
        if (!qEnvironmentVariableIsSet("AXO_FULL")) document.train.batch = batch;
        std::shared_ptr<const Dataset> data;
        try {
            data = std::make_shared<const Dataset>(loadDataset(document.data));
        } catch (const Error& error) {
            QSKIP(("AXO_DATA has no mnist: " + error.text()).c_str());
        }
        std::string why;
        const auto backend = validated::backend(m_validates, why);
        if (!backend) QSKIP(("no Vulkan here: " + why).c_str());

        const std::vector<float> got = trained(*backend, document, data);
        const std::vector<float> expected = trained(*makeBackend("cpu:1"), document, data);
        QCOMPARE(got.size(), expected.size());
        for (size_t i = 0; i < size_t(steps); ++i)
            QVERIFY2(std::abs(got[i] - expected[i]) < 1e-3f,
                     qPrintable(QString("step %1: %2 against %3").arg(i).arg(got[i]).arg(expected[i])));
        float worst = 0;
        for (size_t i = 0; i < size_t(steps); ++i) worst = std::max(worst, std::abs(got[i] - expected[i]));
        qInfo("losses from %g to %g, at most %.2g apart", double(got[0]), double(got[size_t(steps) - 1]),
              double(worst));
        QVERIFY(got[size_t(steps) - 1] < got[0]);
        QVERIFY2(got == trained(*backend, document, data), "a second run gives other bits");
    }
};

QTEST_GUILESS_MAIN(TestDigits)
#include "test_digits.moc"
