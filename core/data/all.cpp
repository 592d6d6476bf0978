// Every set that has a name. A new one is a row here; a new kind of file is a row in formats.cpp.
#include "core/data/all.h"
#include "core/data/readers.h"

#include <cstdlib>
#include <filesystem>

namespace core::data
{

namespace
{

using Kind = DataDeclaration::Kind;

ParameterDeclaration testParameter(double share)
{
    return numberParameter("test", share, 0, 0.95, "share of the examples that is kept for the test");
}

Examples table(const char* resource, const char* task)
{
    return readCsv(files::gunzip(files::resource(resource), resource), resource,
                   {.task = task, .header = "yes"});
}

NamedSet embedded(std::string name, std::string title, std::string help, std::string source,
                  std::function<Examples()> load)
{
    return {{std::move(name),
             std::move(title),
             std::move(help),
             std::move(source) + "; CC BY 4.0",
             Kind::Embedded,
             true,
             {testParameter(0.2)}},
            {},
            [load = std::move(load)](const Settings&) { return load(); }};
}

NamedSet generator(std::string name, std::string title, std::string help, bool twoClasses)
{
    NamedSet row{{name,
                  std::move(title),
                  std::move(help),
                  name == "moons" ? "scikit-learn, make_moons; BSD-3-Clause"
                                  : "TensorFlow Playground, src/dataset.ts; Apache-2.0",
                  Kind::Generator,
                  true,
                  // NUM_SAMPLES_CLASSIFY and NUM_SAMPLES_REGRESS of Playground's src/playground.ts.
                  {integerParameter("examples", twoClasses ? 500 : 1200, 2, 1e6, "how many points to draw"),
                   numberParameter("noise", 0, 0, 0.5, "as TensorFlow Playground's slider, 0.5 being its 50"),
                   testParameter(0.5)}},
                 {},
                 {}};
    if (twoClasses)
        row.declaration.parameters.push_back(choiceParameter(
            "targets", {"signs", "classes"}, "signs: real targets -1 and +1; classes: labels 0 and 1"));
    row.load = [name, twoClasses](const Settings& settings) {
        return generate(name, settings.integer("examples"), settings.number("noise"),
                        twoClasses && settings.text("targets") == "classes", settings.choice().splitSeed);
    };
    return row;
}

/// `files` are tried in turn within the data folder.
NamedSet external(DataDeclaration declaration, std::vector<std::string> files,
                  std::function<Examples(const std::string& path, const Settings&)> read)
{
    declaration.kind = Kind::External;
    const auto found = [files = std::move(files)](const std::string& folder) -> std::optional<std::string> {
        if (folder.empty()) return std::nullopt;
        for (const std::string& file : files)
            if (auto path = existing(folder + "/" + file)) return path;
        return std::nullopt;
    };
    const std::string name = declaration.name;
    return {std::move(declaration), found, [name, found, read = std::move(read)](const Settings& settings) {
                const std::string folder = dataFolder();
                const auto path = found(folder);
                if (!path)
                    throw Error{"data " + name, "it is not in the data folder \"" + folder + "\"",
                                "`axo data get " + name + "`, or set AXO_DATA to the folder that has it"};
                return read(*path, settings);
            }};
}

Examples withClasses(Examples examples, std::vector<std::string> names)
{
    examples.set.classNames = std::move(names);
    return examples;
}

std::vector<NamedSet> makeTable()
{
    std::vector<NamedSet> rows;
    const auto add = [&](NamedSet row) { rows.push_back(std::move(row)); };
    add(embedded("digits", "Digits 8x8", "1797 handwritten digits of 8 x 8 pixels from 0 to 16",
                 "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI, 1998, the test "
                 "part, doi:10.24432/C50P49",
                 digits));
    add(embedded("iris", "Iris", "150 flowers, 4 lengths in cm, 3 species",
                 "R. A. Fisher, 1936; UCI, doi:10.24432/C56C76, two values mended after Fisher's paper",
                 [] { return table("data/iris.csv.gz", "classification"); }));
    add(embedded("wine", "Wine", "178 wines, 13 chemical measurements, 3 cultivars",
                 "S. Aeberhard, M. Forina: Wine, UCI, 1991, doi:10.24432/C5PC7J",
                 [] { return table("data/wine.csv.gz", "classification"); }));
    add(embedded("breast-cancer", "Breast cancer",
                 "569 tumours, 30 measurements of cell nuclei, benign or malignant",
                 "W. Wolberg, O. Mangasarian, N. Street, W. Street: Breast Cancer Wisconsin, UCI, 1995, "
                 "doi:10.24432/C5DW2B",
                 [] { return table("data/breast-cancer.csv.gz", "classification"); }));
    add(embedded(
        "diabetes", "Diabetes", "442 patients, 10 measurements, progression of the disease after a year",
        "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani: Least Angle Regression, Ann. Statist. 32, 2004",
        [] { return table("data/diabetes.csv.gz", "regression"); }));
    rows.back().declaration.source =
        "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani: Least Angle Regression, Ann. Statist. 32, 2004; "
        "unscaled, by way of scikit-learn (BSD-3-Clause)";
    add(generator("xor", "Exclusive or", "points in four quadrants; the sign of x y", true));
    add(generator("circles", "Circles", "a disc within a ring", true));
    add(generator("moons", "Two moons",
                  "two half circles that reach into each other; noise in units of their radius", true));
    add(generator("spiral", "Spiral", "two arms wound around each other", true));
    add(generator("gaussian", "Gaussian", "two blobs at (2, 2) and (-2, -2)", true));
    add(generator("plane", "Plane", "regression: (x + y) / 10", false));
    add(generator("gauss-regression", "Hills", "regression: three hills and three valleys", false));
    add({{"sequences",
          "Sequences",
          "tokens to tokens: reversed, sorted, summed up modulo their number, or copied",
          "drawn at random",
          Kind::Generator,
          true,
          {choiceParameter("task", sequenceTasks(), "what the answer to a sequence is"),
           integerParameter("examples", 5000, 2, 1e6, "how many sequences to draw"),
           integerParameter("length", 8, 1, 4096, "tokens of a sequence"),
           integerParameter("symbols", 10, 2, 1000, "different tokens"), testParameter(0.2)}},
         {},
         [](const Settings& settings) {
             return sequences(settings.text("task"), settings.integer("examples"), settings.integer("length"),
                              settings.integer("symbols"), settings.choice().splitSeed);
         }});
    add({{"digit-strokes",
          "Strokes of digits",
          "the 8 x 8 digits under noise: which pixels are of the stroke, which of the paper",
          rows.front().declaration.source,
          Kind::Generator,
          true,
          {numberParameter("noise", 0.3, 0, 10, "deviation of the noise, white being 1"),
           testParameter(0.2)}},
         {},
         [](const Settings& settings) {
             return digitMasks(settings.number("noise"), settings.choice().splitSeed);
         }});
    add(external(
        {"mnist", "MNIST", "70000 handwritten digits of 28 x 28 pixels; the last 10000 are the test",
         "Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits, 1998; CC BY-SA 3.0"},
        {"mnist/train-images-idx3-ubyte", "mnist/train-images.idx3-ubyte"},
        [](const std::string& path, const Settings&) { return readIdxPair(path, 10); }));
    add(external({"fashion-mnist", "Fashion-MNIST",
                  "70000 pictures of clothes, 28 x 28 pixels; the last 10000 are the test",
                  "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, arXiv:1708.07747, 2017; MIT"},
                 {"fashion-mnist/train-images-idx3-ubyte"}, [](const std::string& path, const Settings&) {
                     return withClasses(readIdxPair(path, 10),
                                        {"T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal",
                                         "shirt", "sneaker", "bag", "ankle boot"});
                 }));
    add(external(
        {"cifar10", "CIFAR-10", "photographs of 32 x 32 pixels in three colours, 10 classes",
         "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009; no licence stated"},
        {"cifar10", "cifar-10-batches-bin"},
        [](const std::string& path, const Settings&) { return readCifar10(path); }));
    add(external({"shakespeare", "Tiny Shakespeare",
                  "1.1 million characters of plays, to be continued character by character",
                  "A. Karpathy, char-rnn, 2015; public domain", Kind::External, true, textParameters()},
                 {"tinyshakespeare/input.txt"}, [](const std::string& path, const Settings& settings) {
                     return readText(readPacked(path), path, settings.integer("blockLength"),
                                     settings.integer("stride"));
                 }));
    add(external(
        {"california-housing",
         "California housing",
         "20640 districts, 8 measurements and the nearness of the ocean; regression of the median house "
         "value",
         "R. K. Pace, R. Barry: Sparse spatial autoregressions, Statistics and Probability Letters 33, 1997",
         Kind::External,
         true,
         {testParameter(0.2)}},
        {"california-housing/housing.csv"}, [](const std::string& path, const Settings&) {
            return readCsv(
                readPacked(path), path,
                {.label = "median_house_value", .task = "regression", .missing = "mean", .header = "yes"});
        }));
    return rows;
}

} // namespace

std::vector<NamedSet> namedSets() { return makeTable(); }

} // namespace core::data

namespace core
{

std::string dataFolder()
{
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value ? value : "");
    };
    if (const std::string own = variable("AXO_DATA"); !own.empty()) return own;
    if (const std::string share = variable("XDG_DATA_HOME"); !share.empty())
        return share + "/axonometry/data";
    if (const std::string home = variable("HOME"); !home.empty())
        return home + "/.local/share/axonometry/data";
    return "";
}

std::vector<DataDeclaration> dataDeclarations()
{
    std::vector<DataDeclaration> declarations;
    for (const data::NamedSet& row : data::namedSets()) {
        declarations.push_back(row.declaration);
        if (row.found) declarations.back().available = row.found(dataFolder()).has_value();
    }
    return declarations;
}

} // namespace core
