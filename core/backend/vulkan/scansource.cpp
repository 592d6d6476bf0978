// A recurrence in one dispatch: a workgroup has the states of one element of the axes that its body does not
// know (a batch), in shared memory, and does the kernels of a step one after the other, position by position.
#include "core/backend/vulkan/scanstep.h"

#include "core/language/glsl.h"
#include "core/ops/build.h"
#include "core/ops/op.h"

#include <algorithm>

namespace core::vulkan
{

namespace
{

using Extent = RowMember::Extent;

class ScanWriter
{
public:
    ScanWriter(const PlanKernel& kernel, const Plan& plan, ScanStep step, const DeviceFacts& facts)
        : m_kernel(kernel)
        , m_of(*kernel.instruction)
        , m_step(std::move(step))
        , m_writer(kernel, plan)
        , m_sums(m_step.state.count() + m_step.plan.arenaBytes / 4)
    {
        int64_t most = m_step.state.count();
        for (const PlanKernel& inner : m_step.plan.kernels)
            most = std::max(most, product(inner.axes, 0, inner.axes.size()));
        m_threads = std::min<int64_t>(powerOf2AtLeast(most), 256);
        while (m_threads > facts.maxInvocations) m_threads /= 2;
    }

    Shader make()
    {
        m_writer.include("common.glsl");
        m_writer.include("math.glsl");
        m_writer.constant("THREADS", m_threads);
        m_writer.line("layout(local_size_x = " + text(m_threads) + ") in;");
        m_writer.declare(Writer::As::Elements, false);
        m_writer.line("shared float share[" + text(m_step.shared) + "];\nuint position;");
        buffers();
        std::string steps;
        for (const PlanKernel& inner : m_step.plan.kernels) steps += emit(inner) + "barrier();\n";
        const std::vector<int64_t>& sizes = m_of.attributes.sizes;
        m_writer.line("void main()\n{\nconst uint t = gl_LocalInvocationID.x;");
        m_writer.line(each(m_step.state.count(), "share[i] = start(i);"));
        m_writer.line(
            "barrier();\nfor (uint turn = 0u; turn < " + text(sizes[0]) + "u; ++turn) {\nposition = " +
            (sizes[1] > 0 ? "turn" : text(sizes[0] - 1) + "u - turn") + ";\n" + steps +
            each(m_step.state.count(), "const float next = " + load(m_step.plan.results[0].buffer, "i") +
                                           ";\nshare[i] = next;\n" + m_writer.array(m_kernel.writes[0]) +
                                           "[out_(i)] = next;") +
            "barrier();\n}\n}");
        m_writer.shader.groups = {uint32_t(product(m_step.apart, 0, m_step.apart.size())), 1, 1};
        return m_writer.finish(m_kernel.name);
    }

private:
    std::string each(int64_t count, const std::string& body) const
    {
        return "for (uint i = t; i < " + text(count) + "u; i += THREADS) {\n" + body + "\n}\n";
    }

    /// "float NAME(uint i)", or the place alone: element i of what the step sees of an array outside.
    void outside(const std::string& name, const PlanOperand& o, const Type& outer, const Type& inner,
                 bool place)
    {
        const auto along = [&](const std::vector<Axis>& axes) {
            std::vector<int64_t> strides;
            for (const Axis& axis : axes) {
                const int d = outer.find(axis.name);
                strides.push_back(d < 0 ? 0 : o.strides[size_t(d)]);
            }
            return strides;
        };
        m_writer.index(name + "_in", o.offset, inner.axes, along(inner.axes), 0, inner.axes.size());
        m_writer.index(name + "_apart", 0, m_step.apart, along(m_step.apart), 0, m_step.apart.size());
        const int d = outer.find(m_of.attributes.axes[0]);
        const std::string at = name + "_in(i) + " + name + "_apart(gl_WorkGroupID.x) + position * " +
                               text(d < 0 ? 0 : o.strides[size_t(d)]) + "u",
                          element = m_writer.array(o) + "[" + at + "]";
        m_writer.line(place ? "uint " + name + "(uint i) { return " + at + "; }"
                            : "float " + name + "(uint i) { return " +
                                  (m_writer.isInteger(o) ? "float(" + element + ")" : element) + "; }");
    }

