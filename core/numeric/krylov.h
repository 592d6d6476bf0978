// Eigenvalues of a symmetric operator that is only known by what it does to vectors.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace core::numeric
{

/// y = A x, A symmetric.
using Operator = std::function<std::vector<double>(std::span<const double>)>;

struct PowerResult {
    double value = 0; ///< Rayleigh quotient of the last vector, with its sign
    std::vector<double> vector;
    int iterations = 0;
    bool converged = false;
};
/// The eigenvalue of largest magnitude of A + shift, without the shift: power iteration until two Rayleigh
/// quotients differ by less than `tolerance` of the larger.
PowerResult powerIteration(const Operator&, std::vector<double> start, int mostIterations = 100,
                           double tolerance = 1e-3, double shift = 0);
/// Largest by magnitude, and algebraically largest. Where the former is negative, A shifted by its magnitude
/// has no negative eigenvalue, so that a second iteration there finds the maximum.
struct Extremes {
    double magnitude = 0, maximum = 0;
    int iterations = 0;
    bool converged = false;
};
Extremes extremeEigenvalues(const Operator&, const std::vector<double>& start, int mostIterations = 100,
                            double tolerance = 1e-3);

/// Ritz values, ascending, with the weights of the start vector on them: a quadrature of the spectral density
/// (Golub, Meurant). Fully reorthogonalised, twice; stops early where the Krylov space is exhausted.
struct Lanczos {
    std::vector<double> values, weights;
    int steps = 0;
};
Lanczos lanczos(const Operator&, std::vector<double> start, int steps = 100);

/// A vector of n standard normal numbers that depends on the seed only.
std::vector<double> normalVector(int64_t n, uint64_t seed);

} // namespace core::numeric
