// The loss along lines, planes and curves through the space of parameters.
#pragma once

#include "core/instruments/flat.h"

#include <functional>

namespace core::instruments
{

using LossAt = std::function<double(std::span<const double>)>;

/// A normal direction whose filters have the lengths of the weights' own: for each output row of a weight
/// d <- d ||w|| / (||d|| + 1e-10); parameters of one axis do not move. H. Li et al.: Visualizing the loss
/// landscape of neural nets, 2018, section 4.
std::vector<double> filterNormalised(const Flat&, std::span<const double> weights, uint64_t seed);
/// `count` numbers from -1 to 1 (or from 0 to 1).
std::vector<double> evenly(double low, double high, int64_t count);
std::vector<double> lossAlong(const LossAt&, std::span<const double> from, std::span<const double> direction,
                              std::span<const double> ts);
/// Along (1-t) a + t b.
std::vector<double> lossBetween(const LossAt&, std::span<const double> a, std::span<const double> b,
                                std::span<const double> ts);
/// max over t of L(t) - [(1-t) L(0) + t L(1)]; `losses` are at even t from 0 to 1. J. Frankle et al.: Linear
/// mode connectivity and the lottery ticket hypothesis, 2020.
double barrier(std::span<const double> losses);

/// The point at t of the quadratic Bezier curve: (1-t)^2 a + 2t(1-t) bend + t^2 b.
std::vector<double> bezierPoint(std::span<const double> a, std::span<const double> bend,
                                std::span<const double> b, double t);
/// The middle of three bends (the ends are fixed), found by gradient steps on the mean loss over the curve.
/// T. Garipov et al.: Loss surfaces, mode connectivity, and fast ensembling of DNNs, 2018, equation 2.
using GradientAt = std::function<std::vector<double>(std::span<const double>)>;
std::vector<double> findBend(const GradientAt&, std::span<const double> a, std::span<const double> b,
                             int steps, double rate, uint64_t seed);

} // namespace core::instruments
