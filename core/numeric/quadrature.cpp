#include "core/numeric/quadrature.h"

#include "core/numeric/linear.h"

#include <cmath>

namespace core::numeric
{

namespace
{

/// Nodes are the eigenvalues of the Jacobi matrix, weights total / sum of p_k(x)^2 over the orthonormal
/// polynomials: exact to rounding also where they are tiny, as squared elements of its vectors are not.
Quadrature fromRecurrence(int n, double (*beside)(int), double total)
{
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
        result.weights.push_back(total / sum);
    }
    return result;
}

} // namespace

Quadrature gaussHermite(int n)
{
    return fromRecurrence(
        n, [](int k) { return std::sqrt(double(k)); }, 1);
}

Quadrature gaussLegendre(int n)
{
    return fromRecurrence(
        n, [](int k) { return k / std::sqrt(4.0 * k * k - 1); }, 2);
}

} // namespace core::numeric
