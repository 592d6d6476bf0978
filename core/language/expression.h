// A formula: a typed expression tree over scalars, differentiated symbolically, evaluated element by element.
#pragma once

#include "core/language/syntax.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core::language
{

enum class Scalar : uint8_t { Real, Boolean }; ///< Boolean is 1 or 0 where a Real is wanted

/// One row of the function table (core/language/functions.cpp): everything anybody needs to know of a
/// function. A composite function has a definition in terms of others and nothing else; a primitive one has
/// the rest.
struct Function {
    std::string_view name;
    int arity = 1;
    Scalar result = Scalar::Real;
    std::string_view definition;                   ///< formula in a, b, c; empty for a primitive
    std::string_view derivative[3] = {"", "", ""}; ///< by a, b, c; formulas in a, b, c and y, the value
    double (*evaluate)(double a, double b, double c) = nullptr; ///< f64 definition
    std::string_view help;
    // How it prints elsewhere, with $a $b $c; empty: as itself.
    std::string_view glsl, pytorch, latex;
    int conditions = 0; ///< how many leading arguments must be Boolean
};

std::span<const Function> functions();
const Function* findFunction(std::string_view name); ///< nullptr if there is none

/// An immutable tree, cheap to copy; equal trees compare equal and hash equal.
class Expression
{
public:
    enum class Kind : uint8_t { Number, Variable, Call };

    Expression()
        : Expression(0.0)
    {
    }
    Expression(double number); // NOLINT: a number is an expression
    static Expression variable(int index);
    /// Simplifies while building (constants fold, x*1, x+0, x*0, --x, ...); the value never changes for
    /// finite input.
    static Expression call(const Function& function, std::vector<Expression> arguments);

    Kind kind() const;
    double number() const;
    int variable() const;
    const Function& function() const; ///< always primitive: composites are expanded while building
    std::span<const Expression> arguments() const;
    Scalar type() const;
    size_t hash() const;
    int depth() const; ///< of the longest path; a leaf has 1
    int nodes() const; ///< distinct nodes, counted by a walk
    friend bool operator==(const Expression& a, const Expression& b);

    struct Node;
    const Node* identity() const { return m_node.get(); } ///< for sharing within one tree

private:
    explicit Expression(std::shared_ptr<const Node> node)
        : m_node(std::move(node))
    {
    }
    static Expression number(double value, Scalar type);
    std::shared_ptr<const Node> m_node;
};

Expression operator+(const Expression& a, const Expression& b);
Expression operator-(const Expression& a, const Expression& b);
Expression operator*(const Expression& a, const Expression& b);
Expression operator/(const Expression& a, const Expression& b);
Expression operator-(const Expression& a);

/// A name that is neither a function, a constant (pi, e, inf) nor in `variables` is an Error naming the ones
/// there are.
Expression parseFormula(std::string_view text, std::span<const std::string> variables,
                        std::string_view source = "formula");
Expression formulaFrom(const Syntax&, std::span<const std::string> variables,
                       std::string_view source = "formula");

/// d expression / d variable, simplified.
Expression derivative(const Expression&, int variable);
/// Variable i becomes replacements[i].
Expression substitute(const Expression&, std::span<const Expression> replacements);
bool uses(const Expression&, int variable);
int variableCount(const Expression&); ///< 1 + the highest index used

double evaluate(const Expression&, std::span<const double> variables);

/// The same many times over: the walk is done once. Not for several threads at a time.
class Evaluator
{
public:
    explicit Evaluator(const Expression&);
    double operator()(std::span<const double> variables);

private:
    struct Step {
        double (*evaluate)(double, double, double); ///< null: the variable `operands[0]`
        int operands[3];
    };
    std::vector<Step> m_steps; ///< step i writes value i; the first values are the constants
    std::vector<double> m_values;
    size_t m_constants = 0;
    int m_result = 0;
};

/// How to print: each dialect is a column of the function table.
enum class Dialect : uint8_t { Axo, Glsl, Pytorch, Latex };
std::string print(const Expression&, std::span<const std::string> variables, Dialect = Dialect::Axo);

} // namespace core::language
