// The function table: everything that anybody knows of a function stands in its row.
#include "core/language/expression.h"

#include <cmath>
#include <limits>

namespace core::language
{
namespace
{

constexpr Scalar Real = Scalar::Real, Boolean = Scalar::Boolean;

/// min and max hand on a NaN of either side, so that a broken wire shows downstream.
double smaller(double a, double b) { return a < b || a != a ? a : b; }
double larger(double a, double b) { return a > b || a != a ? a : b; }

// clang-format off
const Function table[] = {
// Arithmetic ------------------------------------------------------------------------------------------------------
{.name = "add", .arity = 2, .derivative = {"1", "1"}, .evaluate = [](double a, double b, double) { return a + b; },
 .help = "a + b", .glsl = "$a + $b", .pytorch = "$a + $b", .latex = "$a + $b"},
{.name = "subtract", .arity = 2, .derivative = {"1", "-1"}, .evaluate = [](double a, double b, double) { return a - b; },
 .help = "a - b", .glsl = "$a - $b", .pytorch = "$a - $b", .latex = "$a - $b"},
{.name = "multiply", .arity = 2, .derivative = {"b", "a"}, .evaluate = [](double a, double b, double) { return a * b; },
 .help = "a b", .glsl = "$a * $b", .pytorch = "$a * $b", .latex = "$a \\cdot $b"},
{.name = "divide", .arity = 2, .derivative = {"1/b", "-(y/b)"}, .evaluate = [](double a, double b, double) { return a / b; },
 .help = "a / b", .glsl = "$a / $b", .pytorch = "$a / $b", .latex = "\\frac{$a}{$b}"},
{.name = "negate", .derivative = {"-1"}, .evaluate = [](double a, double, double) { return -a; },
 .help = "-a", .glsl = "-$a", .pytorch = "-$a", .latex = "-$a"},
{.name = "power", .arity = 2, .derivative = {"where(b == 0, 0, b*a^(b - 1))", "where(a == 0, 0, y*log(a))"},
 .evaluate = [](double a, double b, double) { return std::pow(a, b); },
 .help = "a^b; a negative base needs a whole exponent", .glsl = "axo_pow($a, $b)", .pytorch = "$a ** $b", .latex = "$a^{$b}"},
{.name = "min", .arity = 2, .derivative = {"where(y < b, 1, 0)", "where(y < b, 0, 1)"},
 .evaluate = [](double a, double b, double) { return smaller(a, b); },
 .help = "the smaller of two", .glsl = "axo_min($a, $b)", .pytorch = "torch.minimum($a, $b)", .latex = "\\min\\left($a, $b\\right)"},
{.name = "max", .arity = 2, .derivative = {"where(y > b, 1, 0)", "where(y > b, 0, 1)"},
 .evaluate = [](double a, double b, double) { return larger(a, b); },
 .help = "the larger of two", .glsl = "axo_max($a, $b)", .pytorch = "torch.maximum($a, $b)", .latex = "\\max\\left($a, $b\\right)"},
{.name = "abs", .derivative = {"sign(a)"}, .evaluate = [](double a, double, double) { return std::abs(a); },
 .help = "the absolute value", .glsl = "abs($a)", .pytorch = "torch.abs($a)", .latex = "\\left|$a\\right|"},
{.name = "sign", .derivative = {"0"},
 .evaluate = [](double a, double, double) { return a > 0 ? 1.0 : a < 0 ? -1.0 : a; },
 .help = "-1, 0 or 1", .glsl = "axo_sign($a)", .pytorch = "torch.sign($a)", .latex = "\\operatorname{sign}\\left($a\\right)"},
{.name = "floor", .derivative = {"0"}, .evaluate = [](double a, double, double) { return std::floor(a); },
 .help = "the largest whole number not above a", .glsl = "floor($a)", .pytorch = "torch.floor($a)", .latex = "\\left\\lfloor $a \\right\\rfloor"},
{.name = "round", .derivative = {"0"}, .evaluate = [](double a, double, double) { return std::nearbyint(a); },
 .help = "the nearest whole number, halves to even", .glsl = "roundEven($a)", .pytorch = "torch.round($a)", .latex = "\\operatorname{round}\\left($a\\right)"},
{.name = "sqrt", .derivative = {"0.5/y"}, .evaluate = [](double a, double, double) { return std::sqrt(a); },
 .help = "the square root", .glsl = "sqrt($a)", .pytorch = "torch.sqrt($a)", .latex = "\\sqrt{$a}"},

// Transcendental --------------------------------------------------------------------------------------------------
{.name = "exp", .derivative = {"y"}, .evaluate = [](double a, double, double) { return std::exp(a); },
 .help = "e^a", .glsl = "axo_exp($a)", .pytorch = "torch.exp($a)", .latex = "e^{$a}"},
{.name = "expm1", .derivative = {"y + 1"}, .evaluate = [](double a, double, double) { return std::expm1(a); },
 .help = "e^a - 1, exact near 0", .glsl = "axo_expm1($a)", .pytorch = "torch.expm1($a)", .latex = "\\operatorname{expm1}\\left($a\\right)"},
{.name = "log", .derivative = {"1/a"}, .evaluate = [](double a, double, double) { return std::log(a); },
 .help = "the natural logarithm", .glsl = "axo_log($a)", .pytorch = "torch.log($a)", .latex = "\\ln\\left($a\\right)"},
{.name = "log1p", .derivative = {"1/(1 + a)"}, .evaluate = [](double a, double, double) { return std::log1p(a); },
 .help = "log(1 + a), exact near 0", .glsl = "axo_log1p($a)", .pytorch = "torch.log1p($a)", .latex = "\\operatorname{log1p}\\left($a\\right)"},
{.name = "tanh", .derivative = {"1 - y*y"}, .evaluate = [](double a, double, double) { return std::tanh(a); },
 .help = "the hyperbolic tangent", .glsl = "axo_tanh($a)", .pytorch = "torch.tanh($a)", .latex = "\\tanh\\left($a\\right)"},
{.name = "sigmoid", .derivative = {"y*(1 - y)"}, .evaluate = [](double a, double, double) { return 1 / (1 + std::exp(-a)); },
 .help = "1 / (1 + e^-a)", .glsl = "axo_sigmoid($a)", .pytorch = "torch.sigmoid($a)", .latex = "\\sigma\\left($a\\right)"},
{.name = "softplus", .derivative = {"sigmoid(a)"},
 .evaluate = [](double a, double, double) { return larger(a, 0) + std::log1p(std::exp(-std::abs(a))); },
 .help = "log(1 + e^a)", .glsl = "axo_softplus($a)", .pytorch = "torch.nn.functional.softplus($a)", .latex = "\\operatorname{softplus}\\left($a\\right)"},
{.name = "erf", .derivative = {"1.1283791670955126*exp(-(a*a))"}, .evaluate = [](double a, double, double) { return std::erf(a); },
 .help = "the error function", .glsl = "axo_erf($a)", .pytorch = "torch.erf($a)", .latex = "\\operatorname{erf}\\left($a\\right)"},
{.name = "sin", .derivative = {"cos(a)"}, .evaluate = [](double a, double, double) { return std::sin(a); },
 .help = "the sine", .glsl = "axo_sin($a)", .pytorch = "torch.sin($a)", .latex = "\\sin\\left($a\\right)"},
{.name = "cos", .derivative = {"-sin(a)"}, .evaluate = [](double a, double, double) { return std::cos(a); },
 .help = "the cosine", .glsl = "axo_cos($a)", .pytorch = "torch.cos($a)", .latex = "\\cos\\left($a\\right)"},

// Conditions ------------------------------------------------------------------------------------------------------
{.name = "less", .arity = 2, .result = Boolean, .derivative = {"0", "0"}, .evaluate = [](double a, double b, double) { return double(a < b); },
 .help = "a < b", .glsl = "$a < $b", .pytorch = "$a < $b", .latex = "$a < $b"},
{.name = "less_equal", .arity = 2, .result = Boolean, .derivative = {"0", "0"}, .evaluate = [](double a, double b, double) { return double(a <= b); },
 .help = "a <= b", .glsl = "$a <= $b", .pytorch = "$a <= $b", .latex = "$a \\le $b"},
{.name = "greater", .arity = 2, .result = Boolean, .derivative = {"0", "0"}, .evaluate = [](double a, double b, double) { return double(a > b); },
 .help = "a > b", .glsl = "$a > $b", .pytorch = "$a > $b", .latex = "$a > $b"},
{.name = "greater_equal", .arity = 2, .result = Boolean, .derivative = {"0", "0"}, .evaluate = [](double a, double b, double) { return double(a >= b); },
 .help = "a >= b", .glsl = "$a >= $b", .pytorch = "$a >= $b", .latex = "$a \\ge $b"},
{.name = "equal", .arity = 2, .result = Boolean, .derivative = {"0", "0"}, .evaluate = [](double a, double b, double) { return double(a == b); },
 .help = "a == b", .glsl = "$a == $b", .pytorch = "$a == $b", .latex = "$a = $b"},
{.name = "not_equal", .arity = 2, .result = Boolean, .derivative = {"0", "0"}, .evaluate = [](double a, double b, double) { return double(a != b); },
 .help = "a != b", .glsl = "$a != $b", .pytorch = "$a != $b", .latex = "$a \\ne $b"},
{.name = "and", .arity = 2, .result = Boolean, .derivative = {"0", "0"}, .evaluate = [](double a, double b, double) { return double(a != 0 && b != 0); },
 .help = "both conditions hold", .glsl = "$a && $b", .pytorch = "torch.logical_and($a, $b)", .latex = "$a \\land $b", .conditions = 2},
{.name = "or", .arity = 2, .result = Boolean, .derivative = {"0", "0"}, .evaluate = [](double a, double b, double) { return double(a != 0 || b != 0); },
 .help = "one of two conditions holds", .glsl = "$a || $b", .pytorch = "torch.logical_or($a, $b)", .latex = "$a \\lor $b", .conditions = 2},
{.name = "not", .result = Boolean, .derivative = {"0"}, .evaluate = [](double a, double, double) { return double(a == 0); },
 .help = "the condition does not hold", .glsl = "!$a", .pytorch = "torch.logical_not($a)", .latex = "\\lnot $a", .conditions = 1},
{.name = "where", .arity = 3, .derivative = {"0", "where(a != 0, 1, 0)", "where(a != 0, 0, 1)"},
 .evaluate = [](double a, double b, double c) { return a != 0 ? b : c; },
 .help = "b where the condition a holds, else c", .glsl = "$a ? $b : $c", .pytorch = "torch.where($a, $b, $c)",
 .latex = "\\begin{cases} $b & $a \\\\ $c & \\text{else} \\end{cases}", .conditions = 1},

// Composites: a definition, and what PyTorch calls them --------------------------------------------------------------
{.name = "square", .definition = "a*a", .help = "a^2"},
{.name = "reciprocal", .definition = "1/a", .help = "1 / a"},
{.name = "rsqrt", .definition = "1/sqrt(a)", .help = "1 / sqrt(a)"},
{.name = "tan", .definition = "sin(a)/cos(a)", .help = "the tangent", .pytorch = "torch.tan($a)"},
{.name = "sinh", .definition = "0.5*(expm1(a) - expm1(-a))", .help = "the hyperbolic sine", .pytorch = "torch.sinh($a)"},
{.name = "cosh", .definition = "0.5*(exp(a) + exp(-a))", .help = "the hyperbolic cosine", .pytorch = "torch.cosh($a)"},
{.name = "clamp", .arity = 3, .definition = "min(max(a, b), c)", .help = "a, but not below b nor above c", .pytorch = "torch.clamp($a, $b, $c)"},
{.name = "relu", .definition = "max(a, 0)", .help = "a above 0, else 0; slope 0 at 0", .pytorch = "torch.relu($a)"},
{.name = "leaky_relu", .arity = 2, .definition = "where(a > 0, a, b*a)", .help = "a above 0, else slope b", .pytorch = "F.leaky_relu($a, $b)"},
{.name = "relu6", .definition = "min(max(a, 0), 6)", .help = "relu, but not above 6", .pytorch = "F.relu6($a)"},
{.name = "elu", .definition = "where(a > 0, a, expm1(a))", .help = "a above 0, else e^a - 1 (Clevert et al. 2015)", .pytorch = "F.elu($a)"},
{.name = "selu", .definition = "1.0507009873554805*where(a > 0, a, 1.6732632423543772*expm1(a))",
 .help = "scaled elu that keeps mean 0 and variance 1 (Klambauer et al. 2017)", .pytorch = "F.selu($a)"},
{.name = "gelu", .definition = "0.5*a*(1 + erf(0.7071067811865476*a))", .help = "a times the normal distribution function (Hendrycks, Gimpel 2016)", .pytorch = "F.gelu($a)"},
{.name = "gelu_tanh", .definition = "0.5*a*(1 + tanh(0.7978845608028654*(a + 0.044715*a*a*a)))", .help = "gelu, approximated with tanh", .pytorch = "F.gelu($a, approximate=\"tanh\")"},
{.name = "silu", .definition = "a*sigmoid(a)", .help = "a sigmoid(a)", .pytorch = "F.silu($a)"},
{.name = "swish", .definition = "a*sigmoid(a)", .help = "another name of silu"},
{.name = "mish", .definition = "a*tanh(softplus(a))", .help = "a tanh(softplus(a)) (Misra 2019)", .pytorch = "F.mish($a)"},
{.name = "softsign", .definition = "a/(1 + abs(a))", .help = "a / (1 + |a|)", .pytorch = "F.softsign($a)"},
{.name = "log_sigmoid", .definition = "-softplus(-a)", .help = "log(sigmoid(a))", .pytorch = "F.logsigmoid($a)"},
{.name = "hard_sigmoid", .definition = "min(max(a/6 + 0.5, 0), 1)", .help = "sigmoid in three straight pieces", .pytorch = "F.hardsigmoid($a)"},
{.name = "hard_tanh", .definition = "min(max(a, -1), 1)", .help = "a, but within -1 and 1", .pytorch = "F.hardtanh($a)"},
{.name = "hard_swish", .definition = "a*min(max(a/6 + 0.5, 0), 1)", .help = "a hard_sigmoid(a) (Howard et al. 2019)", .pytorch = "F.hardswish($a)"},
};
// clang-format on

} // namespace

std::span<const Function> functions() { return table; }

const Function* findFunction(std::string_view name)
{
    for (const Function& f : table)
        if (f.name == name) return &f;
    return nullptr;
}

} // namespace core::language
