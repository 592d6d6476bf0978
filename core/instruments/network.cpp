#include "core/instruments/network.h"

#include "core/instruments/derivatives.h"
#include "core/numeric/krylov.h"
#include "core/ops/op.h"
#include "core/program/initialise.h"
#include "core/program/transform.h"
#include "core/trainers/ports.h"
#include "core/trainers/programs.h"

#include <algorithm>
#include <cmath>

namespace core
{

namespace
{

constexpr size_t functionsKept = 32, elaborationsKept = 6;

bool kept(const Instruction& instruction)
{
    return instruction.op == findOp("parameter") || instruction.op == findOp("state");
}

void softmaxRows(std::span<float> values, size_t classes)
{
    for (size_t begin = 0; begin + classes <= values.size(); begin += classes) {
        const std::span<float> row = values.subspan(begin, classes);
        const float most = *std::max_element(row.begin(), row.end());
        float sum = 0;
        for (float& value : row) sum += value = std::exp(value - most);
        for (float& value : row) value /= sum;
    }
}

void put(InputPort& port, const Array& array)
{
    std::visit([&](const auto& from) { std::memcpy(port.elements(), from.data(), from.size() * 4); },
               array.data);
    port.commit();
}

/// As many examples at once as predict() gives to the machine.
int64_t chunkOf(const Dataset& data)
{
    const int64_t width = data.signature(1).x.count() * (data.task == Task::NextToken ? 128 : 1);
    return std::clamp<int64_t>(400'000 / std::max<int64_t>(width, 1), 32, 500);
}

} // namespace

struct Network::Function {
    std::string key;
    int64_t batch = 0;
    std::unique_ptr<Executable> executable;
    InputPort x, y;
    std::vector<InputPort> given; ///< by edit
    std::vector<std::pair<std::string, ResultPort>> results;
    std::vector<int64_t> loaded; ///< the examples that x, y and what is given belong to
};

Network::Network(Document document, std::shared_ptr<const BlockLibrary> library,
                 std::shared_ptr<const Dataset> data, Backend& backend)
    : m_document(std::move(document))
    , m_library(std::move(library))
    , m_data(std::move(data))
    , m_backend(&backend)
    , m_memory(backend.memory())
{
    elaboration(1);
}

Network::~Network() = default;

void Network::edit(NetworkEdits edits, const std::vector<Moment>& history)
{
    m_edits = std::move(edits);
    m_functions.clear();
    m_elaborations.clear();
    m_shared.forget();
    m_once.clear();
    m_unedited.reset();
    const bool given = std::any_of(m_edits.wires.begin(), m_edits.wires.end(),
                                   [](const WireEdit& edit) { return edit.from == WireEdit::From::Moment; });
    if (given) m_unedited = std::make_unique<Network>(m_document, m_library, m_data, *m_backend);
    for (WireEdit& edit : m_edits.wires) {
        if (edit.from != WireEdit::From::Moment || edit.moment.values) continue;
        const auto distance = [&](const Moment& moment) { return std::abs(moment.step - edit.moment.step); };
        const auto nearest =
            std::min_element(history.begin(), history.end(),
                             [&](const Moment& a, const Moment& b) { return distance(a) < distance(b); });
        const bool first = edit.moment.step == 0 || nearest == history.end();
        edit.moment = first ? m_unedited->initial() : *nearest;
    }
    elaboration(1);
}

const Elaboration& Network::elaboration(int64_t batch)
{
    for (auto it = m_elaborations.begin(); it != m_elaborations.end(); ++it) {
        if (it->first != batch) continue;
        m_elaborations.splice(m_elaborations.begin(), m_elaborations, it);
        return *it->second;
    }
    auto made = std::make_unique<Elaboration>(
        elaborateForTraining(m_document.diagram, *m_library, m_data->signature(batch), Phase::Evaluation));
    if (!m_edits.empty()) *made = edited(*made, m_document.diagram, m_edits);
    m_elaborations.emplace_front(batch, std::move(made));
    if (m_elaborations.size() > elaborationsKept) m_elaborations.pop_back();
    return *m_elaborations.front().second;
}

Moment Network::initial()
{
    Arrays values;
    for (const Instruction& source : elaboration(1).program.code) {
        if (!kept(source)) continue;
        values[source.attributes.name] =
            Array::real(source.type.axes, initialValues(source, m_document.train.seed));
    }
    return {0, std::make_shared<const Arrays>(std::move(values))};
}

const numeric::Matrix& Network::once(const std::string& key, const std::function<numeric::Matrix()>& compute)
{
    const auto known = m_once.find(key);
    return known != m_once.end() ? known->second : m_once.emplace(key, compute()).first->second;
}

Network::Function& Network::function(const std::string& key, const Make& make, int64_t batch)
{
    for (auto it = m_functions.begin(); it != m_functions.end(); ++it) {
        if (it->batch != batch || it->key != key) continue;
        m_functions.splice(m_functions.begin(), m_functions, it);
        return *it;
    }
    Program program = make(elaboration(batch));
    program.updates.clear();
    program = fuse(simplify(program));
    Function fresh{key, batch, m_backend->compile(program, m_memory, m_document.train.seed)};
    fresh.x = InputPort(*fresh.executable, "x");
    fresh.y = InputPort(*fresh.executable, "y");
    InputPort(*fresh.executable, "seed").set(int32_t(m_document.train.seed));
    InputPort(*fresh.executable, "step").set(int32_t(0));
    for (size_t i = 0; i < m_edits.wires.size(); ++i)
        fresh.given.emplace_back(*fresh.executable, givenName(i));
    for (const Result& result : program.results)
        fresh.results.emplace_back(result.name, ResultPort(*fresh.executable, result.name));
    m_loaded.reset(); // the memory may have grown
    m_functions.push_front(std::move(fresh));
    if (m_functions.size() > functionsKept) m_functions.pop_back();
    ++m_compiled;
    return m_functions.front();
}

void Network::load(const Moment& moment)
{
    if (m_loaded && m_loaded == moment.values) return;
    for (const std::string& name : m_memory->names()) {
        const auto found = moment.values->find(name);
        if (found == moment.values->end() || found->second.type != m_memory->type(name)) {
            throw Error{"parameter " + name, "is not in the values that are looked at, or of another size",
                        "they belong to another network"};
        }
        m_memory->write(name, found->second);
    }
    m_loaded = moment.values;
}

void Network::fill(Function& to, std::span<const int64_t> examples)
{
    if (std::equal(to.loaded.begin(), to.loaded.end(), examples.begin(), examples.end())) return;
    const DataSignature signature = m_data->signature(int64_t(examples.size()));
    const size_t x = size_t(signature.x.count()) * 4, y = size_t(signature.y.count()) * 4;
    if (m_scratch.size() < x + y) m_scratch.resize(x + y);
    fillBatch(*m_data, examples, to.x.used() ? to.x.elements() : m_scratch.data(),
              to.y.used() ? to.y.elements() : m_scratch.data() + x);
    to.x.commit();
    to.y.commit();
    fillGiven(to, examples);
    to.loaded.assign(examples.begin(), examples.end());
}

void Network::fillGiven(Function& to, std::span<const int64_t> examples)
{
    for (size_t i = 0; i < to.given.size(); ++i) {
        if (!to.given[i].used()) continue;
        const WireEdit& edit = m_edits.wires[i];
        if (edit.from == WireEdit::From::Noise) {
            Array noise{to.given[i].type(), {}};
            std::vector<float> values;
            for (const double value : numeric::normalVector(noise.type.count(), m_document.train.seed + i))
                values.push_back(float(edit.number * value));
            noise.data = std::move(values);
            put(to.given[i], noise);
        } else if (examples.empty()) {
            throw Error{"edit of " + edit.wire, "is frozen to what examples of the data gave",
                        "made-up inputs have no such value: take another edit, or an instrument of examples"};
        } else {
            put(to.given[i],
                instruments::valuesOf(*m_unedited, edit.moment, {edit.wire}, examples).at(edit.wire));
        }
    }
}

Arrays Network::run(Function& what, const Arrays& inputs)
{
    if (m_stop && *m_stop) throw Error{"observation", "was stopped", ""};
    for (const auto& [name, array] : inputs) {
        InputPort port(*what.executable, name);
        if (port.used()) put(port, array);
    }
    what.executable->run();
    Arrays results;
    for (auto& [name, port] : what.results) results[name] = port.array();
    return results;
}

Arrays Network::call(const std::string& key, const Make& make, const Moment& moment,
                     std::span<const int64_t> examples, const Arrays& inputs)
{
    if (examples.empty()) throw Error{"observation", "there are no examples to look at", "choose other data"};
    Function& what = function(key, make, int64_t(examples.size()));
    load(moment);
    fill(what, examples);
    return run(what, inputs);
}

Arrays Network::call(const std::string& key, const Make& make, const Moment& moment, const Array& x)
{
    Function& what = function(key, make, x.type.axes.front().size);
    fillGiven(what, {}); // inputs made up have no examples
    load(moment);
    what.loaded.clear();
    if (what.x.used()) put(what.x, x);
    return run(what, {});
}

Array Network::predict(const Moment& moment, const Array& x)
{
    const int64_t rows = x.type.axes.empty() ? 0 : x.type.axes.front().size;
    const Type one = m_data->signature(1).x;
    if (x.type.element != one.element || x.count() != rows * one.count()) {
        throw Error{"prediction", "inputs are " + x.type.text() + ", the network takes " + one.text(), ""};
    }
    Array chunk = x;
    chunk.type.axes = one.axes;
    return predictRows(rows, [&](const Make& make, int64_t first, int64_t count) {
        chunk.type.axes.front().size = count;
        std::visit(
            [&](auto& to) {
                const auto& from = std::get<std::decay_t<decltype(to)>>(x.data);
                to.assign(from.begin() + first * one.count(), from.begin() + (first + count) * one.count());
            },
            chunk.data);
        return call("outputs", make, moment, chunk);
    });
}

Array Network::predict(const Moment& moment, std::span<const int64_t> examples)
{
    const std::string answers = "\n"; // no wire is called so
    if (auto known = m_shared.find(moment, examples, {answers})) return std::move(known->at(answers));
    Array made = predictRows(int64_t(examples.size()), [&](const Make& make, int64_t first, int64_t count) {
        return call("outputs", make, moment, examples.subspan(size_t(first), size_t(count)));
    });
    m_shared.keep(moment, examples, {{answers, made}});
    return made;
}

Array Network::predictRows(int64_t rows, const OutputsOf& outputsOf)
{
    if (rows == 0) throw Error{"prediction", "there are no inputs", ""};
    const int64_t batch = std::min(rows, chunkOf(*m_data));
    const Make make = [&](const Elaboration& made) {
        return evaluationProgram(made, m_data->signature(batch), Outputs::OutputOnly);
    };
    Type type;
    std::vector<float> values;
    for (int64_t begin = 0; begin < rows; begin += batch) {
        // A last chunk that is not full begins with rows of the one before; those are dropped.
        const int64_t first = std::min(begin, rows - batch);
        const Arrays results = outputsOf(make, first, batch);
        if (!results.contains("output")) {
            throw Error{"prediction", "the diagram has no output that the loss compares", "add a loss block"};
        }
        const Array& output = results.at("output");
        type = output.type;
        const int64_t width = output.count() / batch;
        values.insert(values.end(), output.reals().begin() + (begin - first) * width, output.reals().end());
    }
    const auto& ends = elaboration(1).program.results;
    const bool logits =
        std::any_of(ends.begin(), ends.end(), [](const Result& result) { return result.name == "logits"; });
    if (m_data->task != Task::Regression && logits) softmaxRows(values, size_t(type.axes.back().size));
    type.axes.front().size = rows;
    return Array::real(std::move(type.axes), std::move(values));
}

} // namespace core
