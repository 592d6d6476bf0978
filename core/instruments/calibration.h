// Whether a network is right as often as it says.
#pragma once

#include <span>
#include <vector>

namespace core::instruments
{

struct Calibration {
    std::vector<double> confidence, accuracy, share; ///< of each bin that has an example
    double expectedError = 0;                        ///< ECE: sum of share |accuracy - confidence|
};

/// Bins of equal width over 0..1. C. Guo et al.: On calibration of modern neural networks, 2017, equation 3.
Calibration calibrationOf(std::span<const double> confidence, const std::vector<bool>& right, int bins = 15);

} // namespace core::instruments
