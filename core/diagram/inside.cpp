// The body of a block as a diagram: its statements are evaluated while they are read, so that what they say
// of axes and sizes is known.
#include "core/diagram/graph.h"
#include "core/diagram/recurrence.h"
#include "core/diagram/symbols.h"
#include "core/diagram/term.h"
#include "core/diagram/termreader.h"
#include "core/diagram/text.h"
#include "core/diagram/textparts.h"
#include "core/ops/build.h"

#include <algorithm>
#include <utility>

namespace core
{

using namespace diagram;
using language::Syntax;
using Kind = Syntax::Kind;

namespace
{

Syntax numeral(double number)
{
    Syntax syntax;
    syntax.kind = Kind::Number;
    syntax.number = number;
    return syntax;
}

Setting asText(std::string text) { return {Setting::Kind::Text, 0, std::move(text), false}; }

class Unfolder
{
public:
    Unfolder(const Block& block, const BlockDeclaration& kind, const Diagram& around,
             const BlockLibrary& library, const Elaboration* made)
        : m_block(block)
        , m_kind(kind)
        , m_library(library)
        , m_made(made)
        , m_data(signature(made))
        , m_evaluator(m_program, library, m_data, Phase::Training, symbolsOf(around, m_data, m_ignored),
                      Evaluator::Detail::WithFormulas)
        , m_reader(library, {"", block.id}, m_inside.diagram)
    {
        m_inside.diagram.sizes = around.sizes;
        m_inside.diagram.definitions = around.definitions;
        m_frame.path = block.id;
        m_reader.freshId = [this](const std::string& stem, bool ofBlock) {
            const std::string wanted = ofBlock ? m_frame.fresh(stem) : stem;
            return m_inside.diagram.freshId(Diagram::usableId(wanted) ? wanted : "block");
        };
        m_reader.resolve = [this](const Syntax& syntax, const ParameterDeclaration* parameter) {
            if (!namesVariables(syntax)) return std::optional(TermReader::literal(syntax));
            const Setting setting = resolved(syntax);
            return parameter && parameter->initial == setting ? std::nullopt : std::optional(setting);
        };
        m_reader.number = [this](const Syntax& syntax) { return number(syntax); };
        m_reader.namesAxes = [this](const Syntax& syntax) { return m_evaluator.namesAxes(m_frame, syntax); };
    }

    Inside run(const Diagram& around)
    {
        inputs(around);
        m_evaluator.bindSettings(m_kind, m_block.settings, m_frame, m_ignored);
        m_frame.assign("training", true);
        if (m_kind.name == "repeat")
            copy();
        else if (m_kind.name == "recurrence")
            return cell(around);
        else
            for (const language::Statement& item : m_kind.body) statement(item);
        for (const PortDeclaration& port : m_kind.outputs) output(port.name);
        return std::move(m_inside);
    }

private:
    /// Sizes of data are not those of a block: what the arrays that come in say is all that is needed.
    static DataSignature signature(const Elaboration* made)
    {
        DataSignature data;
        if (!made) return data;
        for (const auto& [port, value] : made->wires) {
            const Instruction& source = made->program.code[size_t(value)];
            if (source.inputs.empty() && source.attributes.name == "x") data.x = source.type;
            if (source.inputs.empty() && source.attributes.name == "y") data.y = source.type;
        }
        return data;
    }

    void inputs(const Diagram& around)
    {
        for (const PortDeclaration& port : m_kind.inputs) {
            Arrays values;
            bool known = true;
            size_t count = 0;
            for (const Wire& wire : around.wires) {
                if (wire.to != PortRef{m_block.id, port.name}) continue;
                ++count;
                const std::string id = boundary("input", port.name);
                m_reader.arrays[port.name].push_back({id, "y"});
                const auto type =
                    m_made ? m_made->types.find(wire.from.text()) : decltype(m_made->types.end())();
                if (!m_made || type == m_made->types.end()) {
                    known = false;
                    continue;
                }
                m_inside.inputs[id] = type->second;
                values.push_back(m_evaluator.given(id, type->second));
            }
            if (count == 0 && !port.optional) {
                m_reader.arrays[port.name].push_back({boundary("input", port.name), "y"});
                known = false;
            }
            if (count == 0 && port.optional) {
                m_frame.assign(port.name, Value());
                continue;
            }
            if (known) m_frame.assign(port.name, values);
        }
    }

