// A cloud of representations seen from where it is widest.
#pragma once

#include "core/numeric/matrix.h"

namespace core::instruments
{

using numeric::Matrix;

struct Projection {
    Matrix points;              ///< [example, component]
    std::vector<double> shares; ///< of the variance
};
/// Principal components of centred rows; the entry of largest magnitude of each is positive, so that pictures
/// do not flip from one reading to the next.
Projection principalComponents(const Matrix& x, int64_t components);

} // namespace core::instruments
