#include "core/instruments/limit.h"

#include "core/error.h"
#include "core/numeric/quadrature.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace core::instruments
{

namespace
{

using language::Evaluator;
using language::Expression;
using std::numbers::pi;

constexpr double reach = 9; ///< deviations beyond which the normal distribution ends: 1e-18 is left
constexpr int orders = 1000;
constexpr double seriesUpTo = 0.98; ///< correlation whose power of `orders` is 2e-9
constexpr double enough = 1e-11;    ///< share of a square that may be missing

double density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * pi); }

double root(const Expression& of, double low, double high)
{
    const auto at = [&](double x) { return language::evaluate(of, std::span<const double>(&x, 1)); };
    const bool negative = at(low) < 0;
    for (int i = 0; i < 80; ++i) {
        const double middle = (low + high) / 2;
        ((at(middle) < 0) == negative ? low : high) = middle;
    }
    return (low + high) / 2;
}

/// Where the difference of two sides changes sign, within what a normal variable reaches.
void addKinks(const Expression& e, std::vector<double>& kinks)
{
    if (e.kind() != Expression::Kind::Call) return;
    const auto arguments = e.arguments();
    for (const Expression& argument : arguments) addKinks(argument, kinks);
    const std::string_view name = e.function().name;
    const bool sides = name == "max" || name == "min" || e.type() == language::Scalar::Boolean;
    Expression difference;
    if (sides && arguments.size() == 2) {
        difference = arguments[0] - arguments[1];
    } else if (name == "abs" || name == "sign") {
        difference = arguments[0];
    } else {
        return;
    }
    if (!language::uses(difference, 0)) return;
    constexpr double low = -20.0123, step = 0.0417;
    Evaluator at(difference);
    double before = at(std::span<const double>(&low, 1));
    for (double x = low + step; x < 20; x += step) {
        const double now = at(std::span<const double>(&x, 1));
        if ((before < 0) != (now < 0)) kinks.push_back(root(difference, x - step, x));
        before = now;
    }
}

/// Formulas change within about 1 around 0: breaks there where a deviation is more.
void addScales(std::vector<double>& breaks, double middle, double deviation)
{
    if (deviation <= 1) return;
    for (double x = 0.5; x < 8; x += x < 4 ? 0.5 : 1)
        for (const double side : {-x, x}) breaks.push_back(middle + side / deviation);
    breaks.push_back(middle);
}

/// Nodes on the pieces between `breaks`, weights times the normal density; around `centres` the integrand
/// changes within `fine`.
numeric::Quadrature pieces(std::vector<double> breaks, const std::vector<double>& centres, double fine)
{
    static const numeric::Quadrature line = numeric::gaussLegendre(12);
    for (double at = -reach; at <= reach; at += 0.75) breaks.push_back(at);
    for (const double centre : centres)
        for (double apart = fine; apart < 0.75; apart *= 3)
            for (const double side : {-apart, apart}) breaks.push_back(centre + side);
    std::erase_if(breaks, [](double at) { return std::abs(at) > reach; });
    std::sort(breaks.begin(), breaks.end());
    numeric::Quadrature result;
    for (size_t i = 1; i < breaks.size(); ++i) {
        const double half = (breaks[i] - breaks[i - 1]) / 2, middle = (breaks[i] + breaks[i - 1]) / 2;
        if (half < 1e-14) continue;
        for (size_t k = 0; k < line.nodes.size(); ++k) {
            const double z = middle + half * line.nodes[k];
            result.nodes.push_back(z);
            result.weights.push_back(half * line.weights[k] * density(z));
        }
    }
    return result;
}

/// Sums at even distances over the normal density, which for an integrand that is smooth on the scale `width`
/// converge like exp(-10 pi) at these.
numeric::Quadrature evenSums(double width)
{
    const double spacing = std::min(0.3, width / 5);
    numeric::Quadrature made;
    for (double z = -7; z <= 7; z += spacing) {
        made.nodes.push_back(z);
        made.weights.push_back(spacing * density(z));
    }
    return made;
}

} // namespace

