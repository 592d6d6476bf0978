#include "core/diagram/torchcontent.h"

#include "core/ops/ops.h"

#include <algorithm>

namespace core::diagram::torch
{

std::string number(int64_t value) { return std::to_string(value); }

bool has(const Names& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}
Content::Content(const TorchProgram& program, const Part& part)
    : inputs(program.inputs(part))
    , outputs(program.outputs(part))
{
    const std::pair<const Op*, std::vector<ValueId>*> lists[] = {{&ops::parameter, &parameters},
                                                                 {&ops::state, &states},
                                                                 {&ops::contract, &contractions},
                                                                 {&ops::formula, &formulas},
                                                                 {&ops::reduce, &reductions},
                                                                 {&ops::window, &windows},
                                                                 {&ops::pad, &pads},
                                                                 {&ops::fold, &folds},
                                                                 {&ops::gather, &gathers},
                                                                 {&ops::random, &randoms}};
    for (const ValueId value : part.values()) {
        const Op* op = program[value].op;
        if (!program.wanted.count(value) && op != &ops::state) continue;
        all.push_back(value);
        const auto* found = std::find_if(std::begin(lists), std::end(lists),
                                         [&](const auto& one) { return one.first == op; });
        if (found != std::end(lists))
            found->second->push_back(value);
        else
            plain = plain && (op == &ops::rename || op == &ops::permute || op == &ops::stopGradient);
    }
}

int64_t product(const Type& type, const Names& axes)
{
    int64_t count = 1;
    for (const std::string& axis : axes) count *= type.size(axis);
    return count;
}
std::optional<Map> mapOf(const TorchProgram& p, const Content& c, ValueId end)
{
    if (c.contractions.size() != 1 || c.parameters.empty() || c.parameters.size() > 2) return {};
    const ValueId product = c.contractions[0];
    const Instruction& of = p[product];
    Map map;
    for (int side = 0; side < 2; ++side)
        if (p[of.inputs[size_t(side)]].op == &ops::parameter &&
            std::find(c.parameters.begin(), c.parameters.end(), of.inputs[size_t(side)]) !=
                c.parameters.end()) {
            map.weight = of.inputs[size_t(side)];
            map.x = of.inputs[size_t(1 - side)];
        }
    if (map.weight < 0) return {};
    map.from = of.attributes.axes;
    for (const Axis& axis : p.type(map.weight).axes) {
        if (has(map.from, axis.name)) continue;
        if (p.type(map.x).has(axis.name)) return {}; // matched one to one
        map.to[axis.name] = axis.name;
    }
    for (ValueId at = end; at != product;) {
        const Instruction& here = p[at];
        if (here.op == &ops::rename) {
            for (auto& [own, name] : map.to) name = own; // the last renaming is met first
            at = here.inputs[0];
        } else if (here.op == &ops::formula && here.inputs.size() == 2 && map.bias < 0) {
            const auto sum = language::Expression::variable(0) + language::Expression::variable(1);
            const auto other = language::Expression::variable(1) + language::Expression::variable(0);
            if (!(here.attributes.formula == sum) && !(here.attributes.formula == other)) return {};
            const int side = p[here.inputs[1]].op == &ops::parameter ? 1 : 0;
            map.bias = here.inputs[size_t(side)];
            if (p[map.bias].op != &ops::parameter) return {};
            at = here.inputs[size_t(1 - side)];
        } else if (here.op == &ops::permute || here.op == &ops::fold || here.op == &ops::pad) {
            at = here.inputs[0];
        } else {
            return {};
        }
    }
    // Forwards now, so that renamings apply one after the other.
    for (const ValueId value : c.all) {
        if (value <= product || p[value].op != &ops::rename) continue;
        const Attributes& a = p[value].attributes;
        for (auto& [own, name] : map.to)
            for (size_t i = 0; i < a.axes.size(); ++i)
                if (name == a.axes[i]) {
                    name = a.to[i];
                    break;
                }
    }
    if (c.parameters.size() == 2 && map.bias < 0) return {};
    return map;
}

Names own(const Map& map, const Names& order)
{
    Names names;
    for (const std::string& axis : order)
        for (const auto& [mine, name] : map.to)
            if (name == axis) names.push_back(mine);
    return names;
}

bool sameSet(Names a, Names b)
{
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

Names targets(const TorchProgram& p, const Map& map)
{
    Names to;
    for (const Axis& axis : p.type(map.weight).axes)
        if (const auto found = map.to.find(axis.name); found != map.to.end()) to.push_back(found->second);
    return to;
}

} // namespace core::diagram::torch
