#include "core/diagram/term.h"

#include "core/ops/build.h"
#include "core/ops/op.h"

#include <algorithm>
#include <utility>

namespace core::diagram
{

using language::Syntax;
using Kind = Syntax::Kind;

namespace
{

constexpr size_t mostInstructions = 200'000;
constexpr double mostElements = 68719476736.0; // 2^36: 256 GiB of floats

Syntax numberSyntax(double number)
{
    Syntax syntax;
    syntax.kind = Kind::Number;
    syntax.number = number;
    return syntax;
}

/// Yes or no as a formula: and, or, not and where want a comparison.
Syntax conditionSyntax(bool yes)
{
    Syntax syntax;
    syntax.kind = Kind::Call;
    syntax.name = "less";
    syntax.children = {numberSyntax(yes ? 0 : 1), numberSyntax(yes ? 1 : 0)};
    return syntax;
}

} // namespace

const Value* Frame::find(std::string_view name) const
{
    if (!variablesHaveNames) return nullptr;
    for (const auto& [key, value] : variables)
        if (key == name) return &value;
    return nullptr;
}

void Frame::assign(const std::string& name, Value value)
{
    std::erase_if(variables, [&](const auto& item) { return item.first == name; });
    variables.emplace_back(name, std::move(value));
}

std::string Frame::fresh(const std::string& stem)
{
    const int count = ++taken[stem];
    return count == 1 ? stem : stem + std::to_string(count);
}

Evaluator::Evaluator(Program& into, const BlockLibrary& library, const DataSignature& signature,
                     Phase inPhase, std::map<std::string, Size> symbols, Detail detail)
    : program(into)
    , data(signature)
    , phase(inPhase)
    , m_library(library)
    , m_symbols(std::move(symbols))
    , m_detail(detail)
{
}

// Values as their places want them
// -----------------------------------------------------------------------------

std::optional<Size> Evaluator::findAxis(const Frame& frame, const std::string& axis) const
{
    for (auto item = frame.variables.rbegin(); item != frame.variables.rend(); ++item)
        if (const auto* arrays = std::get_if<Arrays>(&item->second))
            for (const ValueId id : *arrays)
                if (program.type(id).has(axis)) return sizeOf(id, axis);
    return std::nullopt;
}

std::optional<Size> Evaluator::known(const Frame& frame, const std::string& name) const
{
    if (const auto symbol = m_symbols.find(name); symbol != m_symbols.end()) return symbol->second;
    if (const auto axis = findAxis(frame, name)) return axis;
    try {
        Syntax syntax;
        syntax.kind = Kind::Name;
        syntax.name = name;
        return Size(language::formulaFrom(syntax, {}).number());
    } catch (const Error&) {
        return std::nullopt;
    }
}

Size Evaluator::number(const Frame& frame, const Value& value, const std::string& what) const
{
    if (const auto* size = std::get_if<Size>(&value)) return *size;
    if (const auto* flag = std::get_if<bool>(&value)) return Size(*flag ? 1.0 : 0.0);
    if (const auto* word = std::get_if<Word>(&value)) {
        if (const auto size = known(frame, word->text)) return *size;
        std::string symbols;
        for (const auto& [symbol, size] : m_symbols) symbols += (symbols.empty() ? "" : ", ") + symbol;
        throw Error{frame.path, what + ": there is no size called " + word->text,
                    "sizes are " + symbols + " and the axes of the inputs"};
    }
    throw Error{frame.path, what + " must be a number", ""};
}

AxisList Evaluator::axes(const Frame& frame, const Value& value, const std::string& what) const
{
    if (const auto* list = std::get_if<AxisList>(&value)) return *list;
    if (const auto* word = std::get_if<Word>(&value)) return {{word->text, std::nullopt}};
    throw Error{frame.path, what + " must name axes", "write channel, [head, key] or \"hidden: 256\""};
}

ValueId Evaluator::array(const Frame& frame, const Value& value, const std::string& what) const
{
    if (const auto* arrays = std::get_if<Arrays>(&value); arrays && arrays->size() == 1)
        return arrays->front();
    if (const auto* size = std::get_if<Size>(&value)) return build::scalar(program, size->value);
    const auto* word = std::get_if<Word>(&value);
    throw Error{frame.path, what + (word ? ": there is no array " + word->text : " must be an array"), ""};
}

std::string Evaluator::text(const Frame& frame, const Value& value, const std::string& what) const
{
    if (const auto* text = std::get_if<Text>(&value)) return text->text;
    if (const auto* word = std::get_if<Word>(&value)) return word->text;
    if (const auto* size = std::get_if<Size>(&value)) return Polynomial(size->value).text();
    throw Error{frame.path, what + " must be text", ""};
}

bool Evaluator::truth(const Frame& frame, const Value& value, const std::string& what) const
{
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    if (const auto* size = std::get_if<Size>(&value)) return size->value != 0;
    // `y = y + bias if bias`: an array that is there; an optional input that is not wired.
    if (std::holds_alternative<Arrays>(value)) return true;
    if (std::holds_alternative<std::monostate>(value)) return false;
    const auto* word = std::get_if<Word>(&value);
    const auto* typed = std::get_if<Text>(&value);
    const std::string text = word ? word->text : typed ? typed->text : "";
    if (text == "yes" || text == "true" || text == "on") return true;
    if (text == "no" || text == "false" || text == "off") return false;
    throw Error{frame.path, what + " must be yes or no" + (text.empty() ? "" : ", but is " + text), ""};
}

Size Evaluator::sizeOf(ValueId id, const std::string& axis) const
{
    const Type& type = program.type(id);
    const int at = type.find(axis);
    if (at < 0) return Size(1.0);
    const auto value = double(type.axes[size_t(at)].size);
    if (size_t(id) >= m_formulas.size() || m_formulas[size_t(id)].empty()) return Size(value);
    return {value, m_formulas[size_t(id)][size_t(at)]};
}

std::vector<Axis> Evaluator::sized(const Frame& frame, const AxisList& list, const std::string& what)
{
    std::vector<Axis> result;
    AxisList hints;
    double count = 1;
    for (const AxisSpec& axis : list) {
        const auto size = axis.size ? axis.size : findAxis(frame, axis.name);
        if (!size)
            throw Error{frame.path, what + ": axis " + axis.name + " has no size",
                        "say it: \"" + axis.name + ": 64\""};
        if (!size->whole() || size->value < 1)
            throw Error{frame.path,
                        what + ": axis " + axis.name + " cannot have size " + Polynomial(size->value).text() +
                            (size->formula.isNumber() ? "" : " = " + size->formula.text()),
                        "a size is a whole number from 1 on"};
        count *= size->value;
        if (count > mostElements)
            throw Error{frame.path,
                        what + ": an array of " + Polynomial(count).text() + " elements is too large",
                        "make axis " + axis.name + " smaller"};
        result.push_back({axis.name, int64_t(size->value)});
        hints.push_back({axis.name, *size});
    }
    m_hints = hints;
    return result;
}

ValueId Evaluator::note(ValueId value)
{
    if (program.code.size() > mostInstructions)
        throw Error{"diagram", "has more than " + std::to_string(mostInstructions) + " operations",
                    "repeat less"};
    if (m_detail == Detail::WithFormulas) {
        for (size_t i = m_formulas.size(); i < program.code.size(); ++i) {
            const Instruction& of = program.code[i];
            const Attributes& a = of.attributes;
            std::vector<Polynomial>& formulas = m_formulas.emplace_back();
            const auto formulaOf = [&](const Axis& axis) -> Polynomial {
                for (const AxisSpec& hint : m_hints)
                    if (hint.name == axis.name && hint.size && hint.size->value == double(axis.size))
                        return hint.size->formula;
                for (const ValueId input : of.inputs)
                    if (program.type(input).has(axis.name) &&
                        program.type(input).size(axis.name) == axis.size)
                        return sizeOf(input, axis.name).formula;
                const auto to = std::find(a.to.begin(), a.to.end(), axis.name);
                if (to == a.to.end() || of.inputs.empty()) return double(axis.size);
                if (a.axes.size() == a.to.size()) {
                    const Size from = sizeOf(of.inputs[0], a.axes[size_t(to - a.to.begin())]);
                    return from.value == double(axis.size) ? from.formula : double(axis.size);
                }
                Polynomial product = 1.0;
                double count = 1;
                for (const std::string& from : a.axes) {
                    product = product * sizeOf(of.inputs[0], from).formula;
                    count *= sizeOf(of.inputs[0], from).value;
                }
                return count == double(axis.size) ? product : double(axis.size);
            };
            for (const Axis& axis : of.type.axes) formulas.push_back(formulaOf(axis));
        }
    }
    m_hints.clear();
    double count = 1;
    for (const Axis& axis : program.type(value).axes) count *= double(axis.size);
    if (count > mostElements)
        throw Error{program.here.block, "an array " + program.type(value).text() + " is too large",
                    "make an axis smaller"};
    return value;
}

std::string Evaluator::describe(const Frame& frame, ValueId id) const
{
    std::string variable;
    for (const auto& [name, value] : frame.variables)
        if (const auto* arrays = std::get_if<Arrays>(&value))
            if (std::find(arrays->begin(), arrays->end(), id) != arrays->end()) variable = name;
    const Provenance& source = program.code[size_t(id)].source;
    if (!source.port.empty() && !source.port.starts_with(frame.path + "."))
        return variable.empty() ? source.port : variable + " (from " + source.port + ")";
    return variable.empty() ? program.type(id).text() : variable;
}

void Evaluator::expectAgreement(const Frame& frame, const std::vector<ValueId>& operands) const
{
    for (size_t i = 1; i < operands.size(); ++i)
        for (size_t j = 0; j < i; ++j)
            for (const Axis& axis : program.type(operands[i]).axes) {
                const Type& other = program.type(operands[j]);
                if (!other.has(axis.name) || other.size(axis.name) == axis.size) continue;
                throw Error{frame.path,
                            "axis " + axis.name + " has size " + std::to_string(other.size(axis.name)) +
                                " on " + describe(frame, operands[j]) + " but " + std::to_string(axis.size) +
                                " on " + describe(frame, operands[i]),
                            "give both the same size, insert a linear block, or rename one of the axes"};
            }
}

// Statements and expressions
// -----------------------------------------------------------------------------------

std::vector<ValueId> Evaluator::run(const BlockDeclaration& block, Frame& frame)
{
    if (frame.depth > 24)
        throw Error{frame.path, "blocks contain one another more than 24 deep",
                    "does a block contain itself?"};
    const Provenance outside = program.here;
    program.here = {frame.path, ""};
    try {
        frame.assign("training", phase == Phase::Training);
        for (size_t i = 0; i < block.body.size(); ++i) {
            program.here = {frame.path, "", int(i)};
            statement(frame, block.body[i]);
        }
        std::vector<ValueId> outputs;
        for (const PortDeclaration& port : block.outputs) {
            if (block.body.empty() && block.inputs.empty()) {
                outputs.push_back(dataInput(port.name));
                continue;
            }
            const Value* value = frame.find(port.name);
            if (!value) throw Error{frame.path, "its body does not say what " + port.name + " is", ""};
            outputs.push_back(array(frame, *value, "output " + port.name));
        }
        program.here = outside;
        return outputs;
    } catch (Error& error) {
        program.here = outside;
        const std::string top = frame.path.substr(0, frame.path.find('/'));
        if (error.where.compare(0, top.size(), top) != 0) {
            error.what = error.where.empty() ? error.what : error.where + ": " + error.what;
            error.where = frame.path;
        }
        throw;
    }
}

void Evaluator::statement(Frame& frame, const language::Statement& item)
{
    if (!item.condition.empty() && !truth(frame, evaluate(frame, item.condition[0]), "a condition")) return;
    frame.target = item.targets.size() == 1 ? item.targets[0] : "";
    if (item.targets.size() > 1) {
        if (item.value.kind != Kind::Call || !m_library.find(item.value.name))
            throw Error{frame.path, "only a block gives several values at once", ""};
        const auto outputs = callBlock(frame, item.value, {}, item.value.name);
        if (outputs.size() < item.targets.size())
            throw Error{frame.path,
                        "block " + item.value.name + " has " + std::to_string(outputs.size()) +
                            " outputs, not " + std::to_string(item.targets.size()),
                        ""};
        for (size_t i = 0; i < item.targets.size(); ++i) frame.assign(item.targets[i], Arrays{outputs[i]});
        return;
    }
    Value value = evaluate(frame, item.value);
    frame.target.clear();
    if (item.targets.empty()) return;
    frame.assign(item.targets[0], std::move(value));
}

Value Evaluator::name(const Frame& frame, const std::string& name) const
{
    if (const Value* value = frame.find(name)) return *value;
    return Word{name};
}

Value Evaluator::evaluate(Frame& frame, const Syntax& syntax)
{
    switch (syntax.kind) {
    case Kind::Number:
        return Size(syntax.number);
    case Kind::Name:
        return name(frame, syntax.name);
    case Kind::String:
        return Text{syntax.name};
    case Kind::Call:
        return call(frame, syntax);
    case Kind::Sized: {
        std::string axis = syntax.name;
        if (const Value* value = frame.find(axis)) {
            const AxisList list = axes(frame, *value, axis);
            if (list.size() != 1) throw Error{frame.path, axis + " must be one axis to be given a size", ""};
            axis = list[0].name;
        }
        return AxisList{{axis, number(frame, evaluate(frame, syntax.children[0]), "size of " + axis)}};
    }
    case Kind::Arrow: {
        const AxisList from = axes(frame, evaluate(frame, syntax.children[0]), "what is left of ->");
        return Arrow{from, axes(frame, evaluate(frame, syntax.children[1]), "what is right of ->")};
    }
    case Kind::List: {
        AxisList list;
        Arrays arrays;
        for (const Syntax& child : syntax.children) {
            const Value item = evaluate(frame, child);
            if (const auto* some = std::get_if<Arrays>(&item)) {
                arrays.insert(arrays.end(), some->begin(), some->end());
                continue;
            }
            for (AxisSpec& axis : axes(frame, item, "a list")) list.push_back(std::move(axis));
        }
        if (!arrays.empty() && !list.empty())
            throw Error{frame.path, "a list holds axes or arrays, not both", ""};
        if (!arrays.empty()) return arrays;
        for (size_t i = 0; i < list.size(); ++i)
            for (size_t j = 0; j < i; ++j)
                if (list[i].name == list[j].name)
                    throw Error{frame.path, "axis " + list[i].name + " is listed twice",
                                "rename one of them"};
        return list;
    }
    case Kind::Named:
        break;
    }
    throw Error{frame.path, syntax.name + " = ... is an argument of a call", ""};
}

struct Evaluator::Lowered {
    std::optional<Size> number; ///< or:
    Syntax syntax;              ///< over names of operands
    bool condition = false;     ///< the number stands for yes or no
};

bool Evaluator::namesAxes(const Frame& frame, const Syntax& syntax) const
{
    if (syntax.kind == Kind::Named) return true;
    if (syntax.kind == Kind::List || syntax.kind == Kind::Sized) return true;
    if (syntax.kind == Kind::Call) {
        const TermFunction* function = findTermFunction(syntax.name);
        return function && function->givesAxes;
    }
    if (syntax.kind != Kind::Name) return false;
    const Value* value = frame.find(syntax.name);
    return value ? std::holds_alternative<AxisList>(*value) : !m_symbols.count(syntax.name);
}

Value Evaluator::call(Frame& frame, const Syntax& syntax)
{
    if (syntax.name == "block" && !syntax.children.empty() && syntax.children[0].kind == Kind::String) {
        Syntax named = syntax; // block("repeat", ...): the block, not the function of that name
        named.name = syntax.children[0].name;
        named.children.erase(named.children.begin());
        return callNamed(frame, named);
    }
    const language::Function* elementwiseFunction = language::findFunction(syntax.name);
    const TermFunction* function = findTermFunction(syntax.name);
    // max(x, channel) reduces, max(x, y) is element by element.
    if (function && elementwiseFunction &&
        !(syntax.children.size() == 2 && namesAxes(frame, syntax.children[1])))
        function = nullptr;
    if (function) {
        const std::string target = std::exchange(frame.target, "");
        Arguments arguments{*this, frame, *function, std::vector<Value>(function->arguments.size()), {}};
        size_t next = 0;
        for (const Syntax& child : syntax.children) {
            if (child.kind == Kind::Named) {
                const auto& names = function->arguments;
                const auto at = std::find(names.begin(), names.end(), child.name);
                if (at != names.end())
                    arguments.values[size_t(at - names.begin())] = evaluate(frame, child.children[0]);
                else if (function->takesNames)
                    arguments.named.emplace_back(child.name, evaluate(frame, child.children[0]));
                else
                    throw Error{frame.path, syntax.name + " has no argument " + child.name, ""};
                continue;
            }
            Value value = evaluate(frame, child);
            if (next + std::holds_alternative<Arrow>(value) >= arguments.values.size())
                throw Error{frame.path, syntax.name + " has too many arguments", ""};
            if (const auto* arrow = std::get_if<Arrow>(&value)) { // rename(x, token -> source)
                arguments.values[next++] = arrow->from;
                arguments.values[next++] = arrow->to;
            } else
                arguments.values[next++] = std::move(value);
        }
        for (size_t i = 0; i < function->required; ++i)
            if (!arguments.given(i)) throw Error{frame.path, arguments.what(i) + " is missing", ""};
        frame.target = target;
        Value result = function->apply(arguments);
        if (const auto* arrays = std::get_if<Arrays>(&result))
            for (const ValueId id : *arrays) note(id);
        return result;
    }
    const bool calls = syntax.infix || size_t(elementwiseFunction ? elementwiseFunction->arity : 0) ==
                                           syntax.children.size(); // add(a, b, c) is the block
    if (elementwiseFunction && (calls || !m_library.find(syntax.name))) {
        frame.target.clear();
        std::vector<ValueId> operands;
        const Lowered lowered = lower(frame, syntax, operands);
        if (lowered.number && lowered.condition) return lowered.number->value != 0;
        if (lowered.number) return *lowered.number;
        std::vector<std::string> names;
        for (size_t i = 0; i < operands.size(); ++i) names.push_back("v" + std::to_string(i));
        return Arrays{elementwise(frame, language::formulaFrom(lowered.syntax, names, frame.path), operands)};
    }
    return callNamed(frame, syntax);
}

Value Evaluator::callNamed(Frame& frame, const Syntax& syntax)
{
    if (m_library.find(syntax.name)) {
        const std::string target = std::exchange(frame.target, "");
        const auto outputs = callBlock(frame, syntax, {}, target.empty() ? syntax.name : target);
        const std::vector<PortDeclaration>& ports = m_library.find(syntax.name)->outputs;
        if (outputs.size() > 1 && !target.empty())
            for (size_t i = 0; i < outputs.size(); ++i)
                frame.assign(target + "." + ports[i].name, Arrays{outputs[i]});
        return outputs.empty() ? Value() : Value(Arrays{outputs[0]});
    }
    throw Error{frame.path, "there is no function or block " + syntax.name, ""};
}

ValueId Evaluator::elementwise(Frame& frame, const language::Expression& formula,
                               std::vector<ValueId> operands)
{
    expectAgreement(frame, operands);
    return note(build::formula(program, formula, std::move(operands)));
}

/// A subtree of arithmetic over arrays: numbers folded, arrays replaced by names v0, v1, ...
Evaluator::Lowered Evaluator::lower(Frame& frame, const Syntax& syntax, std::vector<ValueId>& operands)
{
    const language::Function* function =
        syntax.kind == Kind::Call ? language::findFunction(syntax.name) : nullptr;
    if (function && findTermFunction(syntax.name) && syntax.children.size() == 2 &&
        namesAxes(frame, syntax.children[1]))
        function = nullptr;
    if (!function) {
        const Value value = evaluate(frame, syntax);
        if (const auto* arrays = std::get_if<Arrays>(&value); arrays && arrays->size() == 1) {
            auto at = std::find(operands.begin(), operands.end(), arrays->front());
            if (at == operands.end()) at = operands.insert(at, arrays->front());
            Lowered result;
            result.syntax.kind = Kind::Name;
            result.syntax.name = "v" + std::to_string(at - operands.begin());
            return result;
        }
        if (const auto* word = std::get_if<Word>(&value); word && !known(frame, word->text))
            return {Size(truth(frame, value, "in arithmetic, " + word->text) ? 1.0 : 0.0), {}, true};
        return {number(frame, value, syntax.name.empty() ? "an operand" : syntax.name),
                {},
                std::holds_alternative<bool>(value)};
    }
    // Texts can be compared: padding == same.
    if ((syntax.name == "equal" || syntax.name == "not_equal") && syntax.children.size() == 2 &&
        syntax.children[0].kind == Kind::Name)
        if (const Value* left = frame.find(syntax.children[0].name);
            left && std::holds_alternative<Text>(*left)) {
            const bool same =
                std::get<Text>(*left).text == text(frame, evaluate(frame, syntax.children[1]), "text");
            return {Size(same == (syntax.name == "equal") ? 1.0 : 0.0), {}, true};
        }
    std::vector<Lowered> children;
    for (const Syntax& child : syntax.children) {
        if (child.kind == Kind::Named)
            throw Error{frame.path, syntax.name + " has no argument " + child.name, ""};
        children.push_back(lower(frame, child, operands));
    }
    Lowered result;
    result.syntax.kind = Kind::Call;
    result.syntax.name = syntax.name;
    result.syntax.span = syntax.span;
    std::vector<Size> numbers;
    for (Lowered& child : children) {
        if (child.number) numbers.push_back(*child.number);
        result.syntax.children.push_back(!child.number     ? child.syntax
                                         : child.condition ? conditionSyntax(child.number->value != 0)
                                                           : numberSyntax(child.number->value));
    }
    if (numbers.size() == children.size()) {
        const double value = language::evaluate(language::formulaFrom(result.syntax, {}, frame.path), {});
        result.number = applied(syntax.name, numbers, value);
        result.condition = function->result == language::Scalar::Boolean;
    }
    return result;
}

} // namespace core::diagram
