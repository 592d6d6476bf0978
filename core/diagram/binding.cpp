// Settings, arguments and ports: what a block body begins with.
#include "core/diagram/term.h"

#include <algorithm>
#include <cstdlib>

namespace core::diagram
{

using language::Syntax;
using Kind = ParameterDeclaration::Kind;

namespace
{

/// "integer[batch, ..., over]" taken apart.
struct PortType {
    std::optional<Element> element;
    std::vector<std::string> axes;
};

PortType portType(std::string_view text)
{
    PortType result;
    if (text.starts_with("integer")) result.element = Element::Integer;
    if (text.starts_with("real")) result.element = Element::Real;
    const size_t open = text.find('[');
    std::string word;
    for (const char c : text.substr(open == std::string_view::npos ? text.size() : open + 1)) {
        if (c == ' ') continue;
        if (c != ',' && c != ']') {
            word += c;
            continue;
        }
        if (!word.empty() && word != "...") result.axes.push_back(word);
        word.clear();
    }
    return result;
}

std::string axisNames(const Type& type)
{
    std::string text;
    for (const Axis& axis : type.axes)
        text += (text.empty() ? "" : ", ") + axis.name + "=" + std::to_string(axis.size);
    return text.empty() ? "no axes" : text;
}

std::string sourceOf(const Program& program, ValueId id)
{
    const Provenance& source = program.code[size_t(id)].source;
    return source.port.empty() ? "" : " from " + source.port;
}

std::string join(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// "a: 2, b" as a list; errors count columns in the text itself, without the bracket that is put before it.
language::Syntax parsedList(const std::string& text, const std::string& where)
{
    try {
        return language::parseExpression("[" + text + "]", where);
    } catch (Error error) {
        const std::string firstLine = where + ":1:";
        if (error.where.starts_with(firstLine)) {
            const int column = std::atoi(error.where.c_str() + firstLine.size());
            error.where = firstLine + std::to_string(std::max(1, column - 1));
        }
        throw error;
    }
}

} // namespace

Value Evaluator::parseAxes(Frame& typed, const std::string& text, const std::string& where)
{
    return evaluate(typed, parsedList(text, where));
}

void Evaluator::checkRange(const ParameterDeclaration& parameter, const Value& value,
                           const std::string& where) const
{
    const auto* size = std::get_if<Size>(&value);
    if (!size) return;
    const std::string number = Polynomial(size->value).text();
    if (parameter.kind == Kind::Integer && !size->whole())
        throw Error{where, "must be a whole number, but is " + number, ""};
    const bool low = parameter.low && !(size->value >= *parameter.low);
    const bool high = parameter.high && !(size->value <= *parameter.high);
    if (low)
        throw Error{where, "is " + number + ", but must be at least " + Polynomial(*parameter.low).text(),
                    ""};
    if (high)
        throw Error{where, "is " + number + ", but must be at most " + Polynomial(*parameter.high).text(),
                    ""};
}

/// A value that a body passes on, as the parameter wants it.
Value Evaluator::coerce(Frame& typed, const ParameterDeclaration& parameter, const Value& value,
                        const std::string& where)
{
    const auto* text = std::get_if<Text>(&value);
    switch (parameter.kind) {
    case Kind::Axes:
        return text ? parseAxes(typed, text->text, where) : axes(typed, value, parameter.name);
    case Kind::Number:
    case Kind::Integer: {
        const Value result = text ? evaluate(typed, language::parseExpression(text->text, where)) : value;
        const Size size = number(typed, result, parameter.name);
        checkRange(parameter, size, where);
        return size;
    }
    case Kind::Switch:
        return truth(typed, value, parameter.name);
    case Kind::Choice: {
        const std::string choice = this->text(typed, value, parameter.name);
        if (std::find(parameter.choices.begin(), parameter.choices.end(), choice) == parameter.choices.end())
            throw Error{where, "\"" + choice + "\" is not among the choices",
                        "they are " + join(parameter.choices)};
        return Text{choice};
    }
    case Kind::Formula:
    case Kind::Text:
        return Text{this->text(typed, value, parameter.name)};
    }
    return value;
}

Value Evaluator::fromSetting(Frame& typed, const ParameterDeclaration& parameter, const Setting& setting,
                             const std::string& where)
{
    if (setting.kind == Setting::Kind::Switch) {
        if (parameter.kind == Kind::Switch) return setting.on;
        throw Error{where, std::string("must not be a switch, but is ") + (setting.on ? "on" : "off"), ""};
    }
    if (setting.kind == Setting::Kind::Text) return coerce(typed, parameter, Text{setting.text}, where);
    if (parameter.kind == Kind::Axes)
        throw Error{where, "must name axes, but is the number " + Polynomial(setting.number).text(),
                    "write \"channel: " + Polynomial(setting.number).text() + "\""};
    return coerce(typed, parameter, Size(setting.number), where);
}

void Evaluator::bindSettings(const BlockDeclaration& block, const std::map<std::string, Setting>& settings,
                             Frame& frame, Errors& errors)
{
    Frame typed{.path = frame.path, .variablesHaveNames = false, .variables = frame.variables};
    for (const auto& [name, setting] : settings)
        if (!block.parameter(name)) {
            std::vector<std::string> names;
            for (const ParameterDeclaration& parameter : block.parameters) names.push_back(parameter.name);
            errors.push_back({frame.path + "." + name, "block " + block.name + " has no such setting",
                              names.empty() ? "it has none" : "it has " + join(names)});
        }
    for (const ParameterDeclaration& parameter : block.parameters) {
        if (frame.find(parameter.name)) continue; // given by a call
        const std::string where = frame.path + "." + parameter.name;
        const auto given = settings.find(parameter.name);
        try {
            frame.assign(parameter.name,
                         fromSetting(typed, parameter,
                                     given == settings.end() ? parameter.initial : given->second, where));
        } catch (Error& error) {
            if (!error.where.starts_with(where)) error.where = where;
            errors.push_back(error);
        }
    }
}

void Evaluator::checkPorts(const BlockDeclaration& block, const Frame& frame, Errors& errors) const
{
    for (const PortDeclaration& port : block.inputs) {
        const Value* value = frame.find(port.name);
        const auto* arrays = value ? std::get_if<Arrays>(value) : nullptr;
        if (!arrays) continue;
        const PortType wanted = portType(port.type);
        const std::string where = frame.path + "." + port.name;
        for (const ValueId id : *arrays) {
            const Type& type = program.type(id);
            if (wanted.element && *wanted.element != type.element) {
                const bool integers = type.element == Element::Integer;
                errors.push_back({where,
                                  std::string(integers ? "carries whole numbers (labels or tokens)"
                                                       : "carries real numbers") +
                                      sourceOf(program, id) + ", but " +
                                      (integers ? "real numbers" : "whole numbers (labels or tokens)") +
                                      " are needed",
                                  integers ? "insert an embedding" : "take labels or tokens from the data"});
                continue;
            }
            for (const std::string& word : wanted.axes) {
                const Value* variable = frame.find(word);
                const auto* list = variable ? std::get_if<AxisList>(variable) : nullptr;
                if (!list && block.parameter(word)) continue; // a faulty setting is reported as such
                for (const AxisSpec& axis : list ? *list : AxisList{{word, std::nullopt}}) {
                    if (!type.has(axis.name))
                        errors.push_back(
                            {where,
                             "has no axis " + axis.name + ": it carries [" + axisNames(type) + "]" +
                                 sourceOf(program, id),
                             list ? "change the setting " + word + ", or rename an axis" : "rename an axis"});
                    else if (axis.size && axis.size->value != double(type.size(axis.name)))
                        errors.push_back({where,
                                          "axis " + axis.name + " has size " +
                                              std::to_string(type.size(axis.name)) + sourceOf(program, id) +
                                              ", but the setting " + word + " says " +
                                              Polynomial(axis.size->value).text(),
                                          "leave the size out"});
                }
            }
        }
    }
}

/// With the inputs that the call's own text gives it.
std::shared_ptr<const BlockDeclaration> Evaluator::declarationOf(const Frame& frame, const Syntax& call) const
{
    Block block;
    block.kind = call.name;
    const BlockDeclaration* kind = m_library.find(call.name);
    if (kind && !kind->ports.empty())
        for (const Syntax& child : call.children) {
            const bool named = child.kind == Syntax::Kind::Named;
            const Syntax& value = named ? child.children[0] : child;
            const Value* variable = value.kind == Syntax::Kind::Name ? frame.find(value.name) : nullptr;
            const auto* text = variable ? std::get_if<Text>(variable) : nullptr;
            if (value.kind != Syntax::Kind::String && !text) continue;
            block.settings.emplace(named ? child.name : kind->ports,
                                   Setting{Setting::Kind::Text, 0, text ? text->text : value.name, false});
        }
    return m_library.declarationOf(block);
}

std::vector<ValueId> Evaluator::callBlock(Frame& frame, const Syntax& call, std::vector<ValueId> first,
                                          const std::string& name)
{
    const auto found = declarationOf(frame, call);
    if (!found) throw Error{frame.path, "there is no block " + call.name, ""};
    const BlockDeclaration& block = *found;
    const std::string leaf = frame.fresh(name);
    Frame inner{.path = frame.path + "/" + leaf,
                .names = frame.names.empty() ? leaf : frame.names + "/" + leaf,
                .depth = frame.depth + 1};
    BlockState state = BlockState::Active;
    Frame typed{.path = frame.path, .variablesHaveNames = false, .variables = frame.variables};

    size_t nextInput = 0, nextParameter = 0;
    const auto giveArrays = [&](const Arrays& arrays) {
        for (const ValueId id : arrays) {
            if (nextInput >= block.inputs.size())
                throw Error{frame.path,
                            "block " + call.name + " has only " + std::to_string(block.inputs.size()) +
                                " inputs",
                            ""};
            const PortDeclaration& port = block.inputs[nextInput];
            Arrays all{id};
            if (port.variadic) {
                if (const Value* before = inner.find(port.name)) {
                    all = std::get<Arrays>(*before);
                    all.push_back(id);
                }
            } else {
                ++nextInput;
            }
            inner.assign(port.name, all);
        }
    };
    const auto giveParameter = [&](const ParameterDeclaration& parameter, const Value& value) {
        inner.assign(parameter.name, coerce(typed, parameter, value, frame.path + "." + parameter.name));
    };
    const auto giveNext = [&](const Value& value) {
        if (nextParameter >= block.parameters.size())
            throw Error{frame.path,
                        "block " + call.name + " has only " + std::to_string(block.parameters.size()) +
                            " settings",
                        ""};
        giveParameter(block.parameters[nextParameter++], value);
    };

    giveArrays(first);
    for (const Syntax& child : call.children) {
        if (child.kind == Syntax::Kind::Named) {
            const Value value = evaluate(frame, child.children[0]);
            if (child.name == "keeps_names" && !block.parameter(child.name)) {
                if (truth(frame, value, child.name)) inner.names = frame.names;
                continue;
            }
            if (child.name == "state" && !block.parameter(child.name)) {
                const std::string word = text(frame, value, child.name);
                if (word != "muted" && word != "bypassed")
                    throw Error{frame.path, "there is no state " + word, "states are muted and bypassed"};
                state = word == "muted" ? BlockState::Muted : BlockState::Bypassed;
                continue;
            }
            if (const ParameterDeclaration* parameter = block.parameter(child.name))
                giveParameter(*parameter, value);
            else if (const auto* arrays = std::get_if<Arrays>(&value);
                     arrays && std::any_of(block.inputs.begin(), block.inputs.end(),
                                           [&](const auto& port) { return port.name == child.name; }))
                inner.assign(child.name, *arrays);
            else
                throw Error{frame.path, "block " + call.name + " has no setting " + child.name, ""};
            continue;
        }
        const Value value = evaluate(frame, child);
        if (const auto* arrays = std::get_if<Arrays>(&value))
            giveArrays(*arrays);
        else if (const auto* arrow = std::get_if<Arrow>(&value)) {
            giveNext(arrow->from);
            giveNext(arrow->to);
        } else
            giveNext(value);
    }
    for (const PortDeclaration& port : block.inputs)
        if (!inner.find(port.name)) {
            if (!port.optional)
                throw Error{inner.path, "input " + port.name + " of " + call.name + " is missing", ""};
            inner.assign(port.name, Value());
        }
    Errors errors;
    bindSettings(block, {}, inner, errors);
    if (errors.empty()) checkPorts(block, inner, errors);
    if (!errors.empty()) throw errors.front();
    std::vector<ValueId> outputs = runAs(state, block, inner);
    if (outputs.size() < block.outputs.size())
        outputs.resize(block.outputs.size(), outputs.empty() ? ValueId(0) : outputs[0]);
    return outputs;
}

} // namespace core::diagram