    std::string boundary(const char* kind, const std::string& name)
    {
        Block block;
        block.id = m_inside.diagram.freshId(Diagram::usableId(name) ? name : kind);
        block.kind = kind;
        block.settings["name"] = asText(name);
        m_inside.diagram.blocks.push_back(block);
        return block.id;
    }

    void output(const std::string& port)
    {
        const auto found = m_reader.arrays.find(port);
        if (found == m_reader.arrays.end()) return;
        const TermReader::Sources sources = found->second;
        const std::string id = boundary("output", port);
        for (const PortRef& source : sources) m_inside.diagram.wires.push_back({source, {id, "x"}});
    }

    bool decided(const language::Statement& item)
    {
        if (item.condition.empty()) return true;
        try {
            Frame frame = m_frame;
            return m_evaluator.truth(frame, m_evaluator.evaluate(frame, item.condition[0]), "a condition");
        } catch (const Error&) {
            return false; // hangs on arrays that nobody knows yet
        }
    }

    void statement(const language::Statement& item)
    {
        if (!decided(item)) return;
        language::Statement bare = item;
        bare.condition.clear();
        const bool said = item.value.kind == Kind::Call &&
                          (item.value.name == "result" || item.value.name == "expect_classes");
        const bool array = !said && m_reader.isArray(item.value);
        std::map<std::string, int> counted = m_frame.taken;
        if (array) {
            // Names of blocks are counted by the reader, or once more by the evaluator where it gets so far.
            const std::map<std::string, int> before = m_frame.taken;
            const size_t blocks = m_inside.diagram.blocks.size();
            const TermReader::Sources sources =
                m_reader.read(item.value, item.targets.empty() ? "" : item.targets[0]);
            for (size_t i = blocks; i < m_inside.diagram.blocks.size(); ++i)
                saySizes(m_inside.diagram.blocks[i]);
            if (m_inside.diagram.blocks.size() > blocks)
                m_inside.diagram.blocks.back().comment = item.comment;
            counted = std::exchange(m_frame.taken, before);
            assign(item, sources);
        } else {
            for (const std::string& target : item.targets) m_reader.arrays.erase(target);
        }
        try {
            m_evaluator.statement(m_frame, bare);
        } catch (const Error&) {
            m_frame.taken = counted;
            for (const std::string& target : item.targets)
                std::erase_if(m_frame.variables, [&](const auto& one) { return one.first == target; });
            if (!array && item.targets.size() == 1) m_unknown[item.targets[0]] = substituted(item.value);
        }
    }

    /// In the body the sizes of a parameter's axes can be seen on the arrays around; nothing comes into a
    /// block of its own.
    void saySizes(Block& block)
    {
        const auto kind = m_library.declarationOf(block);
        if (!kind || !kind->inputs.empty()) return;
        for (const ParameterDeclaration& parameter : kind->parameters) {
            if (parameter.kind != ParameterDeclaration::Kind::Axes) continue;
            const auto said = block.settings.find(parameter.name);
            const std::string list = (said == block.settings.end() ? parameter.initial : said->second).text;
            try {
                Frame typed{
                    .path = m_frame.path, .variablesHaveNames = false, .variables = m_frame.variables};
                AxisList axes = m_evaluator.axes(typed, m_evaluator.parseAxes(typed, list, ""), "");
                for (AxisSpec& axis : axes)
                    if (!axis.size) axis.size = m_evaluator.findAxis(m_frame, axis.name);
                block.settings[parameter.name] = asText(text(axes));
            } catch (const Error&) {
                continue; // stays as the body says it
            }
        }
    }

    void assign(const language::Statement& item, const TermReader::Sources& sources)
    {
        if (item.targets.empty() || sources.empty()) return;
        m_reader.arrays[item.targets[0]] = sources;
        const Block* block = m_inside.diagram.find(sources[0].block);
        const auto ports = block ? m_library.declarationOf(*block) : nullptr;
        if (!ports) return;
        for (size_t i = 0; i < ports->outputs.size(); ++i) {
            const PortRef port{block->id, ports->outputs[i].name};
            if (i > 0 && i < item.targets.size()) m_reader.arrays[item.targets[i]] = {port};
            if (ports->outputs.size() > 1 && item.value.kind == Kind::Call)
                m_reader.arrays[item.targets[0] + "." + port.port] = {port};
        }
    }

