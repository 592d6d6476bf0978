// Multinomial logistic regression.
#pragma once

#include "core/numeric/matrix.h"

namespace core::numeric
{

struct Logistic {
    Matrix weights;              ///< [column of x, class]
    std::vector<double> offsets; ///< of classes
    double gradient = 0;         ///< norm of the objective's at the end, over that at zero
    int iterations = 0;
};
/// Minimises the mean cross-entropy plus penalty / 2 ||weights||^2 over the first rows of x, as many as there
/// are labels; the penalty is positive. Steps in the metric of the bound X'X/2n on the Hessian (D. Boehning:
/// Multinomial logistic regression algorithm, 1992), accelerated (Y. Nesterov 1983) with restarts; ends when
/// the gradient is `tolerance` of that at zero.
Logistic logisticRegression(const Matrix& x, const std::vector<int>& labels, int classes, double penalty,
                            int mostIterations = 300, double tolerance = 1e-4);
/// x weights + offsets
Matrix scoresOf(const Logistic&, const Matrix& x);

} // namespace core::numeric
