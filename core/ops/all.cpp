#include "core/ops/ops.h"

namespace core
{

std::span<const Op* const> allOps()
{
    using namespace ops;
    static const Op* const list[] = {
        &input,    &parameter, &state,   &constant,  &iota,    &random,       &formula, &reduce,
        &contract, &rename,    &permute, &broadcast, &split,   &merge,        &slice,   &window,
        &pad,      &fold,      &concat,  &gather,    &scatter, &stopGradient, &scan,    &associativeScan,
        &order,    &sort,
    };
    return list;
}

const Op* findOp(std::string_view name)
{
    for (const Op* op : allOps())
        if (op->name == name) return op;
    return nullptr;
}

} // namespace core