    /// The call of what is repeated, as the user typed it.
    Syntax typedCall() const
    {
        const auto of = m_block.settings.find("of");
        const std::string text =
            of == m_block.settings.end() ? m_kind.parameter("of")->initial.text : of->second.text;
        Syntax call = language::parseExpression(text, m_block.id + ".of");
        if (call.kind == Kind::Name) call.kind = Kind::Call;
        return call;
    }

    TermReader::Sources called(Syntax call, const std::vector<std::string>& inputs, const std::string& id)
    {
        std::vector<Syntax> first;
        for (const std::string& input : inputs) first.push_back(nameSyntax(input));
        call.children.insert(call.children.begin(), first.begin(), first.end());
        m_frame.variablesHaveNames = false;
        TermReader::Sources sources = m_reader.read(call, id);
        m_frame.variablesHaveNames = true;
        return sources;
    }

    /// One copy of what is repeated, called as the program calls it.
    void copy()
    {
        std::vector<std::string> inputs;
        for (const PortDeclaration& port : m_kind.inputs)
            if (m_reader.arrays.count(port.name)) inputs.push_back(port.name);
        m_reader.arrays["y"] = called(typedCall(), inputs, "1");
    }

    /// What happens at one position of a recurrence.
    Inside cell(const Diagram& around)
    {
        const Syntax call = typedCall();
        const BlockDeclaration* kind = m_library.find(call.name);
        const std::vector<size_t> states = kind ? carriedOutputs(*kind) : std::vector<size_t>();
        const Value* over = m_frame.find("over");
        const auto* axes = over ? std::get_if<AxisList>(over) : nullptr;
        if (states.empty() || !axes || axes->size() != 1) return std::move(m_inside);
        const Value* reverse = m_frame.find("reverse");
        m_inside.reverse = reverse && std::holds_alternative<bool>(*reverse) && std::get<bool>(*reverse);
        m_inside.along = axes->front().name;

        const std::string x = m_kind.inputs[0].name;
        const auto given = m_inside.inputs.find(m_reader.arrays[x][0].block);
        std::vector<WireType> types;
        if (given != m_inside.inputs.end()) {
            WireType& type = given->second;
            const int at = type.type.find(m_inside.along);
            if (at >= 0) {
                type.type.axes.erase(type.type.axes.begin() + at);
                type.sizes.erase(type.sizes.begin() + at);
            }
            types = typesOfStates(call, states, type);
        }
        std::vector<std::string> inputs{x};
        for (size_t i = 0; i < states.size(); ++i) {
            const std::string name = kind->outputs[states[i]].name, id = boundary("input", name);
            m_reader.arrays[name] = {{id, "y"}};
            if (i < types.size()) m_inside.inputs[id] = types[i];
            inputs.push_back(name);
        }
        const std::string id = called(call, inputs, call.name)[0].block;
        std::vector<std::string> ports;
        for (const PortDeclaration& port : m_kind.outputs)
            if (std::any_of(around.wires.begin(), around.wires.end(), [&](const Wire& wire) {
                    return wire.from == PortRef{m_block.id, port.name};
                }))
                ports.push_back(port.name);
        if (ports.empty()) ports.push_back(m_kind.outputs[0].name);
        for (size_t i = 0; i < states.size(); ++i) {
            const std::string state = kind->outputs[states[i]].name;
            for (const std::string& port : i == 0 ? ports : std::vector{state}) {
                m_reader.arrays[port] = {{id, state}};
                output(port);
            }
        }
        return std::move(m_inside);
    }

    /// Which arrays the states are, as far as that can be said.
    std::vector<WireType> typesOfStates(const Syntax& call, const std::vector<size_t>& states,
                                        const WireType& x)
    {
        std::vector<WireType> types;
        try {
            Frame typed{.path = m_block.id, .depth = m_frame.depth, .variablesHaveNames = false};
            const ValueId here = m_evaluator.given("position", x);
            typed.variables = {{"x", Arrays{here}}};
            const Arrays outputs = m_evaluator.callBlock(typed, call, {here}, call.name);
            for (const size_t state : states) {
                WireType& type = types.emplace_back();
                type.type = m_program.type(outputs[state]);
                for (const Polynomial& size : m_evaluator.formulas(outputs[state]))
                    type.sizes.push_back(size.text());
            }
        } catch (const Error&) {
            return {};
        }
        return types;
    }

