#include "core/language/walk.h"

#include <algorithm>

namespace core::language
{

Walk::Walk(std::span<const Expression> roots)
{
    struct Visit {
        const Expression* node;
        size_t next; ///< argument to be visited next
    };
    std::vector<Visit> path;
    constexpr int open = -1;
    const auto enter = [&](const Expression& e) {
        if (positions.emplace(e.identity(), open).second) path.push_back({&e, 0});
    };
    for (const Expression& root : roots) {
        enter(root);
        while (!path.empty()) {
            Visit& visit = path.back();
            const auto arguments = visit.node->arguments();
            if (visit.next < arguments.size()) {
                enter(arguments[visit.next++]);
            } else {
                positions[visit.node->identity()] = int(nodes.size());
                nodes.push_back(visit.node);
                path.pop_back();
            }
        }
    }
}

namespace
{

/// The same call with other arguments; itself if they are the same.
Expression rebuilt(const Expression& e, const Walk& walk, const std::vector<Expression>& replaced)
{
    std::vector<Expression> arguments;
    bool changed = false;
    for (const Expression& argument : e.arguments()) {
        arguments.push_back(replaced[size_t(walk.position(argument))]);
        changed |= arguments.back().identity() != argument.identity();
    }
    return changed ? Expression::call(e.function(), std::move(arguments)) : e;
}

const std::string partialVariables[] = {"a", "b", "c", "y"};

} // namespace

Expression substitute(const Expression& e, std::span<const Expression> replacements)
{
    const Walk walk(e);
    std::vector<Expression> replaced;
    replaced.reserve(walk.nodes.size());
    for (const Expression* node : walk.nodes) {
        if (node->kind() == Expression::Kind::Call)
            replaced.push_back(rebuilt(*node, walk, replaced));
        else if (node->kind() == Expression::Kind::Variable && size_t(node->variable()) < replacements.size())
            replaced.push_back(replacements[size_t(node->variable())]);
        else
            replaced.push_back(*node);
    }
    return replaced.back();
}

Expression derivative(const Expression& e, int variable)
{
    const Walk walk(e);
    const Expression zero(0.0), one(1.0);
    std::unordered_map<const std::string_view*, Expression> partials; // by the row of the table
    std::vector<Expression> slopes;
    slopes.reserve(walk.nodes.size());
    for (const Expression* node : walk.nodes) {
        Expression slope = zero;
        if (node->kind() == Expression::Kind::Variable && node->variable() == variable) slope = one;
        const auto arguments = node->arguments();
        for (size_t i = 0; i < arguments.size(); ++i) {
            const Expression& inner = slopes[size_t(walk.position(arguments[i]))];
            const std::string_view& rule = node->function().derivative[i];
            if (inner == zero || rule == "0") continue;
            auto partial = partials.find(&rule);
            if (partial == partials.end())
                partial = partials.emplace(&rule, parseFormula(rule, partialVariables, node->function().name))
                              .first;
            std::vector<Expression> values(4, zero);
            std::copy(arguments.begin(), arguments.end(), values.begin());
            values[3] = *node;
            slope = slope + substitute(partial->second, values) * inner;
        }
        slopes.push_back(std::move(slope));
    }
    return slopes.back();
}

Evaluator::Evaluator(const Expression& e)
{
    const Walk walk(e);
    std::vector<int> slots(walk.nodes.size());
    for (size_t i = 0; i < walk.nodes.size(); ++i)
        if (walk.nodes[i]->kind() == Expression::Kind::Number) {
            slots[i] = int(m_values.size());
            m_values.push_back(walk.nodes[i]->number());
        }
    m_constants = m_values.size();
    for (size_t i = 0; i < walk.nodes.size(); ++i) {
        const Expression& node = *walk.nodes[i];
        if (node.kind() == Expression::Kind::Number) continue;
        Step step{nullptr, {0, 0, 0}};
        if (node.kind() == Expression::Kind::Variable)
            step.operands[0] = node.variable();
        else
            step.evaluate = node.function().evaluate;
        for (size_t k = 0; k < node.arguments().size(); ++k)
            step.operands[k] = slots[size_t(walk.position(node.arguments()[k]))];
        slots[i] = int(m_constants + m_steps.size());
        m_steps.push_back(step);
    }
    m_values.resize(m_constants + m_steps.size() + 1);
    m_result = slots.back();
}

double Evaluator::operator()(std::span<const double> variables)
{
    double* const values = m_values.data();
    double* out = values + m_constants;
    for (const Step& step : m_steps) {
        const int* o = step.operands;
        *out++ =
            step.evaluate ? step.evaluate(values[o[0]], values[o[1]], values[o[2]]) : variables[size_t(o[0])];
    }
    return values[m_result];
}

double evaluate(const Expression& e, std::span<const double> variables) { return Evaluator(e)(variables); }

} // namespace core::language
