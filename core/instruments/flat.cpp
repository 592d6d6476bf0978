#include "core/instruments/flat.h"

#include "core/instruments/derivatives.h"
#include "core/ops/op.h"

#include <algorithm>

namespace core::instruments
{

namespace
{

/// Through views that only rename or reorder, forwards: the axes over which the first contraction that reads
/// a parameter sums, by the parameter's own names.
std::vector<std::string> summedAxes(const Program& program, ValueId parameter)
{
    for (size_t i = size_t(parameter) + 1; i < program.code.size(); ++i) {
        const Instruction& user = program.code[i];
        if (user.op->kind != Op::Kind::Contraction) continue;
        if (std::find(user.inputs.begin(), user.inputs.end(), parameter) == user.inputs.end()) continue;
        std::vector<std::string> axes;
        for (const Axis& axis : program.type(parameter).axes)
            if (std::find(user.attributes.axes.begin(), user.attributes.axes.end(), axis.name) !=
                user.attributes.axes.end())
                axes.push_back(axis.name);
        return axes;
    }
    return {};
}

} // namespace

Flat::Flat(Network& network)
{
    const Program& program = network.elaboration().program;
    for (const std::string& name : trainedParameters(network)) {
        const ValueId value = program.find("parameter", name);
        m_parts.push_back({name, program.type(value), m_size, summedAxes(program, value)});
        m_size += m_parts.back().type.count();
    }
}

std::vector<double> Flat::pack(const Arrays& arrays) const
{
    std::vector<double> vector;
    vector.reserve(size_t(m_size));
    for (const Part& part : m_parts) {
        const auto& values = arrays.at(part.name).reals();
        vector.insert(vector.end(), values.begin(), values.end());
    }
    return vector;
}

Arrays Flat::unpack(std::span<const double> vector) const
{
    Arrays arrays;
    for (const Part& part : m_parts) {
        const auto from = vector.begin() + part.begin;
        arrays[part.name] = Array::real(part.type.axes, {from, from + part.type.count()});
    }
    return arrays;
}

Moment Flat::moment(const Moment& at, std::span<const double> vector) const
{
    Arrays values = unpack(vector);
    for (const auto& [name, array] : *at.values) values.try_emplace(name, array);
    return {at.step, std::make_shared<const Arrays>(std::move(values))};
}

} // namespace core::instruments
