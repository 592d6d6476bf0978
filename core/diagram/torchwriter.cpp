#include "core/diagram/torchwriter.h"

#include "core/diagram/torchlayers.h"
#include "core/ops/build.h"
#include "core/ops/ops.h"

#include <algorithm>

namespace core::diagram
{

namespace
{

using Names = std::vector<std::string>;

constexpr const char* carry = "carry";

/// "identity_block" -> "IdentityBlock".
std::string classNameOf(const std::string& kind)
{
    std::string name;
    bool large = true;
    for (const char c : identifier(kind)) {
        if (c != '_') name += large && c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
        large = c == '_';
    }
    return name.empty() ? "Block" : name;
}

bool live(const TorchProgram& program, const Part& part)
{
    const auto values = part.values();
    return std::any_of(values.begin(), values.end(), [&](ValueId value) {
        return program.wanted.count(value) && !program.anywhere(value) && program[value].op != &ops::input;
    });
}

bool learnsInside(const TorchProgram& program, const Instruction& scan)
{
    return std::any_of(scan.inputs.begin(), scan.inputs.end(),
                       [&](ValueId input) { return program[input].op == &ops::parameter; });
}

bool learns(const TorchProgram& program, const Part& part)
{
    const auto values = part.values();
    return std::any_of(values.begin(), values.end(), [&](ValueId value) {
        const Instruction& of = program[value];
        return of.op == &ops::state || (of.op == &ops::scan && learnsInside(program, of)) ||
               (of.op == &ops::parameter && program.wanted.count(value));
    });
}

/// Little enough to be written where it stands: its parameters belong to the class around it.
bool isSmall(const TorchProgram& program, const Part& part)
{
    int count = 0;
    for (const PartItem& item : part.items) {
        if (item.part || program[item.value].op == &ops::scan) return false;
        count += program[item.value].op->kind != Op::Kind::Source;
    }
    return count <= 3;
}

/// Nothing but copies "1", "2", ...
bool isRun(const Part& part)
{
    for (size_t i = 0; i < part.items.size(); ++i)
        if (!part.items[i].part || part.items[i].part->id != std::to_string(i + 1)) return false;
    return part.items.size() > 1;
}

void adopt(TorchScope& scope, const std::vector<TorchParameter>& parameters, const std::string& prefix)
{
    for (TorchParameter parameter : parameters) {
        parameter.key = prefix + "." + parameter.key;
        scope.owner.parameters.push_back(std::move(parameter));
    }
}

bool isLayer(const TorchScope& scope, const Part& part)
{
    TorchClass nobody;
    TorchScope trial(scope.program, nobody);
    for (const ValueId input : scope.program.inputs(part))
        trial.give(input, {"x", axisNames(scope.program.type(input)), false});
    return writeLayer(trial, part);
}

void meantLast(TorchScope& scope, const Part& part, ValueId value, const std::string& target)
{
    const bool last = std::none_of(part.items.begin(), part.items.end(), [&](const PartItem& item) {
        return !item.part && item.value > value && scope.program.wanted.count(item.value) &&
               scope.program[item.value].source.statement == scope.program[value].source.statement;
    });
    if (last && !target.empty()) scope.hints[value] = target;
}

/// Numbers as the lab begins with them: a formula in n, u and the fans.
std::string initial(const Instruction& of)
{
    Names sizes;
    for (const Axis& axis : of.type.axes) sizes.push_back(std::to_string(axis.size));
    const std::string shape = sizes.empty() ? "()" : tuple(sizes);
    const language::Expression& init = of.attributes.formula;
    if (init.kind() == language::Expression::Kind::Number)
        return init.number() == 0   ? "torch.zeros(" + shape + ")"
               : init.number() == 1 ? "torch.ones(" + shape + ")"
                                    : "torch.full(" + shape + ", " +
                                          language::print(init, {}, language::Dialect::Pytorch) + ")";
    const std::vector<language::Expression> fans{
        language::Expression::variable(0), language::Expression::variable(1),
        language::Expression(of.attributes.values[0]), language::Expression(of.attributes.values[1])};
    const Names names{"torch.randn(" + shape + ")", "torch.empty(" + shape + ").uniform_(-1, 1)"};
    return language::print(language::substitute(init, fans), names, language::Dialect::Pytorch);
}

/// A value that a module keeps under a name; a block of `kind` holds just that.
template<class Declare>
void keep(TorchScope& scope, const Part& part, ValueId value, const char* kind, Declare declare)
{
    const Instruction& of = scope.program[value];
    const std::string& full = of.attributes.name;
    const std::string stem = full.substr(full.rfind('.') + 1);
    const bool own = part.path == scope.owner.path, only = part.is(kind) || stem == part.id;
    const std::string name = scope.owner.attribute(own ? stem : only ? part.id : part.id + "_" + stem);
    std::vector<int64_t> shape;
    for (const Axis& axis : of.type.axes) shape.push_back(axis.size);
    const Names order = axisNames(of.type);
    declare(name, initial(of), scope.comment(order, of.type));
    scope.owner.parameter(name, of, order, shape);
    scope.give(value, {"self." + name, order, false});
}

void parameter(TorchScope& scope, const Part& part, ValueId value)
{
    keep(scope, part, value, "parameter",
         [&](const std::string& name, const std::string& initial, const std::string& comment) {
             scope.owner.add(name, "nn.Parameter(" + initial + ")" + comment);
         });
}

void statistic(TorchScope& scope, const Part& part, ValueId value)
{
    if (scope.has(value)) return;
    keep(scope, part, value, "state",
         [&](const std::string& name, const std::string& initial, const std::string& comment) {
             scope.owner.init.push_back("self.register_buffer(\"" + name + "\", " + initial + ")" + comment);
         });
}

const Part* partAt(const Part& part, const std::string& path)
{
    if (part.path == path) return &part;
    for (const PartItem& item : part.items)
        if (item.part)
            if (const Part* found = partAt(*item.part, path)) return found;
    return nullptr;
}

} // namespace

std::string TorchWriter::constructor(const TorchClass& owner)
{
    std::string text = "    def __init__(self):\n        super().__init__()\n";
    for (const std::string& line : owner.init) text += "        " + line + "\n";
    return text;
}

std::string TorchWriter::function(const std::string& head, const TorchScope& scope, const std::string& result)
{
    std::string text = "\n    def " + head + ":\n";
    for (const std::string& line : scope.lines) text += line + "\n";
    return text + "        return " + result + "\n";
}

void TorchWriter::items(TorchScope& scope, const Part& part)
{
    for (size_t i = 0; i < part.items.size(); ++i) {
        if (part.items[i].part) {
            if (const size_t count = copies(scope, part, i)) {
                i += count - 1;
                continue;
            }
            block(scope, *part.items[i].part);
            continue;
        }
        instruction(scope, part, part.items[i].value);
    }
}

void TorchWriter::updates(TorchScope& scope)
{
    bool begun = false;
    for (const Update& update : scope.program.updates()) {
        if (!scope.has(update.state) || !scope.has(update.value)) continue;
        if (!begun) scope.line("if self.training:");
        begun = true;
        const TorchTensor state = scope.tensor(update.state);
        scope.line("    " + state.text + ".copy_(" +
                   TorchScope::permuted(scope.full(update.value), state.order) + ".detach())");
    }
}

void TorchWriter::block(TorchScope& scope, const Part& part)
{
    const TorchProgram& program = scope.program;
    if (!live(program, part)) return;
    const std::vector<ValueId> outputs = program.outputs(part);
    for (const ValueId value : outputs)
        if (!scope.hints.count(value)) scope.hints[value] = part.id;
    if (writeLayer(scope, part)) return;
    if (!learns(program, part) || isSmall(program, part) || isRun(part)) return items(scope, part);
    const Made made = classOf(scope, part);
    const std::string name = scope.owner.attribute(part.id);
    scope.owner.add(name, made.name + "()");
    adopt(scope, made.parameters, name);
    Names given, results;
    for (const ValueId input : made.inputs) given.push_back(scope.full(input).text);
    const std::string call = "self." + name + "(" + list(given) + ")";
    if (made.outputs.size() == 1) return scope.assign(made.outputs[0], call, made.orders[0]);
    for (size_t i = 0; i < made.outputs.size(); ++i) {
        results.push_back(scope.take(part.id));
        scope.give(made.outputs[i], {results.back(), made.orders[i], false});
    }
    scope.line(list(results) + " = " + call);
}

/// Copies "1", "2", ... of one class, each reading the one before: a loop. Returns how many items that
/// are, 0 if there are none.
size_t TorchWriter::copies(TorchScope& scope, const Part& part, size_t first)
{
    const TorchProgram& program = scope.program;
    std::vector<const Part*> run;
    for (size_t i = first; i < part.items.size() && part.items[i].part; ++i) {
        if (part.items[i].part->id != std::to_string(run.size() + 1)) break;
        run.push_back(part.items[i].part.get());
    }
    if (run.size() < 2) return 0;
    std::vector<Made> made;
    const std::string text = m_text;
    const auto classes = m_classes;
    const auto names = m_names;
    const auto refuse = [&] {
        m_text = text, m_classes = classes, m_names = names;
        return size_t(0);
    };
    size_t at = 0; // which argument goes from copy to copy
    TorchClass nobody;
    for (const Part* copy : run) {
        if (!live(program, *copy) || !learns(program, *copy) || isSmall(program, *copy)) return refuse();
        TorchScope trial = scope;
        if (!made.empty()) trial.give(made.back().outputs[0], {"x", made.back().orders[0], false});
        TorchScope probe(program, nobody);
        if (isLayer(trial, *copy)) return refuse();
        made.push_back(classOf(trial, *copy));
        const Made& now = made.back();
        if (now.outputs.size() != 1) return refuse();
        if (made.size() == 1) continue;
        const Made& before = made[made.size() - 2];
        const auto place = std::find(now.inputs.begin(), now.inputs.end(), before.outputs[0]);
        if (now.name != before.name || place == now.inputs.end()) return refuse();
        const auto here = size_t(place - now.inputs.begin());
        if (made.size() > 2 && here != at) return refuse();
        at = here;
        for (size_t k = 0; k < now.inputs.size(); ++k)
            if (k != at && now.inputs[k] != before.inputs[k]) return refuse();
        if (program.last[size_t(before.outputs[0])] > copy->values().back()) return refuse();
    }
    const std::string name = scope.owner.attribute(isRun(part) ? part.id : "layers");
    scope.owner.add(name, "nn.ModuleList([" + made[0].name + "() for _ in range(" +
                              std::to_string(run.size()) + ")])");
    for (size_t i = 0; i < made.size(); ++i) adopt(scope, made[i].parameters, name + "." + std::to_string(i));
    Names given;
    for (const ValueId input : made[0].inputs) given.push_back(scope.full(input).text);
    const ValueId result = made.back().outputs[0];
    const Names order = made.back().orders[0];
    const std::string layer = scope.take("layer");
    if (!scope.hints.count(result)) scope.hints[result] = part.id;
    scope.assign(result, given[at], order);
    given[at] = scope.tensor(result).text;
    scope.line("for " + layer + " in self." + name + ":");
    scope.line("    " + given[at] + " = " + layer + "(" + list(given) + ")");
    return run.size();
}

TorchWriter::Made TorchWriter::classOf(TorchScope& around, const Part& part)
{
    const TorchProgram& program = around.program;
    TorchClass owner{part.path, {}, {}, {}};
    TorchScope scope(program, owner);
    Made made{{}, {}, program.inputs(part), program.outputs(part), {}, {}};
    for (size_t i = 0; i < made.inputs.size(); ++i) {
        const bool declared = part.kind && made.inputs.size() <= part.kind->inputs.size();
        made.arguments.push_back(scope.take(declared ? part.kind->inputs[i].name : "x"));
        scope.give(made.inputs[i], {made.arguments.back(), around.full(made.inputs[i]).order, false});
    }
    items(scope, part);
    updates(scope);
    Names results;
    for (const ValueId value : made.outputs) {
        TorchTensor t = scope.full(value);
        if (!made.inputs.empty()) { // so that copies of a block can be a loop
            const Names as = around.full(made.inputs[0]).order;
            if (without(as, t.order).empty() && as.size() == t.order.size())
                t = {TorchScope::permuted(t, as), as, false};
        }
        results.push_back(t.text);
        made.orders.push_back(t.order);
    }
    const std::string text =
        constructor(owner) +
        function("forward(" + list(joined({"self"}, made.arguments)) + ")", scope, list(results));
    made.parameters = std::move(owner.parameters);
    made.name = nameOf(text, part);
    return made;
}

/// The class with this text: that of a block before, or a new one.
std::string TorchWriter::nameOf(const std::string& text, const Part& part)
{
    if (const auto found = m_classes.find(text); found != m_classes.end()) return found->second;
    const std::string stem = classNameOf(part.kind ? part.kind->name : part.id);
    std::string name = stem;
    for (int i = 2; name == "Net" || m_names.count(name); ++i) name = stem + std::to_string(i);
    m_names.insert(name);
    m_classes[text] = name;
    m_text += "class " + name + "(nn.Module):\n" + text + "\n\n";
    return name;
}

void TorchWriter::instruction(TorchScope& scope, const Part& part, ValueId value)
{
    const TorchProgram& program = scope.program;
    const Instruction& of = program[value];
    if (of.op == &ops::state) return statistic(scope, part, value);
    if (!program.wanted.count(value) || scope.has(value) || program.anywhere(value)) return;
    const std::string target = part.target(of.source.statement);
    const bool last = std::none_of(part.items.begin(), part.items.end(), [&](const PartItem& item) {
        return !item.part && item.value > value && program.wanted.count(item.value) &&
               program[item.value].source.statement == of.source.statement;
    });
    const auto meant = [&](ValueId named) { // a mean or a pick is written with what it begins with
        if (!target.empty() && !scope.hints.count(named)) scope.hints[named] = target;
    };
    if (last) meant(value);
    const auto& readers = program.readers[size_t(value)];
    if (of.op->kind == Op::Kind::Reduction && readers.size() == 1 &&
        program[readers[0]].source == of.source && !scope.hints.count(readers[0]))
        meantLast(scope, part, readers[0], target);
    if (of.op == &ops::parameter) return parameter(scope, part, value);
    if (of.op == &ops::scan) return loop(scope, part, value);
    writeTorch(scope, value);
}

/// A scan: its body position after position.
void TorchWriter::loop(TorchScope& scope, const Part& part, ValueId value)
{
    const TorchProgram& around = scope.program;
    const Instruction& of = around[value];
    const std::string& axis = of.attributes.axes[0];
    const int64_t length = of.attributes.sizes[0], sequences = of.attributes.sizes[2];
    TorchProgram program(loopOf(around.program, of), m_diagram, m_library);
    const auto result = std::find_if(program.program.results.begin(), program.program.results.end(),
                                     [](const Result& one) { return one.name == carry; });
    program.want({result->value});
    const ValueId begin = program.program.find("input", carry);
    const TorchTensor start = scope.full(of.inputs[0]);
    const Names order = start.order;
    const std::string states = scope.local("states", "[]");
    const std::string state =
        scope.local("state", start.text, scope.comment(order, program.type(result->value)));
    const std::string index = scope.take("i");
    std::vector<TorchTensor> whole;
    for (int64_t k = 0; k < sequences; ++k) whole.push_back(scope.full(of.inputs[size_t(1 + k)]));
    std::vector<std::pair<ValueId, TorchTensor>> constants;
    for (size_t k = size_t(1 + sequences); k < of.inputs.size(); ++k) {
        const ValueId inside = program.program.find("input", build::constantName(k - size_t(1 + sequences)));
        if (inside >= 0) constants.emplace_back(inside, scope.full(of.inputs[k]));
    }
    const std::string range = "range(" + std::to_string(length) + ")";
    scope.line("for " + index + " in " + (of.attributes.sizes[1] < 0 ? "reversed(" + range + ")" : range) +
               ":  # " + axis);
    TorchScope inside(program, scope);
    if (begin >= 0) inside.give(begin, {state, order, false});
    for (const auto& [id, tensor] : constants) inside.give(id, tensor);
    for (int64_t k = 0; k < sequences; ++k) {
        const ValueId here = program.program.find("input", build::sequenceName(size_t(k)));
        if (here < 0) continue;
        std::string place;
        for (int d = 0; d < whole[size_t(k)].dim(axis); ++d) place += ":, ";
        inside.hints[here] = "position";
        inside.assign(here, whole[size_t(k)].text + "[" + place + index + "]",
                      without(whole[size_t(k)].order, {axis}));
    }
    const Part* body = partAt(program.root, part.path);
    items(inside, body ? *body : program.root);
    inside.line(state + " = " + TorchScope::permuted(inside.full(result->value), order));
    inside.line(states + ".append(" + state + ")");
    for (const std::string& line : inside.lines) scope.lines.push_back(line);
    Names stacked = order;
    const size_t at = !stacked.empty() && stacked[0] == "batch" ? 1 : 0;
    stacked.insert(stacked.begin() + std::ptrdiff_t(at), axis);
    scope.assign(value,
                 "torch.stack(" + states + (of.attributes.sizes[1] < 0 ? "[::-1]" : "") + ", " +
                     std::to_string(at) + ")",
                 stacked, "states");
}

} // namespace core::diagram
