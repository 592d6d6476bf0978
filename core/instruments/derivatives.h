// What can be asked of a network: values of wires, and derivatives by wires and by parameters. Composed of
// gradient, jvp and broadcasting alone; every function is compiled once.
#pragma once

#include "core/instruments/network.h"

namespace core::instruments
{

/// Values of wires. Error for a wire that there is not, with the names nearest to it.
Arrays valuesOf(Network&, const Moment&, const std::vector<std::string>& wires,
                std::span<const int64_t> examples);
/// d loss / d wire, for the mean loss of the examples. Error for a wire that the loss does not depend on.
Arrays gradientsOf(Network&, const Moment&, const std::vector<std::string>& wires,
                   std::span<const int64_t> examples);

/// Names of the parameters that the loss depends on, in the order of the program.
std::vector<std::string> trainedParameters(Network&);

double lossOf(Network&, const Moment&, std::span<const int64_t> examples);
struct LossGradient {
    double loss = 0;
    Arrays gradient; ///< by parameter
};
LossGradient lossGradient(Network&, const Moment&, std::span<const int64_t> examples);
/// Of each example's own loss: [batch, axes of the parameter].
Arrays exampleGradients(Network&, const Moment&, std::span<const int64_t> examples);
/// Hessian of the loss times a direction: the derivative of the gradient along it (Pearlmutter 1994).
Arrays hessianTimes(Network&, const Moment&, std::span<const int64_t> examples, const Arrays& direction);

/// How a wire moves when the parameters move along a direction (Jacobian-vector product), and the adjoint of
/// that: the parameters' share in `adjoint`, an array of the wire's type (vector-Jacobian product).
Array pushForward(Network&, const Moment&, const std::string& wire, std::span<const int64_t> examples,
                  const Arrays& direction);
Arrays pullBack(Network&, const Moment&, const std::string& wire, std::span<const int64_t> examples,
                const Array& adjoint);
/// The same between wires: `adjoint` of `of`, brought back to `by`.
Array pullBackTo(Network&, const Moment&, const std::string& of, const std::string& by,
                 std::span<const int64_t> examples, const Array& adjoint);

bool dependsOnParameters(const Elaboration&, const std::string& wire);
bool dependsOnMoment(const Elaboration&, const std::string& wire); ///< or on running statistics

/// J J' over parameters: entry (i, j) is sum over outputs of the wire of <d out_i, d out_j>, divided by their
/// number (the empirical neural tangent kernel, traced; Jacot et al. 2018). [batch, batch'].
Array tangentKernel(Network&, const Moment&, const std::string& wire, std::span<const int64_t> examples);

} // namespace core::instruments
