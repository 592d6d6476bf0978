#include "core/backend/cpu/reduction.h"

#include <algorithm>
#include <cassert>

namespace core::cpu
{

namespace
{

template<class Kind> constexpr Reduction row(std::string_view name)
{
    return {name, Kind::start, reduceStrip<Kind>, reduceRows<Kind>, reduceColumns<Kind>};
}

constexpr Reduction table[] = {row<Sum>("sum"), row<Max>("max"), row<Min>("min"), row<Product>("product")};

} // namespace

const Reduction& findReduction(std::string_view name)
{
    const Reduction* found =
        std::find_if(std::begin(table), std::end(table), [&](const Reduction& r) { return r.name == name; });
    assert(found != std::end(table));
    return *found;
}

} // namespace core::cpu
