#include "core/data/readers.h"
#include "tests/core/data/samples.h"

#include <QtTest>

#include <numeric>

using namespace core;
using namespace core::data;
using namespace samples;

namespace
{

/// Four pictures of 2 x 3 pixels 0, 1, 2, ... with the labels 3 1 0 2.
const std::string images = [] {
    std::string pixels(24, '\0');
    std::iota(pixels.begin(), pixels.end(), char(0));
    return idx(8, {4, 2, 3}, pixels);
}();
const std::string labels = idx(8, {4}, {3, 1, 0, 2});

Dataset csv(const std::string& bytes, const CsvOptions& options = {})
{
    return readCsv(bytes, "table", options).set;
}

std::string csvError(const std::string& bytes, const CsvOptions& options = {})
{
    return errorOf([&] { csv(bytes, options); });
}

std::string loadError(const DataChoice& choice)
{
    return errorOf([&] { loadDataset(choice); });
}

std::string externalData()
{
    std::vector<std::string> folders{AXO_SOURCE_DIR "/../shared/data", AXO_SOURCE_DIR "/../../shared/data"};
    if (const char* own = std::getenv("AXO_DATA")) folders.insert(folders.begin(), own);
    for (const std::string& folder : folders)
        if (existing(folder + "/mnist/train-images-idx3-ubyte")) return folder;
    return "";
}

} // namespace

class TestReaders : public QObject
{
    Q_OBJECT

private slots:
    void idxElementsAreBigEndian()
    {
        QCOMPARE(parseIdx(labels, "").integers(), (std::vector<int32_t>{3, 1, 0, 2}));
        QCOMPARE(parseIdx(idx(9, {2}, "\xff\x05"), "").integers(), (std::vector<int32_t>{-1, 5}));
        QCOMPARE(parseIdx(idx(11, {1, 2}, {-1, -2, 1, 0}), "").integers(), (std::vector<int32_t>{-2, 256}));
        QCOMPARE(parseIdx(idx(12, {1}, {0, 1, 0, 2}), "").integers(), (std::vector<int32_t>{65538}));
        // 1.5 by IEEE 754: 3fc00000 and 3ff8000000000000.
        QCOMPARE(parseIdx(idx(13, {1}, {0x3f, char(0xc0), 0, 0}), "").reals(), std::vector{1.5f});
        QCOMPARE(parseIdx(idx(14, {1}, {0x3f, char(0xf8), 0, 0, 0, 0, 0, 0}), "").reals(), std::vector{1.5f});
        QCOMPARE(parseIdx(images, "").type.text(), std::string("integer[axis0=4, axis1=2, axis2=3]"));
    }

    void idxPairsAreFoundByNameAndTheTestSetStaysApart()
    {
        const Folder folder;
        const std::string path = folder.write("train-images-idx3-ubyte", images);
        folder.write("train-labels-idx1-ubyte", labels);
        const Dataset plain = loadDataset(choose(path));
        QCOMPARE(plain.x.type.text(), std::string("real[example=4, row=2, column=3, colour=1]"));
        QCOMPARE(plain.x.reals()[13], 13.f);
        QCOMPARE(plain.y.integers(), (std::vector<int32_t>{3, 1, 0, 2}));
        QCOMPARE(plain.classes(), int64_t(4));
        QCOMPARE(plain.test.size(), size_t(1)); // 0.2 of 4

        folder.write("t10k-images-idx3-ubyte.gz", gzip(idx(8, {1, 2, 3}, "abcdef")));
        folder.write("t10k-labels-idx1-ubyte.gz", gzip(idx(8, {1}, {2})));
        for (const std::string& name : {path, folder.path("")}) {
            const Dataset set = loadDataset(choose(name));
            QCOMPARE(set.examples(), int64_t(5));
            QCOMPARE(set.test, std::vector<int64_t>{4});
            QCOMPARE(set.train.size(), size_t(4));
            QCOMPARE(set.x.reals()[24], float('a'));
        }
        folder.write("t10k-images-idx3-ubyte.gz", gzip(idx(8, {1, 3, 2}, "abcdef")));
        QVERIFY(contains(loadError(choose(path)), "another shape"));
    }

