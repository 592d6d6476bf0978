#include "core/files/files.h"
#include "core/ops/op.h"
#include "core/program/initialise.h"
#include "core/trainers/parts.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace core
{

namespace
{

/// safetensors keeps sizes but no axis names, so these go into the metadata: "w": "channel,hidden".
constexpr const char* axesPrefix = "axes of ";

int64_t wholeNumber(const files::Safetensors& file, const std::string& key, const std::string& path)
{
    const auto found = file.metadata.find(key);
    int64_t number = -1;
    if (found != file.metadata.end()) {
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
    }
    if (number < 0) throw Error{path, "has no valid \"" + key + "\"", "it is not a checkpoint of a run"};
    return number;
}

std::string joined(const Type& type)
{
    std::string names;
    for (const Axis& axis : type.axes) names += (names.empty() ? "" : ",") + axis.name;
    return names;
}

void nameAxes(Type& type, const std::string& names, const std::string& where)
{
    size_t begin = 0;
    for (Axis& axis : type.axes) {
        if (begin > names.size()) throw Error{where, "names fewer axes than the tensor has", ""};
        const size_t end = std::min(names.find(',', begin), names.size());
        axis.name = names.substr(begin, end - begin);
        begin = end + 1;
    }
}

} // namespace

void saveCheckpoint(const Checkpoint& checkpoint, const std::string& path)
{
    files::Safetensors file;
    file.tensors = checkpoint.values;
    file.metadata = {{"format", "axonometry checkpoint 1"},
                     {"document", checkpoint.document},
                     {"backend", checkpoint.backend},
                     {"step", std::to_string(checkpoint.step)},
                     {"epoch", std::to_string(checkpoint.epoch)},
                     {"batch", std::to_string(checkpoint.batch)}};
    for (const auto& [name, array] : checkpoint.values) file.metadata[axesPrefix + name] = joined(array.type);
    files::writeFile(path, files::writeSafetensors(file));
}

Checkpoint loadCheckpoint(const std::string& path)
{
    files::Safetensors file = files::parseSafetensors(files::readFile(path), path);
    Checkpoint checkpoint;
    checkpoint.step = wholeNumber(file, "step", path);
    checkpoint.epoch = wholeNumber(file, "epoch", path);
    checkpoint.batch = wholeNumber(file, "batch", path);
    checkpoint.document = file.metadata["document"];
    checkpoint.backend = file.metadata["backend"];
    for (auto& [name, array] : file.tensors) nameAxes(array.type, file.metadata[axesPrefix + name], path);
    checkpoint.values = std::move(file.tensors);
    return checkpoint;
}

Checkpoint Run::checkpoint() const
{
    Checkpoint checkpoint = values();
    checkpoint.document = writeDocument(m->document);
    return checkpoint;
}

Checkpoint Run::values() const
{
    m->settle();
    Checkpoint checkpoint;
    checkpoint.values = m->memory->capture(m->memory->names())->take();
    checkpoint.step = m->step;
    checkpoint.epoch = m->order.epoch();
    checkpoint.batch = m->order.batchInEpoch();
    checkpoint.backend = m->backend->info().name;
    return checkpoint;
}

void Run::restore(const Checkpoint& checkpoint)
{
    for (const std::string& name : m->memory->names()) {
        const auto found = checkpoint.values.find(name);
        if (found == checkpoint.values.end()) {
            throw Error{"checkpoint", "lacks " + name, "it belongs to another network"};
        }
        const Type type = m->memory->type(name);
        if (found->second.type != type) {
            throw Error{"checkpoint",
                        name + " is " + found->second.type.text() + ", here it is " + type.text(),
                        "it belongs to another network"};
        }
    }
    if (checkpoint.batch >= m->order.batchesPerEpoch()) {
        throw Error{"checkpoint", "lies beyond the end of an epoch",
                    "it belongs to other data or another batch size"};
    }
    m->settle();
    m->load(checkpoint.values);
    m->step = checkpoint.step;
    m->order.seek(checkpoint.epoch, checkpoint.batch);
    m->failure.reset();
}

void Run::Parts::load(const std::map<std::string, Array>& values)
{
    moment = {};
    capture.reset();
    for (const auto& [name, array] : values) {
        if (memory->has(name) && memory->type(name) == array.type) memory->write(name, array);
    }
}

void Run::reset()
{
    m->settle();
    for (const Program* from : {&m->program, &m->elaboration.program}) {
        for (const Instruction& instruction : from->code) {
            const std::string& name = instruction.attributes.name;
            if ((instruction.op == findOp("parameter") || instruction.op == findOp("state")) &&
                m->memory->has(name)) {
                m->memory->write(name, Array::real(instruction.type.axes,
                                                   initialValues(instruction, m->document.train.seed)));
            }
        }
    }
    m->step = 0;
    m->moment = {};
    m->capture.reset();
    m->order.seek(0, 0);
    m->failure.reset();
}

} // namespace core