    /// How each buffer of the step is read: shared memory, an array outside, or a constant.
    void buffers()
    {
        const Plan& plan = m_step.plan;
        m_reads.resize(plan.buffers.size());
        outside("start", m_kernel.reads[0], m_kernel.types[0], m_step.state, false);
        outside("out_", m_kernel.writes[0], m_of.type, m_step.state, true);
        const auto sequences = size_t(m_of.attributes.sizes[2]);
        for (size_t b = 0; b < plan.buffers.size(); ++b) {
            const PlanBuffer& buffer = plan.buffers[b];
            if (buffer.kind == PlanBuffer::Kind::Constant) constant(b);
            if (buffer.kind != PlanBuffer::Kind::Input || buffer.name == ScanStep::carry) continue;
            m_reads[b] = "outside" + text(int64_t(b));
            for (size_t r = 1; r < m_kernel.reads.size(); ++r) {
                if (buffer.name !=
                    (r <= sequences ? build::sequenceName(r - 1) : build::constantName(r - 1 - sequences)))
                    continue;
                for (const PlanPort& port : plan.inputs)
                    if (port.buffer == int(b))
                        outside(m_reads[b], m_kernel.reads[r], m_kernel.types[r], port.type, false);
            }
        }
    }

    void constant(size_t b)
    {
        const PlanBuffer& buffer = m_step.plan.buffers[b];
        std::string list;
        for (const double value : buffer.values) {
            const language::Expression number(value);
            list +=
                (list.empty() ? "" : ", ") + language::printGlsl(std::span(&number, 1), {}, "").results[0];
            if (isUniform(buffer)) break;
        }
        const std::string name = "constant" + text(int64_t(b));
        if (isUniform(buffer))
            m_writer.line("float " + name + "(uint i) { return " + list + "; }");
        else
            m_writer.line("const float " + name + "_values[" + text(buffer.count) + "] = float[](" + list +
                          ");\nfloat " + name + "(uint i) { return " + name + "_values[i]; }");
        m_reads[b] = name;
    }

    /// Where a buffer begins in shared memory.
    int64_t base(int buffer) const
    {
        const PlanBuffer& of = m_step.plan.buffers[size_t(buffer)];
        return of.kind == PlanBuffer::Kind::Arena ? m_step.state.count() + of.offset / 4 : 0;
    }
    std::string load(int buffer, const std::string& at) const
    {
        const std::string& function = m_reads[size_t(buffer)];
        return function.empty() ? "share[" + text(base(buffer)) + "u + " + at + "]"
                                : function + "(" + at + ")";
    }
    std::string store(int buffer, const std::string& at, const std::string& value) const
    {
        return "share[" + text(base(buffer)) + "u + " + at + "] = " + value + ";\n";
    }

    std::string freshName() { return "place" + text(m_places++); }
    /// The text of where index `i` of those axes lies.
    std::string at(const PlanOperand& o, const std::vector<Axis>& axes, size_t first, size_t last,
                   int64_t offset, const std::string& i)
    {
        const std::string name = freshName();
        m_writer.index(name, offset, axes, o.strides, first, last);
        return name + "(" + i + ")";
    }

    std::string emit(const PlanKernel& kernel)
    {
        if (kernel.kind == PlanKernel::Kind::Contraction) return contraction(kernel);
        if (kernel.kind == PlanKernel::Kind::Rows) return rows(kernel);
        if (kernel.kind == PlanKernel::Kind::Copy) return copy(kernel);
        return concat(kernel);
    }