    void packedAndPlainFilesGiveTheSame()
    {
        const Folder folder;
        folder.write("plain/some-images.idx", images);
        folder.write("plain/some-labels.idx", labels);
        folder.write("packed/some-images.idx.gz", gzip(images));
        folder.write("packed/some-labels.idx.gz", gzip(labels));
        const Dataset plain = loadDataset(choose(folder.path("plain/some-images.idx")));
        const Dataset packed = loadDataset(choose(folder.path("packed/some-images.idx.gz")));
        QCOMPARE(plain.x, packed.x);
        QCOMPARE(plain.y, packed.y);
    }

    void wrongIdxFilesAreRefused()
    {
        const auto error = [](const std::string& bytes) { return errorOf([&] { parseIdx(bytes, "f"); }); };
        QVERIFY(contains(error("\1\2\3\4"), "magic number"));
        QVERIFY(contains(error(idx(10, {1}, "a")), "magic number"));
        QVERIFY(contains(error(idx(8, {}, "")), "magic number"));
        QVERIFY(contains(error(idx(8, {3}, "ab")), "says 3 elements, but 2 bytes"));
        QVERIFY(contains(error(idx(8, {1}, "ab")), "says 1 elements, but 2 bytes"));
        const uint32_t most = UINT32_MAX;
        QVERIFY(contains(error(idx(8, {most, most, most}, "")), "4294967295 x 4294967295"));
        QVERIFY(contains(error(idx(14, {1u << 29, 8}, "")), "elements, but 0 bytes"));

        const Folder folder;
        const std::string path = folder.write("images", images);
        QVERIFY(contains(loadError(choose(path)), "no labels beside it"));
        folder.write("labels", idx(8, {3}, {0, 0, 0}));
        QVERIFY(contains(loadError(choose(path)), "4 images but 3 labels"));
        folder.write("labels", labels);
        QVERIFY(contains(loadError(choose(path, {{"classes", number(3)}})),
                         "example 0: label 3 is out of range (labels go from 0 to 2)"));
        folder.write("labels", idx(9, {4}, {0, 0, -1, 0}));
        QVERIFY(contains(loadError(choose(path)), "example 2: label -1 is out of range"));
    }

    void cifarPlanesBecomeColours()
    {
        const Folder folder;
        const std::string two = cifarRecord(7, 100, char(200)) + cifarRecord(0, 1, 2);
        folder.write("cifar/data_batch_1.bin", two);
        folder.write("cifar/test_batch.bin.gz", gzip(cifarRecord(9, 0, 0)));
        const Dataset set = loadDataset(choose(folder.path("cifar")));
        QCOMPARE(set.x.type.text(), std::string("real[example=3, row=32, column=32, colour=3]"));
        const std::vector<float> start{0, 100, 200, 1, 100, 200};
        QVERIFY(std::equal(start.begin(), start.end(), set.x.reals().begin()));
        QCOMPARE(set.y.integers(), (std::vector<int32_t>{7, 0, 9}));
        QCOMPARE(set.classNames[7], std::string("horse"));
        QCOMPARE(set.test, std::vector<int64_t>{2});
        QCOMPARE(loadDataset(choose(folder.path("cifar/data_batch_1.bin"))).examples(), int64_t(2));

        folder.write("bad.bin", two + "x");
        QVERIFY(contains(loadError(choose(folder.path("bad.bin"))), "not whole records of 3073"));
        folder.write("bad.bin", two + cifarRecord(10, 0, 0));
        QVERIFY(contains(loadError(choose(folder.path("bad.bin"))), "record 2: label 10 is out of range"));
    }

