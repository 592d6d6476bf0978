// The ops by name, for those who write programs; core/ops/all.cpp lists them for those who walk over them.
#pragma once

#include "core/ops/op.h"

namespace core::ops
{

extern const Op input, parameter, state, constant, iota, random;
extern const Op formula, reduce, contract;
extern const Op rename, permute, broadcast, split, merge, slice, window, stopGradient;
extern const Op pad, fold, concat, gather, scatter, scan, associativeScan, order, sort;

} // namespace core::ops
