// The empirical neural tangent kernel as a matrix: what is read off it.
#pragma once

#include "core/numeric/matrix.h"

namespace core::instruments
{

using numeric::Matrix;

/// <Kc, y y'> / (||Kc|| ||y y'||), Kc centred; the rows of `targets` are those of the kernel. N. Cristianini
/// et al.: On kernel-target alignment, 2001, definition 1.
double targetAlignment(const Matrix& kernel, const Matrix& targets);
/// 1 - <K, L> / (||K|| ||L||): how far a kernel has turned. S. Fort et al.: Deep learning versus kernel
/// learning, 2020, equation 5.
double kernelDistance(const Matrix& k, const Matrix& l);

} // namespace core::instruments
