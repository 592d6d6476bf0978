// Infinitely wide networks: what a nonlinearity makes of the kernel of its inputs, and the kernels of a whole
// network at its first step (NNGP, NTK).
#pragma once

#include "core/language/expression.h"
#include "core/numeric/matrix.h"

#include <map>
#include <optional>

namespace core::instruments
{

/// For (u, v) normal with variances k11, k22 and covariance k12.
struct Dual {
    double value = 0; ///< E f(u) f(v)
    double slope = 0; ///< E f'(u) f'(v)
};
using DualKernel = Dual (*)(double k11, double k12, double k22);

/// Y. Cho, L. Saul: Kernel methods for deep learning, 2009, n = 1 and n = 0.
Dual reluDual(double k11, double k12, double k22);
/// C. Williams: Computing with infinite networks, 1996, equation 11.
Dual erfDual(double k11, double k12, double k22);
/// x Phi(x). R. Tsuchida et al.: Avoiding kernel fixed points, 2021.
Dual geluDual(double k11, double k12, double k22);

/// Of any formula in variable 0: by its coefficients in Hermite polynomials, sum c_n(k11) c_n(k22) rho^n, and
/// where the correlation rho is near 1, by quadrature in both variables. All integrals are by pieces between
/// the formula's kinks (where abs, max, min or a comparison in it changes sides), as Gauss-Hermite nodes see
/// neither those nor a bump that is narrow for a large variance.
class FormulaDual
{
public:
    explicit FormulaDual(const language::Expression&);
    Dual operator()(double k11, double k12, double k22);
    double value(double k11, double k12, double k22); ///< without the slope
    const std::vector<double>& kinks() const { return m_kinks; }

private:
    /// The formula, or its derivative.
    class Side
    {
    public:
        explicit Side(const language::Expression& formula)
            : m_evaluate(formula)
        {
        }
        double operator()(double x) { return m_evaluate(std::span<const double>(&x, 1)); }
        double expectation(double k11, double k12, double k22, const std::vector<double>& kinks);

    private:
        struct Series {
            std::vector<double> coefficients;
            double left = 1; ///< share of E f(z)^2 that they do not hold
        };
        const Series& series(double k, const std::vector<double>& kinks);
        language::Evaluator m_evaluate;
        std::map<double, Series> m_series; ///< by variance
    };
    Side m_value, m_slope;
    std::vector<double> m_kinks;
};

/// One layer of a wide network: a linear map with weights of variance weight/fan_in and biases of variance
/// bias, or a nonlinearity.
struct WideLayer {
    std::optional<language::Expression> formula; ///< none: the linear map
    double weight = 1, bias = 0;
    double fanIn = 1, biases = 0; ///< of the network as it is: inputs of a unit, 1 where it has a bias
    friend bool operator==(const WideLayer&, const WideLayer&) = default;
};

struct LimitKernels {
    numeric::Matrix nngp, ntk;
};
/// K and Theta after each layer, from the Gram matrix of the inputs over their number of features. Linear:
/// K <- w K + b, Theta <- K + w Theta. Nonlinear: K <- dual value, Theta <- slope Theta.
/// J. Lee et al.: Wide neural networks of any depth evolve as linear models, 2019, appendix E;
/// A. Jacot, F. Gabriel, C. Hongler: Neural tangent kernel, 2018. AsTrained: by the weights themselves and
/// not by standard normal ones that are scaled, as gradient descent moves them: Theta <- fanIn K before +
/// biases
/// + w Theta. J. Sohl-Dickstein et al.: On the infinite width limit of neural networks with a standard
/// parameterization, 2020.
enum class Kernels : uint8_t { Both, NngpOnly, AsTrained };
std::vector<LimitKernels> limitKernels(const std::vector<WideLayer>&, const numeric::Matrix& inputs,
                                       Kernels = Kernels::Both);
/// The kernels after one more layer.
LimitKernels throughLayer(LimitKernels, const WideLayer&, Kernels = Kernels::Both);

} // namespace core::instruments