    bool namesVariables(const Syntax& syntax) const
    {
        if (syntax.kind == Kind::Call && findTermFunction(syntax.name)) return true;
        if ((syntax.kind == Kind::Name || syntax.kind == Kind::Sized) &&
            (m_frame.find(syntax.name) || m_unknown.count(syntax.name)))
            return true;
        return std::any_of(syntax.children.begin(), syntax.children.end(),
                           [&](const Syntax& child) { return namesVariables(child); });
    }

    static std::string text(const AxisList& list)
    {
        std::string all;
        for (const AxisSpec& axis : list)
            all +=
                (all.empty() ? "" : ", ") + axis.name + (axis.size ? ": " + axis.size->formula.text() : "");
        return all;
    }

    Setting resolved(const Syntax& syntax)
    {
        try {
            Frame frame = m_frame;
            const Value value = m_evaluator.evaluate(frame, syntax);
            if (const auto* list = std::get_if<AxisList>(&value)) return asText(text(*list));
            if (const auto* flag = std::get_if<bool>(&value)) return {Setting::Kind::Switch, 0, "", *flag};
            if (const auto* typed = std::get_if<Text>(&value)) return asText(typed->text);
            if (const auto* word = std::get_if<Word>(&value)) return asText(word->text);
            if (const auto* size = std::get_if<Size>(&value)) {
                if (size->formula.isNumber()) return {Setting::Kind::Number, size->value, "", false};
                return asText(size->formula.text());
            }
        } catch (const Error&) {
            // arrays that nobody knows yet: the text of the body will have to do
        }
        return asText(settingText(substituted(syntax)));
    }

    /// With what the settings say in place of their names.
    Syntax substituted(const Syntax& syntax) const
    {
        if (syntax.kind == Kind::Name) {
            if (const auto found = m_unknown.find(syntax.name); found != m_unknown.end())
                return found->second;
            const Value* value = m_frame.find(syntax.name);
            const auto* list = value ? std::get_if<AxisList>(value) : nullptr;
            const auto* size = value ? std::get_if<Size>(value) : nullptr;
            try {
                if (list) {
                    Syntax parsed = language::parseExpression("[" + text(*list) + "]");
                    return list->size() == 1 ? parsed.children[0] : parsed;
                }
                if (size) return language::parseExpression(size->formula.text());
            } catch (const Error&) {
                return syntax;
            }
        }
        Syntax result = syntax;
        for (Syntax& child : result.children) child = substituted(child);
        return result;
    }

    /// An operand of an elementwise expression that is no array.
    Syntax number(const Syntax& syntax)
    {
        if (syntax.kind == Kind::Number) return syntax;
        if (syntax.kind == Kind::Call && syntax.name != "size" && language::findFunction(syntax.name)) {
            Syntax result = syntax;
            for (Syntax& child : result.children) child = number(child);
            return result;
        }
        try {
            Frame frame = m_frame;
            return numeral(m_evaluator.number(frame, m_evaluator.evaluate(frame, syntax), "").value);
        } catch (const Error&) {
            return substituted(syntax);
        }
    }

    const Block& m_block;
    const BlockDeclaration& m_kind;
    const BlockLibrary& m_library;
    const Elaboration* m_made;
    Errors m_ignored;
    Program m_program;
    DataSignature m_data;
    Evaluator m_evaluator;
    Frame m_frame;
    Inside m_inside;
    TermReader m_reader;
    std::map<std::string, Syntax> m_unknown; ///< variables that could not be evaluated
};

} // namespace

bool repeats(const BlockDeclaration& kind) { return kind.name == "repeat" || kind.name == "recurrence"; }

bool isEnd(const BlockDeclaration& kind) { return kind.name == inputKind || kind.name == outputKind; }

bool opens(const BlockDeclaration& kind)
{
    if (repeats(kind)) return true;
    if (kind.body.size() > 1) return true;
    if (kind.body.empty()) return false;
    const Syntax& value = kind.body[0].value;
    return std::any_of(value.children.begin(), value.children.end(),
                       [](const Syntax& child) { return child.kind == Kind::Call; });
}

Inside insideOf(const Block& block, const Diagram& around, const BlockLibrary& all, const Elaboration* made)
{
    const BlockLibrary library = around.definitions.empty() ? all : all.with(around);
    const auto kind = library.declarationOf(block);
    if (!kind) throw Error{block.id, "there is no kind of block called " + block.kind, ""};
    return Unfolder(block, *kind, around, library, made).run(around);
}

} // namespace core