Dual reluDual(double k11, double k12, double k22)
{
    const double s = std::sqrt(std::max(0.0, k11 * k22 - k12 * k12)), angle = std::atan2(s, k12);
    const double slope = 0.5 - angle / (2 * pi);
    return {s / (2 * pi) + slope * k12, slope};
}

Dual erfDual(double k11, double k12, double k22)
{
    const double s = std::sqrt((1 + 2 * k11) * (1 + 2 * k22) - 4 * k12 * k12);
    return {2 / pi * std::atan2(2 * k12, s), 4 / (pi * s)};
}

Dual geluDual(double k11, double k12, double k22)
{
    const double p = (k11 + 1) * (k22 + 1), product = k11 * k22, k = k12;
    const double d = std::sqrt(p - k * k), angle = std::atan2(k, d);
    const double value = ((k * k + product * d * d) / (p * d) + k * angle) / (2 * pi) + k / 4;
    const double slope = k / (2 * pi * d) * (1 / (d * d) + (1 - product) / p + 1) + 0.25 + angle / (2 * pi);
    return {value, slope};
}

FormulaDual::FormulaDual(const Expression& formula)
    : m_value(formula)
    , m_slope(language::derivative(formula, 0))
{
    addKinks(formula, m_kinks);
    std::sort(m_kinks.begin(), m_kinks.end());
    m_kinks.erase(std::unique(m_kinks.begin(), m_kinks.end(),
                              [](double a, double b) { return std::abs(a - b) < 1e-9; }),
                  m_kinks.end());
}

const FormulaDual::Side::Series& FormulaDual::Side::series(double k, const std::vector<double>& kinks)
{
    Series& made = m_series[k];
    std::vector<double>& found = made.coefficients;
    if (!found.empty()) return made;
    found.assign(orders, 0);
    double all = 0, held = 0;
    const double a = std::sqrt(k);
    // The polynomial of order n turns within pi / sqrt(n).
    std::vector<double> breaks;
    for (double at = -reach; at <= reach; at += 0.25) breaks.push_back(at);
    for (const double kink : kinks)
        if (a > 0) breaks.push_back(kink / a);
    addScales(breaks, 0, a);
    const numeric::Quadrature q = pieces(std::move(breaks), {}, 1);
    for (size_t i = 0; i < q.nodes.size(); ++i) {
        const double z = q.nodes[i], value = (*this)(a * z), weighted = q.weights[i] * value;
        all += weighted * value;
        double before = 0, now = 1;
        for (int n = 0; n < orders; ++n) {
            found[size_t(n)] += weighted * now;
            const double next = (z * now - std::sqrt(double(n)) * before) / std::sqrt(double(n + 1));
            before = now;
            now = next;
        }
    }
    for (const double coefficient : found) held += coefficient * coefficient;
    made.left = all > 0 ? std::max(0.0, 1 - held / all) : 0;
    return made;
}

