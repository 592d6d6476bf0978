#include "core/diagram/pytorch.h"

#include "core/diagram/torchwriter.h"
#include "core/ops/ops.h"

#include <algorithm>

namespace core
{

namespace
{

using namespace diagram;
using Names = std::vector<std::string>;

/// What the module gives, and what it is measured by.
struct Goals {
    ValueId output = -1, loss = -1;
};

std::string topOf(const Instruction& of) { return of.source.block.substr(0, of.source.block.find('/')); }

Goals goalsOf(const Program& program)
{
    Goals goals;
    for (const Result& result : program.results) {
        if (result.name == "loss") goals.loss = result.value;
        if (result.name == "logits" || result.name == "prediction") goals.output = result.value;
    }
    if (goals.loss < 0) return goals;
    // The loss may rename what it was given: the module gives what comes in.
    const std::string block = topOf(program.code[size_t(goals.loss)]);
    while (goals.output >= 0 && topOf(program.code[size_t(goals.output)]) == block &&
           program.code[size_t(goals.output)].inputs.size() == 1)
        goals.output = program.code[size_t(goals.output)].inputs[0];
    if (goals.output < 0) goals.output = goals.loss;
    return goals;
}

/// Without a loss: arrays that nobody reads.
std::vector<ValueId> endsOf(const Program& program, const Diagram& diagram)
{
    std::vector<ValueId> ends;
    for (const auto& [port, value] : program.results) {
        const bool read =
            std::any_of(diagram.wires.begin(), diagram.wires.end(),
                        [&, &name = port](const Wire& wire) { return wire.from.text() == name; });
        const Op* op = program.code[size_t(value)].op;
        if (!read && port.find('.') != std::string::npos && op != &ops::input &&
            std::find(ends.begin(), ends.end(), value) == ends.end())
            ends.push_back(value);
    }
    return ends;
}

std::string quoted(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        if (c == '\\' || c == '"') result += '\\';
        result += c == '\n' ? ' ' : c;
    }
    return "\"" + result + "\"";
}

/// Lines of at most 100 letters.
std::string wrapped(const std::string& text)
{
    std::string result;
    size_t width = 0;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find_first_of(" \n", at), text.size());
        if (width > 0 && width + 1 + end - at > 100) {
            result += '\n';
            width = 0;
        } else if (width > 0) {
            result += ' ';
            ++width;
        }
        result.append(text, at, end - at);
        width += end - at;
        at = end + 1;
    }
    return result;
}

std::string head(const Document& document)
{
    std::string about = document.title.empty() ? "A network." : document.title + ".";
    if (!document.notes.empty()) about += "\n\n" + wrapped(document.notes);
    about += "\n\nComments name the axes of arrays. Parameters that the lab saved come in by\n\n"
             "    net = Net()\n    net.load_state_dict(from_lab(tensors))\n\n"
             "where tensors are those of the file by name, safetensors.torch.load_file(path).\n";
    std::string safe;
    for (const char c : about) safe += c == '\\' || c == '"' ? '\'' : c;
    return "\"\"\"" + safe + "\"\"\"\n";
}

std::string labTable(const std::vector<TorchParameter>& parameters)
{
    std::string text =
        "# Where a parameter is in the lab: its name, which of its axes come in which order, and the "
        "shape here.\nLAB = {\n";
    for (const TorchParameter& one : parameters) {
        Names order, shape;
        for (const int axis : one.order) order.push_back(std::to_string(axis));
        for (const int64_t size : one.shape) shape.push_back(std::to_string(size));
        text += "    " + quoted(one.key) + ": (" + quoted(one.name) + ", " + tuple(order) + ", " +
                tuple(shape) + "),\n";
    }
    return text + "}\n\n\ndef from_lab(tensors):\n"
                  "    \"\"\"Tensors by their names in the lab as a state for Net.load_state_dict.\"\"\"\n"
                  "    return {key: tensors[name].permute(order).reshape(shape)\n"
                  "            for key, (name, order, shape) in LAB.items() if name in tensors}\n";
}

} // namespace

std::string pytorchOf(const Document& document, const BlockLibrary& all, const DataSignature& data)
{
    const BlockLibrary library = all.with(document.diagram);
    const Elaboration made = elaborate(document.diagram, library, data, Phase::Training);
    if (!made.errors.empty()) throw made.errors.front();
    TorchProgram program(made.program, document.diagram, library);
    const Goals goals = goalsOf(program.program);
    const bool trained = goals.loss >= 0 && goals.output != goals.loss;
    const std::vector<ValueId> results =
        goals.output >= 0 ? std::vector{goals.output} : endsOf(program.program, document.diagram);
    if (results.empty())
        throw Error{"diagram", "has nothing that a module of PyTorch could give", "add blocks"};

    TorchWriter writer(document.diagram, library);
    TorchClass net;
    const ValueId x = program.program.find("input", "x"), y = program.program.find("input", "y");
    const auto begin = [&](TorchScope& scope) {
        Names arguments{"self"};
        for (const ValueId input : {x, y}) {
            if (input < 0 || !program.wanted.count(input)) continue;
            arguments.push_back(scope.take(program[input].attributes.name));
            scope.give(input, {arguments.back(), axisNames(program.type(input)), false});
        }
        return list(arguments);
    };

    std::string functions;
    std::vector<ValueId> effects;
    for (const Update& update : program.updates()) effects.push_back(update.value);
    program.want(results, effects);
    TorchScope forward(program, net);
    const std::string arguments = begin(forward);
    writer.items(forward, program.root);
    TorchWriter::updates(forward);
    Names texts;
    for (const ValueId value : results) {
        const Names order = axisNames(program.type(value));
        TorchTensor t = forward.full(value);
        texts.push_back(TorchScope::permuted(t, order));
    }
    functions += TorchWriter::function("forward(" + arguments + ")", forward, list(texts));
    if (trained) {
        const std::set<ValueId> before = program.wanted;
        program.want({goals.loss});
        TorchScope loss(program, net);
        const std::string needed = begin(loss);
        const std::string output =
            loss.local("output", "self(" + (arguments.size() > 6 ? arguments.substr(6) : "") + ")",
                       loss.comment(axisNames(program.type(goals.output)), program.type(goals.output)));
        loss.give(goals.output, {output, axisNames(program.type(goals.output)), false});
        // What the output hangs on is done: only what lies behind is left.
        std::set<ValueId> behind;
        for (const ValueId value : program.wanted)
            if (!before.count(value) || program[value].op == &ops::input) behind.insert(value);
        program.wanted = behind;
        program.wanted.insert(goals.output);
        writer.items(loss, program.root);
        functions += TorchWriter::function("loss(" + needed + ")", loss, loss.full(goals.loss).text);
    }

    std::string text = writer.classes();
    text += "class Net(nn.Module):\n" + TorchWriter::constructor(net);
    text += functions;
    std::string imports = "import torch\nfrom torch import nn\n";
    if (text.find("math.") != std::string::npos) imports = "import math\n\n" + imports;
    if (text.find("F.") != std::string::npos) imports += "from torch.nn import functional as F\n";
    return head(document) + imports + "\n\n" + text + "\n\n" + labTable(net.parameters);
}

} // namespace core
