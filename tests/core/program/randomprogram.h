// Random well-typed programs that use all ops.
#pragma once

#include "core/ops/build.h"
#include "core/program/transform.h"
#include "tests/core/program/draw.h"

#include <functional>

namespace draw
{

/// Sources are inputs; results are a few values and, for most, the gradients of their sum by the real inputs.
class ProgramMaker
{
public:
    explicit ProgramMaker(uint64_t seed)
        : m_generator{seed}
    {
    }

    core::Program make(int steps)
    {
        using namespace core;
        for (int i = 0; i < 3; ++i) {
            Type type;
            for (const Axis& axis : {Axis{"a", 2}, Axis{"b", 3}, Axis{"c", 1}, Axis{"d", 4}})
                if (m_generator.below(2))
                    type.axes.insert(type.axes.begin() + m_generator.below(int64_t(type.axes.size()) + 1),
                                     axis);
            m_values.push_back(build::input(m_program, std::string("x").append(std::to_string(i)), type));
        }
        m_index = build::input(m_program, "index", {Element::Integer, {{"a", 2}}});
        m_scalar = build::input(m_program, "seed", {Element::Integer, {}});
        for (int tries = 0; int(m_values.size()) < steps && tries < 20 * steps; ++tries) {
            try {
                const ValueId value = step();
                if (m_program.type(value).count() <= 600 && m_program.type(value).axes.size() <= 6)
                    m_values.push_back(value);
            } catch (const Error&) {
                // The draw did not fit; the program is as it was.
            }
        }
        const ValueId last = m_values.back(), other = pick();
        m_program.results = {{"last", last}, {"other", other}};
        if (m_generator.below(4)) {
            core::ValueId of = build::formula(m_program, "tanh(a)", {last});
            try {
                of = build::formula(m_program, "a + tanh(b)", {of, other});
            } catch (const Error&) {
                // Their axes do not agree; one of them will do.
            }
            addGradients(of);
        }
        return m_program;
    }

    std::map<std::string, core::Tensor> sources()
    {
        std::map<std::string, core::Tensor> result;
        for (const core::Instruction& instruction : m_program.code)
            if (instruction.op->name == "input")
                result[instruction.attributes.name] = tensor(m_generator, instruction.type, -1.5, 1.5, 4);
        return result;
    }

private:
    core::ValueId pick() { return m_values[size_t(m_generator.below(int64_t(m_values.size())))]; }

    std::string axisOf(core::ValueId value)
    {
        const auto& axes = m_program.type(value).axes;
        return axes.empty() ? "none" : axes[size_t(m_generator.below(int64_t(axes.size())))].name;
    }

    std::string fresh() { return std::string(1, char('p' + m_generator.below(8))); }

    core::ValueId step()
    {
        using namespace core;
        namespace b = core::build;
        Program& p = m_program;
        const ValueId x = pick(), y = pick();
        const std::string axis = axisOf(x), other = axisOf(x);
        const int64_t size = p.type(x).size(axis);
        const auto small = [&](int64_t n) { return m_generator.below(n); };
        static const char* const formulas[] = {
            "a*b",          "a + b",       "tanh(a)", "a - 2*b",
            "sigmoid(a)*b", "a/(1 + b*b)", "a*a + 1", "where(a < b, a, 2*b)",
            "max(a, b)",    "-a",          "0*a + b", "a*1"};
        const std::function<ValueId()> table[] = {
            [&] {
                return b::formula(p, formulas[small(12)], {x, y});
            },
            [&] {
                return b::formula(p, formulas[small(12)], {y, x});
            },
            [&] {
                return b::formula(p, formulas[small(12)], {x, b::scalar(p, double(small(3)))});
            },
            [&] { return b::sum(p, x, {axis}); },
            [&] {
                return b::mean(p, x, axis == other ? b::Axes{axis} : b::Axes{axis, other});
            },
            [&] { return b::max(p, x, {axis}); },
            [&] { return b::contract(p, x, y, {axis}); },
            [&] {
                return b::contract(p, b::formula(p, "tanh(a)", {x}), b::formula(p, "tanh(a)", {y}),
                                   {axisOf(y)});
            },
            [&] { return b::rename(p, x, axis, fresh()); },
            [&] { return b::permute(p, x, {axis}); },
            [&] {
                return b::broadcast(p, x, {{fresh(), 1 + small(3)}});
            },
            [&] {
                return b::split(p, x, axis, {{fresh(), 2}, {axis, size / 2}});
            },
            [&] {
                return b::merge(p, x, {axis, other}, fresh());
            },
            [&] {
                return b::slice(p, x, axis, small(size), 1 + small(size), small(2) ? 1 : small(2) ? 2 : -1);
            },
            [&] { return b::pad(p, x, axis, small(4) - 1, small(4) - 1, small(4) ? 0 : 1); },
            [&] { return b::window(p, x, axis, axis, fresh(), 1 + small(3), 1 + small(2), 1 + small(2)); },
            [&] { return b::fold(p, x, axis, other, fresh(), 1 + small(7), 1 + small(2), 1 + small(2)); },
            [&] { return convolution(x); },
            [&] { return recurrence(x, y); },
            [&] {
                return b::concat(p, {x, y}, axis);
            },
            [&] { return b::gather(p, x, m_index, axis); },
            [&] { return b::scatter(p, x, m_index, fresh(), 3); },
            [&] { return sorted(small(2)); },
            [&] {
                return b::associativeScan(p, b::formula(p, "tanh(a)", {x}), y, axis,
                                          small(2) ? b::Direction::Forward : b::Direction::Backward);
            },
            [&] { return b::stopGradient(p, x); },
            [&] { return b::iota(p, axis, size); },
            [&] {
                return b::constant(p, {Element::Real, {{"a", 2}}}, {0.5, -1});
            },
            [&] {
                return b::random(p, m_scalar, m_scalar, small(9), {Element::Real, {{"b", 3}}});
            },
            [&] {
                Attributes attributes;
                attributes.name = small(2) ? "min" : "product";
                attributes.axes = {axis};
                return p.add(*findOp("reduce"), {x}, attributes);
            },
        };
        return table[small(int64_t(std::size(table)))]();
    }