    void csvDelimitersAreFound()
    {
        const Dataset expected = csv("a,b,c\n1,2.5,3\n4,-5e1,6\n");
        QCOMPARE(expected.x.reals(), (std::vector<float>{1, 2.5, 4, -50}));
        QCOMPARE(expected.y.reals(), (std::vector<float>{3, 6}));
        QCOMPARE(expected.featureNames, (std::vector<std::string>{"a", "b"}));
        for (const char delimiter : {';', '\t', '|', ' '}) {
            std::string other = "a,b,c\n1,2.5,3\n4,-5e1,6\n";
            std::replace(other.begin(), other.end(), ',', delimiter);
            const Dataset set = csv(other);
            QCOMPARE(set.x, expected.x);
            QCOMPARE(set.y, expected.y);
        }
        QCOMPARE(csv("\xef\xbb\xbf"
                     "a,b,c\r\n1,2.5,3\r\n\r\n4,-5e1,6")
                     .x,
                 expected.x);
        // With decimal commas quoted or another delimiter named, the choice decides.
        QCOMPARE(csv("1,5;2\n3,5;4\n", {.header = "no", .delimiter = "comma"}).x.type.axes[0].size,
                 int64_t(2));
    }

    void csvHeadersAreFound()
    {
        QCOMPARE(csv("1,2\n3,4\n").examples(), int64_t(2));
        QCOMPARE(csv("1,2\n3,4\n").featureNames, std::vector<std::string>{"column1"});
        QCOMPARE(csv("x,y\n3,4\n").examples(), int64_t(1));
        QCOMPARE(csv("x,y\n?,4\n", {.missing = "mean"}).featureNames, std::vector<std::string>{"x"});
        QCOMPARE(csv("kind,name\nred,ann\nblue,bob\n").examples(), int64_t(2)); // all text, names of columns
        QCOMPARE(csv("red,ann\nred,bob\n").examples(), int64_t(2)); // "red" occurs below: no header
        QCOMPARE(csv("x,y\n3,4\n5,6\n", {.header = "yes"}).examples(), int64_t(2));
        QCOMPARE(csv("1,2\n3,4\n5,6\n", {.header = "yes"}).featureNames, std::vector<std::string>{"1"});
    }

    void csvTextBecomesCategoriesAndClasses()
    {
        const Dataset set = csv("size,colour,kind\n1,red,oak\n2,\"dark, blue\",elm\n3,red,oak\n");
        QCOMPARE(set.featureNames, (std::vector<std::string>{"size", "colour=dark, blue", "colour=red"}));
        QCOMPARE(set.x.reals(), (std::vector<float>{1, 0, 1, 2, 1, 0, 3, 0, 1}));
        QCOMPARE(set.classNames, (std::vector<std::string>{"elm", "oak"}));
        QCOMPARE(set.y.integers(), (std::vector<int32_t>{1, 0, 1}));
        QCOMPARE(csv("a,b\n1,\"say \"\"no\"\"\"\n2,x\n").classNames[0], std::string("say \"no\""));
    }

    void csvLabelColumnsAndTasksAreChosen()
    {
        const std::string table = "y,a,b\n0,1,2.5\n1,3,4.5\n";
        QCOMPARE(csv(table).y.reals(), (std::vector<float>{2.5, 4.5})); // the last, not whole: regression
        for (const char* label : {"y", "1"}) {
            const Dataset set = csv(table, {.label = label, .task = "classification"});
            QCOMPARE(set.y.integers(), (std::vector<int32_t>{0, 1}));
            QCOMPARE(set.x.reals(), (std::vector<float>{1, 2.5, 3, 4.5}));
        }
        std::string many = "a,y\n";
        for (int i = 0; i < 20; ++i) many += std::to_string(i) + "," + std::to_string(10 - i % 2) + "\n";
        const Dataset classes = csv(many); // two whole numbers, ten times each
        QCOMPARE(classes.classNames, (std::vector<std::string>{"9", "10"}));
        QCOMPARE(classes.y.integers()[0], 1);
        QCOMPARE(csv(many, {.task = "regression"}).y.reals()[0], 10.f);
        QVERIFY(contains(csvError(table, {.label = "z"}), "columns: y, a, b"));
        QVERIFY(contains(csvError("a,y\n1,x\n2,z\n", {.task = "regression"}), "cannot be regressed"));
    }

