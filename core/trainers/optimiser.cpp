#include "core/trainers/optimiser.h"

#include "core/files/files.h"
#include "core/ops/build.h"
#include "core/ops/op.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace core
{

namespace
{

using language::Expression;

Setting settingFrom(const nlohmann::json& value)
{
    if (value.is_boolean()) return {Setting::Kind::Switch, 0, {}, value.get<bool>()};
    if (value.is_number()) return {Setting::Kind::Number, value.get<double>(), {}, false};
    return {Setting::Kind::Text, 0, value.get<std::string>(), false};
}

OptimiserDeclaration declarationFrom(const std::string& path)
{
    const auto json = nlohmann::ordered_json::parse(files::resource(path));
    OptimiserDeclaration declaration;
    declaration.name = json.at("name");
    declaration.title = json.at("title");
    declaration.help = json.at("help");
    declaration.source = json.at("source");
    declaration.rate = json.at("rate");
    for (const auto& entry : json.at("parameters")) {
        ParameterDeclaration parameter;
        parameter.name = entry.at("name");
        parameter.initial = settingFrom(entry.at("default"));
        parameter.kind = parameter.initial.kind == Setting::Kind::Switch ? ParameterDeclaration::Kind::Switch
                                                                         : ParameterDeclaration::Kind::Number;
        if (entry.contains("low")) parameter.low = entry.at("low").get<double>();
        if (entry.contains("high")) parameter.high = entry.at("high").get<double>();
        parameter.help = entry.at("help");
        declaration.parameters.push_back(std::move(parameter));
    }
    for (const auto& [name, initial] : json.at("state").items())
        declaration.state.emplace_back(name, initial);
    std::string text;
    for (const auto& line : json.at("update")) text += line.get<std::string>() + "\n";
    declaration.update = language::parseTerm(text, path);
    return declaration;
}

double numberOf(const Setting& setting, const std::string& where)
{
    switch (setting.kind) {
    case Setting::Kind::Number:
        return setting.number;
    case Setting::Kind::Switch:
        return setting.on ? 1 : 0;
    case Setting::Kind::Text:
        return language::evaluate(language::parseFormula(setting.text, {}, where), {});
    }
    return 0;
}

/// The update of one parameter: names of the declaration bound to values of the program, settings to numbers.
class UpdateBuilder
{
public:
    UpdateBuilder(Program& program, const std::map<std::string, double>& settings, const std::string& source)
        : m_program(program)
        , m_source(source)
    {
        for (const auto& [name, number] : settings) define(name, Expression(number));
    }

    void bind(const std::string& name, ValueId value) { define(name, Expression::variable(operand(value))); }

    bool active(const language::Statement& statement) const
    {
        if (statement.condition.empty()) return true;
        return language::evaluate(expression(statement.condition.front()), {}) != 0;
    }

    ValueId run(const language::Statement& statement)
    {
        const ValueId value = emit(hoist(expression(statement.value)));
        bind(statement.targets.front(), value);
        return value;
    }

private:
    void define(const std::string& name, Expression meaning)
    {
        const auto known = std::find(m_names.begin(), m_names.end(), name);
        if (known == m_names.end()) {
            m_names.push_back(name);
            m_meanings.push_back(std::move(meaning));
        } else {
            m_meanings[size_t(known - m_names.begin())] = std::move(meaning);
        }
    }

    int operand(ValueId value)
    {
        m_operands.push_back(value);
        return int(m_operands.size()) - 1;
    }

    Expression expression(const language::Syntax& syntax) const
    {
        return language::substitute(language::formulaFrom(syntax, m_names, m_source), m_meanings);
    }

    bool scalar(const Expression& e) const
    {
        for (int i = 0; i < language::variableCount(e); ++i) {
            if (language::uses(e, i) && !m_program.type(m_operands[size_t(i)]).axes.empty()) return false;
        }
        return true;
    }

    /// Parts that depend on scalars only (the bias corrections) become values of their own: computed once a
    /// step instead of once an element.
    Expression hoist(const Expression& e)
    {
        if (e.kind() != Expression::Kind::Call) return e;
        const bool real = e.type() == language::Scalar::Real;
        if (real && language::variableCount(e) > 0 && scalar(e))
            return Expression::variable(operand(emit(e)));
        std::vector<Expression> arguments;
        for (const Expression& argument : e.arguments()) arguments.push_back(hoist(argument));
        return Expression::call(e.function(), std::move(arguments));
    }

    ValueId emit(const Expression& e)
    {
        std::vector<ValueId> used;
        std::vector<Expression> renumbered;
        for (int i = 0; i < language::variableCount(e); ++i) {
            renumbered.push_back(Expression::variable(int(used.size())));
            if (language::uses(e, i)) used.push_back(m_operands[size_t(i)]);
        }
        return build::formula(m_program, language::substitute(e, renumbered), std::move(used));
    }

    Program& m_program;
    std::string m_source;
    std::vector<std::string> m_names;
    std::vector<Expression> m_meanings; ///< by name: a number, or a variable that indexes m_operands
    std::vector<ValueId> m_operands;
};

} // namespace

std::span<const OptimiserDeclaration> optimisers()
{
    static const std::vector<OptimiserDeclaration> all = [] {
        std::vector<OptimiserDeclaration> list;
        for (const std::string& path : files::resourceNames("optimisers"))
            list.push_back(declarationFrom(path));
        return list;
    }();
    return all;
}

const OptimiserDeclaration& findOptimiser(std::string_view name)
{
    std::string names;
    for (const OptimiserDeclaration& declaration : optimisers()) {
        if (declaration.name == name) return declaration;
        names += (names.empty() ? "" : ", ") + declaration.name;
    }
    throw Error{"optimiser", "there is none called \"" + std::string(name) + "\"", "one of " + names};
}

std::map<std::string, double> optimiserSettings(const OptimiserDeclaration& declaration,
                                                const std::map<std::string, Setting>& overrides)
{
    const std::string where = "optimiser " + declaration.name;
    std::map<std::string, double> values;
    std::string names;
    for (const ParameterDeclaration& parameter : declaration.parameters) {
        const auto found = overrides.find(parameter.name);
        const double value = numberOf(found == overrides.end() ? parameter.initial : found->second,
                                      where + ", " + parameter.name);
        if (!std::isfinite(value) || (parameter.low && value < *parameter.low) ||
            (parameter.high && value > *parameter.high)) {
            throw Error{where, parameter.name + " is " + language::print(Expression(value), {}),
                        "between " + language::print(Expression(parameter.low.value_or(-INFINITY)), {}) +
                            " and " + language::print(Expression(parameter.high.value_or(INFINITY)), {})};
        }
        values[parameter.name] = value;
        names += (names.empty() ? "" : ", ") + parameter.name;
    }
    for (const auto& [name, setting] : overrides) {
        if (!values.contains(name)) throw Error{where, "has no setting \"" + name + "\"", "it has " + names};
    }
    return values;
}

void appendOptimiser(Program& program, const OptimiserDeclaration& declaration,
                     const std::map<std::string, double>& settings, std::span<const ValueId> parameters,
                     std::span<const ValueId> gradients, ValueId rate, ValueId t)
{
    assert(parameters.size() == gradients.size());
    const std::string source = "optimiser " + declaration.name;
    for (size_t i = 0; i < parameters.size(); ++i) {
        UpdateBuilder builder(program, settings, source);
        const auto targeted = [&](const std::string& name) {
            return std::any_of(declaration.update.begin(), declaration.update.end(),
                               [&](const auto& statement) {
                                   return statement.targets.front() == name && builder.active(statement);
                               });
        };
        // By value: adding instructions moves the vector that holds them.
        const std::string name = program.code[size_t(parameters[i])].attributes.name;
        const Type type = program.type(parameters[i]);
        std::map<std::string, std::pair<ValueId, ValueId>> kept{{"p", {parameters[i], parameters[i]}}};
        for (const auto& [state, initial] : declaration.state) {
            if (!targeted(state)) continue;
            const ValueId id =
                build::state(program, name + "/" + state, type, language::parseFormula(initial, {}));
            kept[state] = {id, id};
            builder.bind(state, id);
        }
        builder.bind("p", parameters[i]);
        builder.bind("g", gradients[i]);
        builder.bind("lr", rate);
        builder.bind("t", t);
        for (const language::Statement& statement : declaration.update) {
            if (!builder.active(statement)) continue;
            const ValueId value = builder.run(statement);
            if (const auto it = kept.find(statement.targets.front()); it != kept.end())
                it->second.second = value;
        }
        for (const auto& [unused, states] : kept) program.updates.push_back({states.first, states.second});
    }
}

ValueId clipByGlobalNorm(Program& program, std::vector<ValueId>& gradients, double most)
{
    ValueId squares = build::scalar(program, 0);
    for (const ValueId gradient : gradients) {
        build::Axes axes;
        for (const Axis& axis : program.type(gradient).axes) axes.push_back(axis.name);
        const ValueId square = build::formula(program, "a*a", {gradient});
        squares = build::formula(program, "a + b", {squares, build::sum(program, square, axes)});
    }
    const ValueId norm = build::formula(program, "sqrt(a)", {squares});
    const ValueId factor =
        build::formula(program, "min(1, b / (a + 0.000001))", {norm, build::scalar(program, most)});
    for (ValueId& gradient : gradients) gradient = build::formula(program, "a * b", {gradient, factor});
    return norm;
}

} // namespace core
