// Differentiation: reverse mode over the code, and forward mode as reverse mode applied twice.
#include "core/ops/rules.h"
#include "core/program/interruption.h"
#include "core/program/transform.h"

#include <cassert>

namespace core
{
namespace
{

/// Which values up to `last` depend on any of `by` through reals.
std::vector<bool> dependents(const Program& program, ValueId last, std::span<const ValueId> by)
{
    std::vector<bool> depends(size_t(last) + 1, false);
    for (ValueId value : by)
        if (value <= last) depends[size_t(value)] = true;
    for (size_t i = 0; i < depends.size(); ++i)
        if (program.code[i].type.element == Element::Real)
            for (ValueId input : program.code[i].inputs)
                if (depends[size_t(input)]) depends[i] = true;
    return depends;
}

/// Instructions that are added meanwhile belong to the block of the one that they differentiate.
class Stamp
{
public:
    explicit Stamp(Program& program)
        : m_program(program)
        , m_before(program.here)
    {
    }
    ~Stamp() { m_program.here = m_before; }

private:
    Program& m_program;
    Provenance m_before;
};

} // namespace

std::vector<ValueId> vjp(Program& program, ValueId of, std::span<const ValueId> by, ValueId adjoint)
{
    for (ValueId value : by)
        if (program.type(value).element != Element::Real)
            throw Error{"gradient", "a derivative by integers, " + program.type(value).text(), {}};
    const std::vector<bool> depends = dependents(program, of, by);
    std::vector<ValueId> adjoints(size_t(of) + 1, -1);
    adjoints[size_t(of)] = ops::fit(program, adjoint, program.type(of));

    const Stamp stamp(program);
    for (ValueId value = of; value >= 0; --value) {
        checkInterruption();
        const ValueId g = adjoints[size_t(value)];
        const Op& op = *program.code[size_t(value)].op;
        const std::vector<ValueId> inputs = program.code[size_t(value)].inputs;
        bool through = false;
        for (ValueId input : inputs) through = through || depends[size_t(input)];
        if (g < 0 || !depends[size_t(value)] || !through) continue;
        program.here = {program.code[size_t(value)].source.block, {}};
        if (!op.gradient)
            throw Error{program.here.block.empty() ? "gradient" : program.here.block,
                        "the op " + std::string(op.name) + " has no gradient",
                        "put a stopGradient before it"};
        const std::vector<ValueId> parts = op.gradient(program, value, g);
        assert(parts.size() == inputs.size());
        for (size_t i = 0; i < inputs.size(); ++i) {
            const ValueId input = inputs[i];
            if (parts[i] < 0 || !depends[size_t(input)]) continue;
            assert(program.type(parts[i]) == program.type(input));
            ValueId& sum = adjoints[size_t(input)];
            sum = sum < 0 ? parts[i] : build::formula(program, "a + b", {sum, parts[i]});
        }
    }

    std::vector<ValueId> results;
    for (ValueId value : by) {
        const ValueId known = value <= of ? adjoints[size_t(value)] : -1;
        results.push_back(known < 0 ? ops::zeros(program, program.type(value)) : known);
    }
    return results;
}

std::vector<ValueId> gradient(Program& program, ValueId of, std::span<const ValueId> by)
{
    return vjp(program, of, by, build::constant(program, program.type(of), {1.0}));
}

ValueId jvp(Program& program, ValueId of, std::span<const ValueId> by, std::span<const ValueId> along)
{
    assert(by.size() == along.size());
    // The pullback is linear in the adjoint u; what it does to `along` is its derivative by u, whatever u is.
    // The name keeps u apart from other constants.
    Attributes attributes;
    attributes.name = "adjoint of %" + std::to_string(of);
    attributes.type = program.type(of);
    attributes.values = {0.0};
    const ValueId u = program.add(ops::constant, {}, attributes);
    const std::vector<ValueId> pulled = vjp(program, of, by, u);
    ValueId total = -1;
    for (size_t i = 0; i < by.size(); ++i) {
        const ValueId moved = vjp(program, pulled[i], std::span(&u, 1), along[i])[0];
        total = total < 0 ? moved : build::formula(program, "a + b", {total, moved});
    }
    return total < 0 ? ops::zeros(program, program.type(of)) : total;
}

} // namespace core
