#include "core/ops/rules.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace core::ops
{
namespace
{

using language::Expression;

/// The distinct nodes of a tree, operands first, so that shared parts are evaluated once an element.
class Steps
{
public:
    explicit Steps(const Expression& root) { m_root = visit(root); }

    double run(std::span<const double> variables)
    {
        for (size_t i = 0; i < m_steps.size(); ++i) {
            const Step& step = m_steps[i];
            m_values[i] = step.expression->kind() == Expression::Kind::Number ? step.expression->number()
                          : step.expression->kind() == Expression::Kind::Variable
                              ? variables[size_t(step.expression->variable())]
                              : step.expression->function().evaluate(
                                    m_values[step.at[0]], m_values[step.at[1]], m_values[step.at[2]]);
        }
        return m_values[m_root];
    }

private:
    struct Step {
        const Expression* expression;
        size_t at[3];
    };

    size_t visit(const Expression& node)
    {
        const auto known = m_known.find(node.identity());
        if (known != m_known.end()) return known->second;
        Step step{&node, {0, 0, 0}};
        if (node.kind() == Expression::Kind::Call)
            for (size_t i = 0; i < node.arguments().size(); ++i) step.at[i] = visit(node.arguments()[i]);
        m_steps.push_back(step);
        m_values.push_back(0);
        return m_known[node.identity()] = m_steps.size() - 1;
    }

    std::vector<Step> m_steps;
    std::vector<double> m_values;
    std::unordered_map<const Expression::Node*, size_t> m_known;
    size_t m_root = 0;
};

Type formulaType(std::span<const Type> inputs, const Attributes& a)
{
    const int variables = language::variableCount(a.formula);
    if (variables > int(inputs.size()))
        fail("formula",
             "uses " + std::to_string(variables) + " operands but has " + std::to_string(inputs.size()));
    return real(unite("formula", inputs));
}

void evaluate(const Instruction& of, std::span<const Tensor* const> inputs, Tensor& out)
{
    Steps steps(of.attributes.formula);
    std::vector<std::vector<int64_t>> strides;
    for (const Tensor* input : inputs) strides.push_back(stridesAlong(input->type, out.type.axes));
    std::vector<double> variables(inputs.size());
    double* result = out.data.data();
    walk(out.type.axes, strides, [&](const int64_t* at) {
        for (size_t i = 0; i < inputs.size(); ++i) variables[i] = inputs[i]->data[size_t(at[i])];
        *result++ = steps.run(variables);
    });
}

/// A formula without the operands that it does not use, except the first, which keeps the shape.
ValueId compact(Program& program, const Expression& formula, const std::vector<ValueId>& operands)
{
    std::vector<Expression> replacements;
    std::vector<ValueId> used;
    for (size_t i = 0; i < operands.size(); ++i) {
        replacements.push_back(Expression::variable(int(used.size())));
        if (i == 0 || language::uses(formula, int(i))) used.push_back(operands[i]);
    }
    return build::formula(program, language::substitute(formula, replacements), used);
}

/// `what` is `by` wherever it occurs; `known` are the parts that have been looked at.
Expression replaced(const Expression& in, const Expression& what, const Expression& by,
                    std::map<const Expression::Node*, Expression>& known)
{
    if (in == what) return by;
    if (in.kind() != Expression::Kind::Call) return in;
    const auto found = known.find(in.identity());
    if (found != known.end()) return found->second;
    std::vector<Expression> arguments;
    for (const Expression& argument : in.arguments())
        arguments.push_back(replaced(argument, what, by, known));
    return known[in.identity()] = Expression::call(in.function(), std::move(arguments));
}

std::vector<ValueId> gradient(Program& program, ValueId of, ValueId g)
{
    const std::vector<ValueId> inputs = program.code[size_t(of)].inputs;
    const Expression formula = program.code[size_t(of)].attributes.formula;
    std::vector<ValueId> operands = {g};
    std::vector<Expression> shifted;
    for (ValueId input : inputs) {
        operands.push_back(input);
        shifted.push_back(Expression::variable(int(operands.size()) - 1));
    }
    // The value itself, as the slopes of exp and tanh have it, need not be calculated again.
    operands.push_back(of);
    const Expression self = Expression::variable(int(operands.size()) - 1);
    std::vector<ValueId> adjoints;
    for (size_t i = 0; i < inputs.size(); ++i) {
        const Type type = program.type(inputs[i]);
        const Expression slope = language::derivative(formula, int(i));
        if (type.element == Element::Integer || slope == Expression(0.0)) {
            adjoints.push_back(-1);
            continue;
        }
        std::map<const Expression::Node*, Expression> known;
        const Expression product =
            Expression::variable(0) * replaced(language::substitute(slope, shifted),
                                               language::substitute(formula, shifted), self, known);
        const bool isG = product == Expression::variable(0);
        adjoints.push_back(fit(program, isG ? g : compact(program, product, operands), type));
    }
    return adjoints;
}

/// Reads operands before permute and broadcast, puts splat constants into the formula, drops unused operands
/// and joins equal ones, as long as the axes stay the same set.
ValueId simplify(Program& program, std::span<const ValueId> inputs, const Attributes& a)
{
    std::vector<Type> types;
    for (ValueId input : inputs) types.push_back(program.type(input));
    const size_t axes = unite("formula", types).size();
    const auto keepsAxes = [&](const std::vector<ValueId>& operands) {
        std::vector<Type> left;
        for (ValueId operand : operands) left.push_back(program.type(operand));
        return unite("formula", left).size() == axes;
    };

    std::vector<ValueId> operands(inputs.begin(), inputs.end());
    for (ValueId& operand : operands) {
        for (;;) {
            const ValueId before = operand;
            const Instruction& source = program.code[size_t(operand)];
            if (source.op == &permute || source.op == &broadcast) operand = source.inputs[0];
            if (operand == before) break;
            if (keepsAxes(operands)) continue;
            operand = before;
            break;
        }
    }
    Expression formula = a.formula;
    std::vector<Expression> replacements;
    for (size_t i = 0; i < operands.size(); ++i) replacements.push_back(Expression::variable(int(i)));
    bool replaces = false;
    for (size_t i = 0; i < operands.size(); ++i) {
        const Instruction* source = definedBy(program, operands[i], constant);
        const bool splat = source && source->attributes.values.size() == 1;
        if (splat) replacements[i] = Expression(source->attributes.values[0]);
        const size_t first =
            size_t(std::find(operands.begin(), operands.end(), operands[i]) - operands.begin());
        if (first < i) replacements[i] = replacements[first];
        replaces = replaces || splat || first < i;
    }
    if (replaces) formula = language::substitute(formula, replacements);
    for (size_t i = operands.size(); i-- > 0;) {
        if (language::uses(formula, int(i))) continue;
        std::vector<ValueId> fewer = operands;
        fewer.erase(fewer.begin() + ptrdiff_t(i));
        if (!keepsAxes(fewer)) continue;
        replacements.clear();
        for (size_t k = 0; k < operands.size(); ++k)
            replacements.push_back(Expression::variable(int(k > i ? k - 1 : k)));
        formula = language::substitute(formula, replacements);
        operands = fewer;
    }
    if (formula.kind() == Expression::Kind::Variable) {
        const ValueId x = operands[size_t(formula.variable())];
        if (program.type(x).element == Element::Real) return fit(program, x, real(unite("formula", types)));
    }
    if (formula.kind() == Expression::Kind::Number && unite("formula", types).size() == axes)
        return build::constant(program, real(unite("formula", types)), {formula.number()});
    if (formula == a.formula && std::equal(operands.begin(), operands.end(), inputs.begin(), inputs.end()))
        return -1;
    return build::formula(program, formula, operands);
}

std::vector<Sample> samples()
{
    const Type ab = real({{"a", 3}, {"b", 4}}), ba = real({{"b", 4}, {"a", 3}}), b = real({{"b", 4}}),
               c = real({{"c", 2}}), scalar = real({});
    const auto sample = [](const char* text, std::vector<Type> types) {
        Sample sample;
        std::vector<std::string> names;
        for (size_t i = 0; i < types.size(); ++i) names.push_back(std::string(1, char('a' + i)));
        sample.attributes.formula = language::parseFormula(text, names);
        sample.inputs = std::move(types);
        sample.integers = 5;
        return sample;
    };
    std::vector<Sample> list = {
        sample("a*b + a", {ab, b}),
        sample("a*tanh(b) - c*c", {ab, ba, scalar}),
        sample("a*b", {b, c}),
        sample("sigmoid(a)", {scalar}),
        sample("exp(-a*a)*b", {real({{"a", 1}, {"b", 7}}), ba}),
        sample("a*b", {ab, integer({{"b", 4}})}),
        sample("sin(a)*erf(b)", {real({{"row", 17}, {"column", 19}}), real({{"column", 19}})}),
        sample("a/(1 + b*b)", {ab, ab}),
        sample("sqrt(a) + log(b)", {ab, b}),
    };
    list.back().low = 0.5;
    list[4].inputs[1].axes[1].size = 1;
    list[4].inputs[1].axes[0].size = 7;
    Sample kinked = sample("max(a, b) + relu(a - b)", {ab, b});
    kinked.differentiable = false;
    list.push_back(kinked);
    return list;
}

} // namespace

const Op formula = {
    .name = "formula",
    .help = "element by element, equal axes matched by name, others broadcast over; formula",
    .type = formulaType,
    .gradient = gradient,
    .evaluate = evaluate,
    .samples = samples,
    .kind = Op::Kind::Elementwise,
    .simplify = simplify,
};

} // namespace core::ops
