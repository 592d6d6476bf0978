// Geometry of a batch of representations X, one row an example: its Gram matrix G = X X' and what is read off
// its spectrum.
#pragma once

#include "core/numeric/matrix.h"

namespace core::instruments
{

using numeric::Matrix;

/// G_ij / sqrt(G_ii G_jj); 0 where a row is zero.
Matrix cosines(const Matrix& gram);
/// Mean of the entries beside the diagonal.
double meanBeside(const Matrix&);

/// Eigenvalues of X X', ascending, from the smaller of X X' and X' X.
std::vector<double> gramSpectrum(const Matrix& x);
/// Whether the smallest is zero to rounding: such a Gram matrix has determinant 0.
bool singular(std::span<const double> spectrum);

/// det(G)^(1/n) / (tr G / n): 1 for orthogonal rows of equal length, 0 for a singular matrix.
/// A. Joudaki, H. Daneshmand, F. Bach: On the impact of activation and normalization in obtaining isometric
/// embeddings at initialization, 2023, definition 1.
double isometry(std::span<const double> spectrum);
/// log of the mean eigenvalue - mean of their logs = -log(isometry).
double isometryGap(std::span<const double> spectrum);
/// || G / ||X||^2 - Id / n ||. H. Daneshmand, A. Joudaki, F. Bach: Batch normalization orthogonalizes
/// representations in deep random networks, 2021, equation 2.
double orthogonalityGap(const Matrix& gram);
/// ||X - 1 mean|| / ||X||: 0 where all rows are equal. Y. Dong, J.-B. Cordonnier, A. Loukas: Attention is not
/// all you need, 2021.
double rankCollapse(const Matrix& x);
/// exp of the entropy of p = s / sum s + 1e-7, of singular values s. O. Roy, M. Vetterli: The effective rank,
/// 2007; Q. Garrido et al.: RankMe, 2023, equation 1.
double effectiveRank(std::span<const double> singularValues);
/// (sum l)^2 / sum l^2 of eigenvalues l.
double participationRatio(std::span<const double> spectrum);

} // namespace core::instruments
