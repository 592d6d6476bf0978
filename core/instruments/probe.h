// What a linear map can read off a representation.
#pragma once

#include "core/numeric/matrix.h"

namespace core::instruments
{

using numeric::Matrix;

struct ProbeResult {
    double heldOut = 0;  ///< share of right classes on examples that the map was not fitted to
    double shuffled = 0; ///< the same of a map that was fitted to shuffled labels: what chance and size give
};

enum class ProbeForm : uint8_t { Ridge, Logistic };

/// Fitted to the first `fitted` rows of the features, centred. Ridge: regression of the classes (one column
/// each, 1 or 0), (X X' + ridge tr(X X')/n) a = Y, in the smaller of its two forms. Logistic: mean
/// cross-entropy + ridge tr(X X')/(n d) ||W||^2 / 2. Control task of J. Hewitt, P. Liang: Designing and
/// interpreting probes with control tasks, 2019. Error if a part is empty.
ProbeResult linearProbe(const Matrix& features, const std::vector<int>& labels, int classes, int64_t fitted,
                        double ridge, ProbeForm = ProbeForm::Ridge, uint64_t seed = 0);

} // namespace core::instruments
