// Kernels of examples without the mean over examples.
#pragma once

#include "core/numeric/matrix.h"

namespace core::numeric
{

/// H K H with H = 1 - 1 1'/n; K symmetric.
Matrix doublyCentred(Matrix);
/// Without bias, the diagonal zero; of at least three rows. L. Song et al.: Feature selection via dependence
/// maximization, 2012, in the form of G. Szekely, M. Rizzo: Partial distance correlation, 2014.
Matrix doublyCentredUnbiased(Matrix);

} // namespace core::numeric
