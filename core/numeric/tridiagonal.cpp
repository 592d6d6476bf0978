#include "core/numeric/tridiagonal.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace core::numeric
{

namespace
{

constexpr double unit = std::numeric_limits<double>::epsilon() / 2;
constexpr size_t mostSweeps = 30; ///< a row; about two are needed

/// The first place at or after `from` where nothing is beside the diagonal any more; what is negligible there
/// becomes zero.
size_t endOfBlock(const std::vector<double>& diagonal, std::vector<double>& squares, size_t from)
{
    size_t end = from;
    for (; end + 1 < diagonal.size(); ++end)
        if (squares[end] <= unit * unit * std::abs(diagonal[end] * diagonal[end + 1])) break;
    if (end + 1 < diagonal.size()) squares[end] = 0;
    return end;
}

/// Wilkinson's, from the upper corner of the block.
double shiftOf(double corner, double next, double square)
{
    const double beside = std::sqrt(square), half = (next - corner) / (2 * beside);
    return corner - beside / (half + std::copysign(std::hypot(half, 1), half));
}

/// One sweep of QL over rows `first` to `last`, rational: it needs squares of what is beside the diagonal
/// only, and no root a row. B. Parlett: The Symmetric Eigenvalue Problem, 1980, section 8-15 (Pal, Walker and
/// Kahan's form).
void sweep(std::vector<double>& diagonal, std::vector<double>& squares, size_t first, size_t last)
{
    const double shift = shiftOf(diagonal[first], diagonal[first + 1], squares[first]);
    double cosine = 1, sine = 0, gamma = diagonal[last] - shift, p = gamma * gamma;
    for (size_t i = last; i-- > first;) {
        const double square = squares[i], r = p + square;
        if (i + 1 < last) squares[i + 1] = sine * r;
        const double before = cosine, gammaBefore = gamma,
                     back = r / p; // beside the chain of dependences
        cosine = p / r;
        sine = square / r;
        gamma = cosine * (diagonal[i] - shift) - sine * gammaBefore;
        diagonal[i + 1] = gammaBefore + (diagonal[i] - gamma);
        p = cosine != 0 ? gamma * gamma * back : before * square;
    }
    squares[first] = sine * p;
    diagonal[first] = shift + gamma;
}

} // namespace

std::vector<double> tridiagonalEigenvalues(std::vector<double> diagonal, std::vector<double> beside)
{
    // Squares neither overflow nor vanish when the largest entry is one.
    double largest = 0, sum = 0;
    for (const std::vector<double>* part : {&diagonal, &beside})
        for (const double value : *part) {
            largest = std::max(largest, std::abs(value));
            sum += value;
        }
    if (!std::isfinite(sum)) return {};
    if (largest == 0) return diagonal;
    for (double& value : diagonal) value /= largest;
    for (double& value : beside) value = value / largest * (value / largest);
    // QL is at its best where rows grow downwards.
    if (std::abs(diagonal.front()) > std::abs(diagonal.back())) {
        std::reverse(diagonal.begin(), diagonal.end());
        std::reverse(beside.begin(), beside.end());
    }
    size_t left = mostSweeps * diagonal.size();
    for (size_t first = 0; first < diagonal.size();) {
        const size_t last = endOfBlock(diagonal, beside, first);
        if (last == first)
            ++first;
        else if (left-- > 0)
            sweep(diagonal, beside, first, last);
        else
            return {};
    }
    for (double& value : diagonal) value *= largest;
    std::sort(diagonal.begin(), diagonal.end());
    return diagonal;
}

} // namespace core::numeric
