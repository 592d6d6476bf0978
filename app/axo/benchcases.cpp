#include "app/axo/bench.h"

#include "core/ops/build.h"
#include "core/program/transform.h"

#include <random>

namespace axo
{

namespace
{

using core::Document;
using core::Setting;

Setting text(std::string value) { return {Setting::Kind::Text, 0, std::move(value), false}; }
Setting number(double value) { return {Setting::Kind::Number, value, {}, false}; }

/// Two inputs, tanh layers, one output, squared error, plain gradient descent: TensorFlow Playground's
/// network.
Document perceptron(const std::vector<int>& hidden, int64_t batch)
{
    Document document;
    std::vector<core::Block>& blocks = document.diagram.blocks;
    std::vector<core::Wire>& wires = document.diagram.wires;
    blocks.push_back({"data", "data", {}, {}, {}});
    core::PortRef last{"data", "x"};
    const auto then = [&](const std::string& id, const char* kind, const char* key,
                          const std::string& setting) {
        blocks.push_back({id, kind, {{key, text(setting)}}, {}, {}});
        wires.push_back({last, {id, "x"}});
        last = {id, "y"};
    };
    for (size_t i = 0; i < hidden.size(); ++i) {
        const std::string number = std::to_string(i + 1);
        then("hidden" + number, "linear", "to", "channel: " + std::to_string(hidden[i]));
        then("tanh" + number, "activation", "formula", "tanh(x)");
    }
    then("output", "linear", "to", "output: 1");
    blocks.push_back({"loss", "mse", {}, {}, {}});
    wires.push_back({last, {"loss", "prediction"}});
    wires.push_back({{"data", "y"}, {"loss", "target"}});
    document.data.name = "spiral";
    document.data.settings = {{"examples", number(batch == 0 ? 1000 : 500)}, {"test", number(0.5)}};
    document.data.validation = 0;
    document.train = {"sgd", {}, "0.03", batch, 1000, 0, 0};
    return document;
}

Document withTraining(const std::string& preset, const std::string& optimiser, const std::string& rate,
                      int64_t batch)
{
    Document document = core::preset(preset);
    document.train.optimiser = optimiser;
    document.train.settings.clear();
    document.train.rate = rate;
    document.train.batch = batch;
    document.train.clip = 0;
    return document;
}

std::vector<int64_t> range(int64_t begin, int64_t end)
{
    std::vector<int64_t> indices;
    for (int64_t i = begin; i < end; ++i) indices.push_back(i);
    return indices;
}

/// The shapes of MNIST without its pictures.
core::Dataset randomImages(const core::DataChoice& choice)
{
    constexpr int64_t examples = 8192;
    std::mt19937 random(1);
    std::uniform_real_distribution<float> pixel(0, 1);
    std::vector<float> x(size_t(examples) * 784);
    for (float& value : x) value = pixel(random);
    std::vector<int32_t> y(size_t(examples), 0);
    for (int32_t& label : y) label = int32_t(random() % 10);
    core::Dataset set;
    set.name = choice.name;
    set.x =
        core::Array::real({{"example", examples}, {"row", 28}, {"column", 28}, {"colour", 1}}, std::move(x));
    set.y = core::Array::integer({{"example", examples}}, std::move(y));
    for (int i = 0; i < 10; ++i) set.classNames.push_back(std::to_string(i));
    set.train = range(0, examples - 1024);
    set.test = range(examples - 1024, examples);
    return set;
}

/// 65 different characters, as the text of PEERS has; in no order.
core::Dataset randomText(const core::DataChoice& choice)
{
    constexpr int64_t length = 100'000;
    std::mt19937 random(1);
    std::vector<int32_t> tokens(size_t(length), 0);
    for (int32_t& token : tokens) token = int32_t(random() % 65);
    core::Dataset set;
    set.name = choice.name;
    set.task = core::Task::NextToken;
    set.blockLength = 64;
    set.x = core::Array::integer({{"token", length}}, std::move(tokens));
    set.y = set.x;
    for (int i = 0; i < 65; ++i) set.vocabulary.push_back(std::string(1, char('0' + i)));
    set.train = range(0, length - 1000);
    set.test = {length - 900, length - 800};
    return set;
}

struct TrainingCase {
    core::Run run;
};

/// Of a step on a graphics processor: most dispatches, and how few could do. The bound has one for each
/// contraction and, where a whole row must be known before the next one may begin, one for the rows: loss,
/// softmax and norms, forward and backward. All else could be part of those.
struct Goal {
    int64_t dispatches = 0, bound = 0;
};

using MakeData = core::Dataset (*)(const core::DataChoice&);

Prepared steps(core::Backend& backend, const Document& document, MakeData substitute = nullptr,
               Goal goal = {})
{
    std::shared_ptr<const core::Dataset> data;
    bool real = true;
    try {
        data = std::make_shared<const core::Dataset>(core::loadDataset(document.data));
    } catch (const core::Error&) {
        if (!substitute) throw;
        data = std::make_shared<const core::Dataset>(substitute(document.data));
        real = false;
    }
    const auto training = std::make_shared<TrainingCase>(
        TrainingCase{core::Run(document, core::BlockLibrary::builtIn(), data, backend)});
    const core::Cost cost = training->run.cost();
    Prepared prepared;
    const bool onDevice = backend.info().name == "vulkan";
    if (const int64_t together = training->run.stepsTogether(); together == 1) {
        prepared.work = [run = &training->run] { run->step(); };
    } else {
        prepared.unit = together;
        prepared.work = [run = &training->run, together] { run->advance(together); };
    }
    prepared.counts = {{"kernels", cost.kernels},
                       {"flops", cost.flops},
                       {"bytes_moved", cost.bytesMoved},
                       {"arena_bytes", cost.arenaBytes},
                       {"batch", document.train.batch},
                       {"parameters", training->run.parameterCount()},
                       {"data", real ? data->name : "random"}};
    if (onDevice) {
        prepared.submits = [run = &training->run] { return run->cost().submits; };
        prepared.counts.update({{"dispatches", cost.kernels},
                                {"barriers", cost.barriers},
                                {"read_backs", cost.readBacks},
                                {"steps_per_submit", training->run.stepsTogether()}});
        if (goal.dispatches)
            prepared.counts.update({{"dispatches_goal", goal.dispatches},
                                    {"dispatches_bound", goal.bound},
                                    {"submits_goal", 0.1}});
    }
    prepared.keep = training;
    return prepared;
}

/// What TensorFlow Playground does for every frame: an epoch, then the losses of both parts.
Prepared playgroundApp(core::Backend& backend)
{
    Prepared prepared = steps(backend, perceptron({4, 2}, 10));
    core::Run* const run = &static_cast<TrainingCase*>(prepared.keep.get())->run;
    prepared.unit = run->stepsPerEpoch();
    prepared.work = [run, epoch = prepared.unit] {
        for (int64_t i = 0; i < epoch; ++i) run->step();
        run->evaluate(core::Run::Split::Train);
        run->evaluate(core::Run::Split::Test);
    };
    return prepared;
}

/// C[m, n] = sum over k of A[m, k] B[k, n].
Prepared contraction(core::Backend& backend, int64_t m, int64_t n, int64_t k)
{
    struct Work {
        std::shared_ptr<core::Memory> memory;
        std::unique_ptr<core::Executable> executable;
    };
    using namespace core;
    Program program;
    const ValueId a = build::input(program, "a", {Element::Real, {{"m", m}, {"k", k}}});
    const ValueId b = build::input(program, "b", {Element::Real, {{"k", k}, {"n", n}}});
    program.results = {{"c", build::contract(program, a, b, {"k"})}};
    const auto work = std::make_shared<Work>();
    work->memory = backend.memory();
    work->executable = backend.compile(program, work->memory, 0);
    std::vector<float> values(size_t(std::max(m * k, k * n)), 0.5f);
    for (const char* name : {"a", "b"})
        work->executable->upload(work->executable->input(name), values.data());
    Prepared prepared;
    prepared.unit = work->executable->mostRunsAhead();
    prepared.work = [executable = work->executable.get(), together = prepared.unit,
                     c = std::vector<float>(size_t(m * n))]() mutable {
        for (int64_t i = 0; i < together; ++i) executable->run();
        if (together > 1) executable->download(0, c.data()); // until they are done
    };
    prepared.counts = {{"flops", 2 * m * n * k}, {"m", m}, {"n", n}, {"k", k}};
    prepared.keep = work;
    return prepared;
}

} // namespace

std::vector<Case> benchCases()
{
    std::vector<Case> cases;
    const auto playground = [&](std::string name, std::string help, std::vector<int> hidden, int64_t batch) {
        cases.push_back({std::move(name), std::move(help), [hidden, batch](core::Backend& backend) {
                             return steps(backend, perceptron(hidden, batch));
                         }});
    };
    playground("playground-500", "2-8-8-1, all 500 points", {8, 8}, 0);
    playground("playground-10", "2-4-2-1, batch 10", {4, 2}, 10);
    for (const int64_t batch : {10, 30, 200}) {
        const std::string size = std::to_string(batch);
        playground("playground-batch-" + size, "2-8-8-1, batch " + size, {8, 8}, batch);
    }
    cases.push_back({"playground-app", "2-4-2-1, batch 10, losses of both parts each epoch", playgroundApp});
    const auto network = [&](std::string name, std::string help, Document (*document)(), MakeData substitute,
                             Goal goal = {}) {
        cases.push_back({std::move(name), std::move(help), [=](core::Backend& backend) {
                             return steps(backend, document(), substitute, goal);
                         }});
    };
    network(
        "mlp-512", "784-512-512-10, batch 128", [] { return withTraining("mlp-512", "sgd", "0.1", 128); },
        randomImages);
    network(
        "mnist-cnn", "two convolutions, batch 64", [] { return withTraining("mnist-cnn", "sgd", "0.1", 64); },
        randomImages);
    network("mlp-512-adam", "the same with Adam",
            [] { return withTraining("mlp-512", "adam", "0.001", 128); }, randomImages, {24, 9});
    network("mnist-cnn-adam", "the same with Adam",
            [] { return withTraining("mnist-cnn", "adam", "0.001", 64); }, randomImages, {45, 9});
    network("char-transformer", "4 layers, width 128, block 64, batch 32",
            [] { return withTraining("char-transformer", "adamw", "0.001", 32); }, randomText, {150, 126});
    for (const auto& [m, n, k] : {std::tuple<int64_t, int64_t, int64_t>{128, 512, 784},
                                  {256, 256, 256},
                                  {512, 512, 512},
                                  {64, 512, 512},
                                  {2048, 512, 128},
                                  {32, 32, 32},
                                  {10, 8, 8}}) {
        const std::string name =
            "contract-" + std::to_string(m) + "-" + std::to_string(n) + "-" + std::to_string(k);
        cases.push_back({name, "m, n, k", [m = m, n = n, k = k](core::Backend& backend) {
                             return contraction(backend, m, n, k);
                         }});
    }
    for (Case& row : layoutCases()) cases.push_back(std::move(row));
    return cases;
}

} // namespace axo