    /// Of an input: that of what was calculated depends on how it is rounded.
    core::ValueId sorted(bool values)
    {
        const core::ValueId x = m_values[size_t(m_generator.below(3))];
        const std::string axis = axisOf(x);
        return values ? core::build::sort(m_program, x, axis) : core::build::order(m_program, x, axis);
    }

    core::ValueId convolution(core::ValueId x)
    {
        namespace b = core::build;
        const std::string axis = axisOf(x), k = fresh(), out = fresh();
        const int64_t kernel = 1 + m_generator.below(3), stride = 1 + m_generator.below(2);
        const core::ValueId padded = b::pad(m_program, x, axis, kernel / 2, kernel / 2);
        const core::ValueId windows = b::window(m_program, padded, axis, axis, k, kernel, stride);
        const std::string name = std::string("w").append(std::to_string(m_weights++));
        const core::ValueId w = b::input(m_program, name, {core::Element::Real, {{out, 2}, {k, kernel}}});
        m_values.push_back(w);
        return b::contract(m_program, windows, w, {k});
    }

    /// Some of the body hangs on the state, some on the sequence, some on neither.
    core::ValueId recurrence(core::ValueId x, core::ValueId y)
    {
        using namespace core;
        namespace b = core::build;
        const std::string axis = axisOf(x);
        const Type whole = m_program.type(x), constant = m_program.type(y);
        Type here = whole;
        std::erase_if(here.axes, [&](const Axis& a) { return a.name == axis; });
        Program body;
        const ValueId state = b::input(body, "carry", {});
        const ValueId driven = b::formula(body, "tanh(a)", {b::input(body, b::sequenceName(0), here)});
        const ValueId factor = b::formula(body, "sigmoid(a)", {b::input(body, b::constantName(0), constant)});
        body.results = {{"carry", b::formula(body, "a*b + c", {state, factor, driven})}};
        return b::scan(m_program, b::scalar(m_program, 0.5), {x}, {y}, body, axis, whole.size(axis),
                       m_generator.below(2) ? b::Direction::Forward : b::Direction::Backward);
    }

    void addGradients(core::ValueId of)
    {
        using namespace core;
        std::vector<ValueId> by;
        std::vector<std::string> names;
        for (size_t i = 0; i < m_program.code.size(); ++i)
            if (m_program.code[i].op->name == "input" && m_program.code[i].type.element == Element::Real) {
                by.push_back(ValueId(i));
                names.push_back("d " + m_program.code[i].attributes.name);
            }
        const std::vector<ValueId> gradients = gradient(m_program, of, by);
        for (size_t i = 0; i < by.size(); ++i) m_program.results.push_back({names[i], gradients[i]});
    }

    Generator m_generator;
    core::Program m_program;
    std::vector<core::ValueId> m_values;
    core::ValueId m_index = -1, m_scalar = -1;
    int m_weights = 0;
};

} // namespace draw
