// The Hessian of the loss as an operator on the flat vector of parameters.
#pragma once

#include "core/instruments/flat.h"
#include "core/numeric/krylov.h"

namespace core::instruments
{

numeric::Operator hessianOf(Network&, const Moment&, const Flat&, std::vector<int64_t> examples);

/// A density of eigenvalues from Ritz values and weights, each a Gaussian of width `broadening` of their
/// range. B. Ghorbani, S. Krishnan, Y. Xiao: An investigation into neural net optimization via Hessian
/// eigenvalue density, 2019.
struct Density {
    std::vector<double> at, density;
};
Density densityOf(const numeric::Lanczos&, int points = 200, double broadening = 0.01);

} // namespace core::instruments
