// Neural collapse: how far the last representations are from one point a class at the corners of a simplex.
// V. Papyan, X. Han, D. Donoho: Prevalence of neural collapse during the terminal phase of deep learning
// training, 2020.
#pragma once

#include "core/numeric/matrix.h"

namespace core::instruments
{

using numeric::Matrix;

struct NeuralCollapse {
    double variability = 0;        ///< NC1: tr(Sw pinv(Sb)), not divided by the number of classes
    double variabilityByClass = 0; ///< the same divided by it
    double norms = 0;              ///< NC2: deviation / mean of the lengths of the centred class means
    double angles = 0;             ///< NC2: mean |cos + 1/(C-1)| of two different ones
    double duality = 0;            ///< NC3: ||W/||W|| - M/||M|| ||^2; nan without a classifier
    double disagreement = 0;       ///< NC4: share where it differs from the nearest class mean; nan without
};

/// Features [example, d], labels from 0, classifier [class, d] and its decisions, or empty. Sw is the
/// covariance within classes over N, Sb = M M'/C that of the centred class means, whose pseudo-inverse has
/// rank C-1. Error unless every class has an example.
NeuralCollapse neuralCollapse(const Matrix& features, const std::vector<int>& labels, int classes,
                              const Matrix& classifier, const std::vector<int>& decisions);

} // namespace core::instruments