    void missingValuesAreAnErrorOrTheMeanOfTheTrainingPart()
    {
        const std::string table = "a,b,y\n1,2,0.5\n,4,1.5\n3,?,2.5\n5,6,3.5\n";
        QVERIFY(contains(csvError(table), "table, line 3, column 1 (a): the value is missing"));
        const Folder folder;
        DataChoice choice = choose(folder.write("t.csv", table), {{"missing", text("mean")}});
        choice.settings["test"] = number(0);
        const Dataset set = loadDataset(choice);
        QCOMPARE(set.x.reals(), (std::vector<float>{1, 2, 3, 4, 3, 4, 5, 6})); // means of 1 3 5 and of 2 4 6
        QVERIFY(contains(csvError("a,y\n1,2\n2,\n", {.missing = "mean"}), "line 3, column 2 (y)"));
    }

    void wrongFieldsOfCsvAreLocated()
    {
        QVERIFY(contains(csvError("a,b,y\n1,2,3\n1,inf,3\n1,2,3\n"),
                         "line 3, column 2 (b): the value is not finite"));
        QVERIFY(contains(csvError("a,b,y\n1,2,3\n1,2,3\n1,2x,3\n"),
                         "line 4, column 2 (b): \"2x\" is not a number"));
        QVERIFY(contains(csvError("a,b,y\n1,2,3\n1,nan,3\n"), "line 3, column 2 (b): the value is missing"));
        QVERIFY(contains(csvError("a,b\n1,2\n1,2,3\n"), "line 3: 3 fields where the first line has 2"));
        QVERIFY(contains(csvError("a,b\n1,\"2\n"), "line 2: a quote is not closed"));
        QVERIFY(contains(csvError("a,b\n1,\"2\"x\n"), "line 2: text after a closing quote"));
        QVERIFY(contains(csvError(""), "empty"));
        QVERIFY(contains(csvError("a,b\n", {.header = "yes"}), "no rows"));
        QVERIFY(contains(csvError("1\n2\n"), "no column besides the label"));
    }

    void numpyArraysAreADataSet()
    {
        const std::string x = npy("<f4", "3, 2", raw<float>({1, 2, 3, 4, 5, 6}));
        const std::string y = npy("<i8", "3,", raw<int64_t>({0, 2, 1}));
        const Folder folder;
        const std::string inputs = folder.write("x.npy", x);
        folder.write("y.npy", y);
        const std::string packed = folder.write("both.npz", zip({{"x.npy", x}, {"y.npy", y}}));
        for (const std::string& path : {inputs, packed}) {
            const Dataset set = loadDataset(choose(path));
            QCOMPARE(set.x.type.text(), std::string("real[example=3, feature=2]"));
            QCOMPARE(set.x.reals()[5], 6.f);
            QCOMPARE(set.y.integers(), (std::vector<int32_t>{0, 2, 1}));
            QCOMPARE(set.classes(), int64_t(3));
        }
        QCOMPARE(loadDataset(choose(packed, {{"task", text("regression")}})).y.reals(),
                 (std::vector<float>{0, 2, 1}));
        const std::string parted =
            folder.write("parted.npz",
                         zip({{"x_train.npy", x}, {"y_train.npy", y}, {"x_test.npy", x}, {"y_test.npy", y}}));
        QCOMPARE(loadDataset(choose(parted)).test, (std::vector<int64_t>{3, 4, 5}));
    }

