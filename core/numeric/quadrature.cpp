#include "core/numeric/quadrature.h"

#include "core/numeric/linear.h"

#include <cmath>

namespace core::numeric
{

namespace
{

/// Of the orthonormal Legendre polynomials: x p[k] = beside(k+1) p[k+1] + beside(k) p[k-1].
double beside(int k) { return k / std::sqrt(4.0 * k * k - 1); }

} // namespace

Quadrature gaussLegendre(int n)
{
    // Nodes are the eigenvalues of the Jacobi matrix, weights the length over the sum of p_k(x)^2.
    std::vector<double> diagonal(size_t(n), 0), off(size_t(n - 1));
    for (int k = 1; k < n; ++k) off[size_t(k - 1)] = beside(k);
    Quadrature result{eigenTridiagonal(diagonal, off).values, {}};
    for (const double x : result.nodes) {
        double before = 0, now = 1, sum = 1;
        for (int k = 1; k < n; ++k) {
            const double next = (x * now - (k > 1 ? beside(k - 1) : 0) * before) / beside(k);
            before = now;
            now = next;
            sum += now * now;
        }
        result.weights.push_back(2 / sum);
    }
    return result;
}

} // namespace core::numeric
