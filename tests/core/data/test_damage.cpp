// Damaged files: whatever is cut off or changed, an Error or a sound set comes out.
#include "core/data/readers.h"
#include "tests/core/data/samples.h"

#include <QtTest>

#include <random>

using namespace core;
using namespace core::data;
using namespace samples;

namespace
{

/// What is damaged, and what it is loaded as if that is another file.
struct Sample {
    std::string name, bytes, load;
    bool whole = true; ///< a part of it is never a valid file
};

std::string ramp(size_t size)
{
    std::string bytes;
    for (size_t i = 0; i < size; ++i) bytes += char(i * 7);
    return bytes;
}

/// Writes undamaged files into the folder, so that each sample of the list can be damaged alone.
std::vector<Sample> writeAll(const Folder& folder)
{
    const std::string images = idx(8, {6, 4, 4}, ramp(96)), labels = idx(8, {6}, {0, 1, 2, 0, 1, 2});
    const std::string x = npy("<f4", "4, 3", raw<float>({1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3})),
                      y = npy("<i4", "4,", raw<int32_t>({0, 1, 0, 1}));
    std::vector<Sample> all{
        {"idx-images", images, ""},
        {"idx-labels", labels, "idx-images"},
        {"gz-images.gz", gzip(images), ""},
        {"gz-labels.gz", gzip(labels), "gz-images.gz"},
        {"cifar.bin", cifarRecord(3, 1, 2) + cifarRecord(4, 5, 6), "", false},
        {"t.csv", "a,b,\"kind, or so\",y\n1,2.5,red,0\n2,-1e3,\"blue\",1\n3,7,red,0\n", "", false},
        {"x.npy", x, ""},
        {"y.npy", y, "x.npy"},
        {"s.npz", zip({{"x.npy", x}, {"y.npy", y}}), ""},
        {"t.txt",
         "Gr\xc3\xbc\xc3\x9f"
         "e, \xe2\x82\xac 5, \xf0\x9f\x99\x82! To be, or not to be, that is ...",
         "", false},
        {"p/a/1.png", png(5, 4, 3, ramp(60)), "p", false},
        {"j/a/1.jpg", jpeg(9, 10, 3, ramp(270)), "j"},
    };
    folder.write("p/b/2.png", png(5, 4, 1, ramp(20)));
    folder.write("j/b/2.jpg", jpeg(9, 10, 1, ramp(90)));
    for (Sample& sample : all) {
        folder.write(sample.name, sample.bytes);
        if (sample.load.empty()) sample.load = sample.name;
    }
    return all;
}

DataChoice choiceOf(const Folder& folder, const Sample& sample)
{
    DataChoice choice = choose(folder.path(sample.load));
    if (sample.name == "t.txt") choice.settings["blockLength"] = number(3);
    choice.normalise = "standard";
    return choice;
}

/// Everything that the rest of the program takes for granted.
void requireSound(const Dataset& set)
{
    QCOMPARE(set.x.count(), std::visit([](auto& values) { return int64_t(values.size()); }, set.x.data));
    QCOMPARE(set.y.count(), std::visit([](auto& values) { return int64_t(values.size()); }, set.y.data));
    QVERIFY(!set.train.empty());
    for (const auto* part : {&set.train, &set.validation, &set.test})
        for (const int64_t index : *part)
            QVERIFY(index >= 0 && index + set.blockLength < set.examples() + (set.blockLength == 0));
    if (set.task == Task::NextToken) {
        for (const int32_t token : set.x.integers()) QVERIFY(token >= 0 && token < set.classes());
        return;
    }
    for (const float value : set.x.reals()) QVERIFY(std::isfinite(value));
    if (set.task == Task::Regression) {
        for (const float value : set.y.reals()) QVERIFY(std::isfinite(value));
    } else {
        for (const int32_t label : set.y.integers()) QVERIFY(label >= 0 && label < set.classes());
    }
}

/// True if a set came out; any exception but Error fails the test.
bool loads(const DataChoice& choice)
{
    try {
        requireSound(loadDataset(choice));
        return true;
    } catch (const Error& error) {
        if (error.what.empty()) QTest::qFail("an Error that says nothing", __FILE__, __LINE__);
        return false;
    }
}

} // namespace

class TestDamage : public QObject
{
    Q_OBJECT

private slots:
    void filesCutAtEveryLength()
    {
        const Folder folder;
        for (const Sample& sample : writeAll(folder)) {
            const DataChoice choice = choiceOf(folder, sample);
            QVERIFY2(loads(choice), sample.name.c_str());
            for (size_t size = 0; size < sample.bytes.size(); ++size) {
                folder.write(sample.name, sample.bytes.substr(0, size));
                const bool loaded = loads(choice);
                if (sample.whole && loaded) QFAIL((sample.name + " loads though it is cut").c_str());
                if (QTest::currentTestFailed()) return;
            }
            folder.write(sample.name, sample.bytes);
        }
    }

    void filesWithFlippedBytes()
    {
        const Folder folder;
        std::mt19937 random(20240229);
        for (const Sample& sample : writeAll(folder)) {
            const DataChoice choice = choiceOf(folder, sample);
            for (int trial = 0; trial < 400; ++trial) {
                std::string bytes = sample.bytes;
                // Headers are short and matter most: every other damage hits the first 64 bytes.
                const size_t range = trial % 2 ? bytes.size() : std::min<size_t>(bytes.size(), 64);
                for (uint32_t flips = 1 + random() % 3; flips > 0; --flips)
                    bytes[random() % range] = char(random());
                folder.write(sample.name, bytes);
                loads(choice);
                if (QTest::currentTestFailed()) {
                    folder.write("damaged", bytes);
                    QFAIL((sample.name + ", trial " + std::to_string(trial)).c_str());
                }
            }
            folder.write(sample.name, sample.bytes);
        }
    }
};

QTEST_APPLESS_MAIN(TestDamage)
#include "test_damage.moc"