    void wrongNumpySetsAreRefused()
    {
        const Folder folder;
        const auto error = [&](const std::string& x, const std::string& y) {
            return loadError(choose(folder.write("f.npz", zip({{"x.npy", x}, {"y.npy", y}}))));
        };
        const std::string x = npy("<f4", "2, 1", raw<float>({1, 2})), y = npy("|u1", "2,", {0, 1});
        QCOMPARE(error(x, y), std::string());
        QVERIFY(contains(error(npy("<f4", "2, 2", raw<float>({1, 2, 3, NAN})), y),
                         "f.npz, example 1, feature 1: not a number"));
        QVERIFY(
            contains(error(x, npy("<f4", "2,", raw<float>({0, INFINITY}))), "example 1, target: infinite"));
        QVERIFY(contains(error(x, npy("|u1", "3,", {0, 1, 2})), "2 examples but 3 labels"));
        QVERIFY(contains(error(x, npy("|u1", "2, 2", {0, 1, 1, 0})), "one number an example"));
        QVERIFY(contains(error(x, npy("<i4", "2,", raw<int32_t>({0, 100'000}))), "too large"));
        QVERIFY(contains(error(x, npy("|u1", "", {1})), "single number"));
        QVERIFY(contains(error(npy("<f4", "2, 0", ""), y), "no examples or no features"));
        QVERIFY(contains(error(x, npy("<f4", "2, 0", "")), "no targets"));
        QVERIFY(contains(error(npy("<f4", "4611686018427387904, 2", ""), y), "shape"));
        folder.write("g.npz", zip({{"weights.npy", x}}));
        QVERIFY(contains(loadError(choose(folder.path("g.npz"))), "but weights"));
        const std::string none = "4611686018427387904, 0"; // 2^62 examples of nothing, twice
        folder.write("h.npz", zip({{"x_train.npy", npy("<f4", none, "")},
                                   {"y_train.npy", y},
                                   {"x_test.npy", npy("<f4", none, "")},
                                   {"y_test.npy", y}}));
        QVERIFY(contains(loadError(choose(folder.path("h.npz"))), "too many examples"));
        folder.write("x.npy", x);
        QVERIFY(contains(loadError(choose(folder.path("x.npy"))), "no labels beside it"));
    }

    void foldersOfPicturesAreClasses()
    {
        const Folder folder;
        folder.write("set/cat/a.png", png(2, 3, 1, {0, 1, 2, 3, 4, 5}));
        folder.write("set/dog/b.png", png(2, 3, 1, {9, 9, 9, 9, 9, 9}));
        const Dataset grey = loadDataset(choose(folder.path("set")));
        QCOMPARE(grey.x.type.text(), std::string("real[example=2, row=2, column=3, colour=1]"));
        QCOMPARE(grey.x.reals()[5], 5.f);
        QCOMPARE(grey.classNames, (std::vector<std::string>{"cat", "dog"}));
        QCOMPARE(grey.y.integers(), (std::vector<int32_t>{0, 1}));

        // A JPEG of one colour and quality 100 is exact but for the rounding of YCbCr.
        std::string flat;
        for (int i = 0; i < 6; ++i) flat += std::string{char(200), 100, 50};
        folder.write("set/dog/c.jpg", jpeg(2, 3, 3, flat));
        const Dataset colour = loadDataset(choose(folder.path("set")));
        QCOMPARE(colour.x.type.text(), std::string("real[example=3, row=2, column=3, colour=3]"));
        QCOMPARE(colour.x.reals()[3 * 5 + 1], 5.f); // grey spreads over the three
        QVERIFY(std::abs(colour.x.reals()[36] - 200) <= 2 && std::abs(colour.x.reals()[38] - 50) <= 2);
        const Dataset turned = loadDataset(choose(folder.path("set"), {{"colour", text("grey")}}));
        QVERIFY(std::abs(turned.x.reals()[12] - 124.2) <= 2); // .299 x 200 + .587 x 100 + .114 x 50

        folder.write("set/dog/d.png", png(3, 2, 1, {0, 0, 0, 0, 0, 0}));
        QVERIFY(
            contains(loadError(choose(folder.path("set"))), "dog/d.png: it has 2 x 3 pixels, others 3 x 2"));
        folder.write("set/dog/d.png", "not a picture");
        QVERIFY(contains(loadError(choose(folder.path("set"))), "dog/d.png: it is neither a PNG nor a JPEG"));
    }

    void picturesMayComeWithATestSet()
    {
        const Folder folder;
        for (const char* name : {"train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png"})
            folder.write(name, png(1, 1, 1, {7}));
        const Dataset set = loadDataset(choose(folder.path("")));
        QCOMPARE(set.test, (std::vector<int64_t>{2, 3}));
        QCOMPARE(set.y.integers(), (std::vector<int32_t>{0, 1, 0, 1}));
        folder.write("test/c/1.png", png(1, 1, 1, {7}));
        QVERIFY(contains(loadError(choose(folder.path(""))), "test/c: there is no folder of this class"));
    }

    void textIsPredictedCharacterByCharacter()
    {
        const Folder folder;
        const std::string path = folder.write("t.txt", "b\xc3\xa4"
                                                       "abba\n");
        const std::map<std::string, Setting> settings{{"blockLength", number(3)}, {"stride", number(2)}};
        const Dataset set = loadDataset(choose(path, settings));
        QCOMPARE(set.vocabulary, (std::vector<std::string>{"\n", "a", "b", "\xc3\xa4"}));
        QCOMPARE(set.x.integers(), (std::vector<int32_t>{2, 3, 1, 2, 2, 1, 0}));
        std::vector<int64_t> starts = set.train;
        std::sort(starts.begin(), starts.end());
        QCOMPARE(starts, (std::vector<int64_t>{0, 2}));
        std::vector<int32_t> x(3), y(3);
        const std::vector<int64_t> index{2};
        fillBatch(set, index, x.data(), y.data());
        QCOMPARE(x, (std::vector<int32_t>{1, 2, 2}));
        QCOMPARE(y, (std::vector<int32_t>{2, 2, 1}));
        QCOMPARE(readText("a\xff"
                          "b",
                          "", 1, 1)
                     .set.vocabulary,
                 (std::vector<std::string>{"a", "b", "\\xff"})); // not UTF-8: bytes
        QVERIFY(contains(loadError(choose(path)), "shorter than one block of 64"));
        QVERIFY(contains(errorOf([] { readText({"a\0b", 3}, "f", 1, 1); }), "f, byte 1: a zero byte"));
        QVERIFY(!loadError(choose(folder.write("empty.txt", ""))).empty());
    }

    void unknownFilesAreNamed()
    {
        const Folder folder;
        QVERIFY(contains(loadError(choose(folder.write("f.bin0", std::string("\1\0\2", 3)))), "not known"));
        QVERIFY(contains(loadError(choose(folder.path(""))), "not known"));
        QVERIFY(contains(loadError(choose("/dev/null")), "not a regular file"));
    }

    /// yann.lecun.com/exdb/mnist: 60000 and 10000 examples; the first labels are 5 0 4 1 9 and 7 2 1 0 4.
    void mnistIsTheKnownOne()
    {
        const std::string folder = externalData();
        if (folder.empty()) {
            qInfo("MNIST is not here: set AXO_DATA to a folder that holds it");
            return;
        }
        const Examples examples = readIdxPair(*existing(folder + "/mnist/train-images-idx3-ubyte"), 10);
        const Dataset& set = examples.set;
        QCOMPARE(set.x.type.text(), std::string("real[example=70000, row=28, column=28, colour=1]"));
        QCOMPARE(examples.officialTest, int64_t(10000));
        const auto& y = set.y.integers();
        QCOMPARE(std::vector(y.begin(), y.begin() + 5), (std::vector<int32_t>{5, 0, 4, 1, 9}));
        QCOMPARE(std::vector(y.begin() + 60000, y.begin() + 60005), (std::vector<int32_t>{7, 2, 1, 0, 4}));
        // The mean and deviation that everyone divides by: 0.1307 and 0.3081 of the training pictures.
        double sum = 0, square = 0;
        const size_t pixels = 60000 * 784;
        for (size_t i = 0; i < pixels; ++i) {
            const double value = set.x.reals()[i] / 255;
            sum += value, square += value * value;
        }
        const double mean = sum / pixels;
        QVERIFY(std::abs(mean - 0.1307) < 5e-5);
        QVERIFY(std::abs(std::sqrt(square / pixels - mean * mean) - 0.3081) < 5e-5);
    }
};

QTEST_APPLESS_MAIN(TestReaders)
#include "test_readers.moc"
