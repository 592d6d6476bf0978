// Similarity of two representations of the same examples, whatever their widths: centred kernel alignment and
// canonical correlations.
#pragma once

#include "core/numeric/matrix.h"

namespace core::instruments
{

using numeric::Matrix;

/// exp(-d^2 / (2 t^2 m)), d the distance of two rows, m the median of d^2 beside the diagonal; t usually 0.5.
Matrix rbfKernel(const Matrix& x, double threshold);
/// H K H with H = 1 - 1 1'/n.
Matrix centred(Matrix kernel);
/// Centred without bias, diagonal zero (numeric/centring.h); Error for fewer than four examples.
Matrix centredUnbiased(Matrix kernel);

/// <K, L> / (||K|| ||L||) of centred kernels. S. Kornblith et al.: Similarity of neural network
/// representations revisited, 2019, equation 4.
double alignment(const Matrix& k, const Matrix& l);

/// Linear, biased, from features: ||Y'X||^2 / (||X'X|| ||Y'Y||) with centred columns: the same number.
double ckaOfFeatures(const Matrix& x, const Matrix& y);

/// Unbiased HSIC of two kernels with the diagonal taken as zero; n of at least 4 (Song et al. 2012, eq. 5).
double unbiasedHsic(const Matrix& k, const Matrix& l);
/// HSIC averaged over batches, then the ratio. T. Nguyen, M. Raghu, S. Kornblith: Do wide and deep networks
/// learn the same things?, 2021, equation 2.
class MinibatchCka
{
public:
    void add(const Matrix& k, const Matrix& l);
    double value() const;

private:
    double m_between = 0, m_first = 0, m_second = 0;
};

/// SVCCA in two steps: an orthonormal basis of the leading singular directions that hold a `share` of the
/// variance, and the mean canonical correlation of two of them, which are the cosines between the two spaces.
/// M. Raghu et al.: SVCCA, 2017.
Matrix leadingDirections(const Matrix& x, double share = 0.99);
double meanCorrelation(const Matrix& first, const Matrix& second);

} // namespace core::instruments