double FormulaDual::Side::expectation(double k11, double k12, double k22, const std::vector<double>& kinks)
{
    const double a = std::sqrt(k11), b = std::sqrt(k22);
    const double rho = a * b > 0 ? std::clamp(k12 / (a * b), -1.0, 1.0) : 0;
    // Mehler 1866: orthonormal polynomials of different order are uncorrelated, equal ones by rho^n. What the
    // series leaves out is at most the root of both shares, whatever rho: nothing, for smooth formulas.
    const Series &x = series(k11, kinks), &y = series(k22, kinks);
    if (std::abs(rho) <= seriesUpTo || std::max(x.left, y.left) < enough) {
        double sum = 0;
        for (size_t n = size_t(orders); n-- > 0;) sum = sum * rho + x.coefficients[n] * y.coefficients[n];
        return sum;
    }
    const double rest = std::sqrt(std::max(0.0, 1 - rho * rho));
    std::vector<double> outer, centres;
    for (const double kink : kinks) {
        if (a > 0) outer.push_back(kink / a);
        if (b > 0) centres.push_back(kink / (b * rho));
    }
    addScales(outer, 0, a);
    addScales(outer, 0, b);
    if (rest < 1e-7) outer.insert(outer.end(), centres.begin(), centres.end());
    const numeric::Quadrature q = pieces(outer, centres, std::max(rest, 1e-7));
    const numeric::Quadrature even = evenSums(b * rest > 0.5 ? 1 / (b * rest) : 2);
    numeric::Quadrature parts;
    double sum = 0;
    for (size_t i = 0; i < q.nodes.size(); ++i) {
        const double mean = rho * q.nodes[i];
        double inside = 0;
        if (rest < 1e-7) {
            inside = (*this)(b * mean);
        } else {
            std::vector<double> inner;
            for (const double kink : kinks)
                if (b > 0) inner.push_back((kink / b - mean) / rest);
            const bool smooth = b * rest <= 2 && std::ranges::all_of(inner, [](double kink) {
                                    return std::abs(kink) > reach;
                                });
            if (!smooth) {
                addScales(inner, -mean / rest, b * rest);
                parts = pieces(inner, {}, 1);
            }
            const numeric::Quadrature& p = smooth ? even : parts;
            for (size_t j = 0; j < p.nodes.size(); ++j)
                inside += p.weights[j] * (*this)(b * (mean + rest * p.nodes[j]));
        }
        sum += q.weights[i] * (*this)(a * q.nodes[i]) * inside;
    }
    return sum;
}

Dual FormulaDual::operator()(double k11, double k12, double k22)
{
    return {value(k11, k12, k22), m_slope.expectation(k11, k12, k22, m_kinks)};
}

double FormulaDual::value(double k11, double k12, double k22)
{
    return m_value.expectation(k11, k12, k22, m_kinks);
}

namespace
{

/// The closed form of a formula that has one, recognised by comparing trees.
DualKernel closedForm(const Expression& formula)
{
    static const std::string x[] = {"x"};
    const std::pair<const char*, DualKernel> known[] = {
        {"relu(x)", reluDual}, {"max(x, 0)", reluDual}, {"erf(x)", erfDual}, {"gelu(x)", geluDual}};
    for (const auto& [text, dual] : known)
        if (formula == language::parseFormula(text, x)) return dual;
    return nullptr;
}

void throughNonlinearity(LimitKernels& kernels, const Expression& formula, Kernels which)
{
    const DualKernel closed = closedForm(formula);
    std::optional<FormulaDual> any;
    if (!closed) any.emplace(formula);
    const numeric::Matrix before = kernels.nngp;
    for (int64_t i = 0; i < before.rows; ++i)
        for (int64_t j = 0; j <= i; ++j) {
            const double a = before(i, i), c = before(i, j), b = before(j, j);
            const Dual dual = closed                       ? closed(a, c, b)
                              : which == Kernels::NngpOnly ? Dual{any->value(a, c, b), 0}
                                                           : (*any)(a, c, b);
            kernels.nngp(i, j) = kernels.nngp(j, i) = dual.value;
            kernels.ntk(i, j) = kernels.ntk(j, i) = kernels.ntk(i, j) * dual.slope;
        }
}

} // namespace

LimitKernels throughLayer(LimitKernels now, const WideLayer& layer, Kernels which)
{
    if (layer.formula) {
        throughNonlinearity(now, *layer.formula, which);
        return now;
    }
    for (size_t i = 0; i < now.nngp.values.size(); ++i) {
        const double before = now.nngp.values[i];
        now.nngp.values[i] = layer.weight * before + layer.bias;
        const double own =
            which == Kernels::AsTrained ? layer.fanIn * before + layer.biases : now.nngp.values[i];
        now.ntk.values[i] = own + layer.weight * now.ntk.values[i];
    }
    return now;
}

std::vector<LimitKernels> limitKernels(const std::vector<WideLayer>& layers, const numeric::Matrix& inputs,
                                       Kernels which)
{
    LimitKernels now{inputs, numeric::Matrix(inputs.rows, inputs.rows)};
    std::vector<LimitKernels> all;
    for (const WideLayer& layer : layers) all.push_back(now = throughLayer(std::move(now), layer, which));
    return all;
}

} // namespace core::instruments