    std::string contraction(const PlanKernel& kernel)
    {
        const size_t first[] = {0, size_t(kernel.split[1]), size_t(kernel.split[2]), size_t(kernel.split[3]),
                                kernel.axes.size()};
        const auto size = [&](size_t group) { return product(kernel.axes, first[group], first[group + 1]); };
        const auto place = [&](const PlanOperand& o,
                               std::initializer_list<std::pair<size_t, const char*>> parts) {
            std::string sum = at(o, kernel.axes, first[0], first[1], o.offset, "b");
            for (const auto& [group, i] : parts)
                sum += " + " + at(o, kernel.axes, first[group], first[group + 1], 0, i);
            return sum;
        };
        const PlanOperand &a = kernel.reads[0], &b = kernel.reads[1];
        std::string body = "const uint b = i / " + text(size(1) * size(2)) + "u, m = i / " + text(size(2)) +
                           "u % " + text(size(1)) + "u, n = i % " + text(size(2)) +
                           "u;\nfloat c = 0.0;\nfor (uint k = 0u; k < " + text(size(3)) + "u; ++k) c = fma(" +
                           load(a.buffer, place(a, {{1, "m"}, {3, "k"}})) + ", " +
                           load(b.buffer, place(b, {{3, "k"}, {2, "n"}})) + ", c);\n";
        const auto element = [&](const PlanOperand& o) { return place(o, {{1, "m"}, {2, "n"}}); };
        if (kernel.members.empty()) {
            body += store(kernel.writes[0].buffer, element(kernel.writes[0]), "c");
        } else {
            Formulas formulas(kernel, [&](int i) {
                const PlanOperand& o = kernel.reads[size_t(i)];
                return load(o.buffer, element(o));
            });
            formulas.set(0, "c");
            std::string effects;
            for (size_t k = 0; k < kernel.members.size(); ++k) {
                const int write = kernel.members[k].write;
                if (write < 0) continue;
                const PlanOperand& o = kernel.writes[size_t(write)];
                effects += store(o.buffer, element(o), formulas.value(int(k), body));
            }
            body += effects;
        }
        return each(size(0) * size(1) * size(2), body);
    }

    /// Sums first, one thread each; then what is known for each element, for each row.
    std::string rows(const PlanKernel& kernel)
    {
        const size_t outer = kernel.split[0] < 0 ? kernel.axes.size() : size_t(kernel.split[0]);
        const int64_t count = rowsOf(kernel),
                      length = product(kernel.axes, 0, kernel.axes.size()) / rowsOf(kernel);
        std::string result;
        std::map<int, std::string> sums; // by member: its value in row r
        const auto read = [&](int i) {
            const PlanOperand& o = kernel.reads[size_t(i)];
            return load(o.buffer, place(kernel, o, outer));
        };
        const auto formulas = [&] {
            Formulas made(kernel, read);
            for (const auto& [k, value] : sums) made.set(k, value);
            return made;
        };
        const auto loop = [](const char* i, int64_t n) {
            return std::string("for (uint ") + i + " = 0u; " + i + " < " + text(n) + "u; ++" + i + ") {\n";
        };
        const auto sum = [&](const RowMember& member, const std::string& loops) {
            std::string statements;
            const std::string value = formulas().input(member, 0, statements);
            return "float s = " + reductionStart(member.reduction) + ";\n" + loops + statements +
                   "s = " + reductionJoin(member.reduction, "s", value) + ";\n}\n";
        };
        int64_t free = m_sums;
        for (size_t k = 0; k < kernel.members.size(); ++k) {
            const RowMember& member = kernel.members[k];
            if (member.reduction.empty()) continue;
            const auto write = [&] {
                const PlanOperand& o = kernel.writes[size_t(member.write)];
                return member.write < 0 ? std::string() : store(o.buffer, place(kernel, o, outer), "s");
            };
            if (member.extent == Extent::Row) {
                const std::string kept = "share[" + text(free) + "u + r]";
                result +=
                    each(count, "const uint r = i;\n" + sum(member, loop("e", length)) + kept + " = s;") +
                    "barrier();\n";
                sums[int(k)] = kept;
                free += count;
            } else if (member.extent == Extent::Column) {
                result += each(length, "const uint e = i;\n" + sum(member, loop("r", count)) +
                                           "const uint r = 0u;\n" + write());
            } else {
                const bool ofRows = member.of == Extent::Row;
                std::string all = loop("r", count);
                all += ofRows ? "const uint e = 0u;\n" : loop("e", length);
                result += "if (t == 0u) {\n" + sum(member, all) + (ofRows ? "" : "}\n") +
                          "const uint r = 0u, e = 0u;\n" + write() + "}\n";
            }
        }
        for (const Extent extent : {Extent::Element, Extent::Row}) {
            std::string statements, effects;
            Formulas values = formulas();
            for (size_t k = 0; k < kernel.members.size(); ++k) {
                const RowMember& member = kernel.members[k];
                if (member.extent != extent || member.write < 0) continue;
                const PlanOperand& o = kernel.writes[size_t(member.write)];
                effects += store(o.buffer, place(kernel, o, outer), values.value(int(k), statements));
            }
            if (effects.empty()) continue;
            const bool element = extent == Extent::Element;
            result +=
                each(element ? count * length : count,
                     (element ? "const uint r = i / " + text(length) + "u, e = i % " + text(length) + "u;\n"
                              : std::string("const uint r = i, e = 0u;\n")) +
                         statements + effects);
        }
        return result;
    }

    std::string place(const PlanKernel& kernel, const PlanOperand& o, size_t outer)
    {
        return at(o, kernel.axes, 0, outer, o.offset, "r") + " + " +
               at(o, kernel.axes, outer, kernel.axes.size(), 0, "e");
    }

    std::string copy(const PlanKernel& kernel)
    {
        const PlanOperand &from = kernel.reads[0], &to = kernel.writes[0];
        const size_t all = kernel.axes.size();
        std::string result;
        if (!kernel.border.empty())
            result = each(product(kernel.border, 0, kernel.border.size()), store(to.buffer, "i", "0.0")) +
                     "barrier();\n";
        return result + each(product(kernel.axes, 0, all),
                             store(to.buffer, at(to, kernel.axes, 0, all, to.offset, "i"),
                                   load(from.buffer, at(from, kernel.axes, 0, all, from.offset, "i"))));
    }

    std::string concat(const PlanKernel& kernel)
    {
        const Type& whole = kernel.instruction->type;
        const std::string& axis = kernel.instruction->attributes.axes[0];
        const std::vector<int64_t> strides = whole.strides();
        const int64_t step = strides[size_t(whole.find(axis))];
        std::string result;
        int64_t offset = kernel.writes[0].offset;
        for (size_t r = 0; r < kernel.reads.size(); ++r) {
            const Type& part = kernel.types[r];
            PlanOperand to = kernel.writes[0];
            to.strides.clear();
            for (const Axis& a : part.axes) to.strides.push_back(strides[size_t(whole.find(a.name))]);
            const PlanOperand& from = kernel.reads[r];
            const size_t all = part.axes.size();
            result +=
                each(part.count(), store(to.buffer, at(to, part.axes, 0, all, offset, "i"),
                                         load(from.buffer, at(from, part.axes, 0, all, from.offset, "i"))));
            offset += step * part.size(axis);
        }
        return result;
    }

    const PlanKernel& m_kernel;
    const Instruction& m_of;
    ScanStep m_step;
    Writer m_writer;
    std::vector<std::string> m_reads; ///< by buffer of the step: a function, "" for shared memory
    int64_t m_sums, m_threads = 1;    ///< where sums over rows begin in shared memory
    int64_t m_places = 0;
};

} // namespace

Shader makeScan(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
{
    std::optional<ScanStep> step = scanStep(kernel.types, *kernel.instruction, facts);
    if (!step)
        throw MachineFailure{{"vulkan", "a step of this recurrence does not fit into shared memory",
                              "the backend cpu runs it"}};
    return ScanWriter(kernel, plan, std::move(*step), facts).make();
}

} // namespace core::vulkan
