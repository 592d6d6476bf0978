// Formulas and reductions over rows. A workgroup has SLOTS rows at a time, LANES threads each; a thread has
// elements lane, lane + LANES, ... of its row. Sums over rows are gathered by the thread, then by the
// workgroup, and the workgroup that finishes last adds those of all, always in the same order.
#include "core/backend/vulkan/rowsshape.h"

#include <algorithm>

namespace core::vulkan
{

namespace
{

class Rows : private RowsShape
{
public:
    Rows(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
        : RowsShape(kernel, facts)
        , m_writer(kernel, plan)
    {
    }

    Shader make()
    {
        declare();
        m_writer.line("void main()\n{");
        m_writer.line(handsRound() ? "full = SUBGROUP_FULL;\nconst uint t = threadOf(full);"
                                   : "const uint t = gl_LocalInvocationID.x;");
        m_writer.line("uint lane = t % LANES, slot = t / LANES;");
        m_writer.line("uint tile = gl_WorkGroupID.y * LANES * EACH;");
        for (size_t k = 0; k < m_kernel.members.size(); ++k)
            if (crosses(k))
                m_writer.line(m_kernel.members[k].extent == Extent::Column
                                  ? "float sum" + text(int64_t(k)) +
                                        "[EACH]; for (uint j = 0u; j < EACH; ++j) sum" + text(int64_t(k)) +
                                        "[j] = " + reductionStart(m_kernel.members[k].reduction) + ";"
                                  : "float sum" + text(int64_t(k)) + " = " +
                                        reductionStart(m_kernel.members[k].reduction) + ";");
        m_writer.line("for (uint turn = 0u; turn < TURNS; ++turn) {\n"
                      "uint row = (gl_WorkGroupID.x * TURNS + turn) * SLOTS + slot;\n"
                      "bool valid = row < ROWS;");
        rowBody();
        m_writer.line("}");
        gather();
        m_writer.line("}");
        m_writer.shader.groups = {uint32_t(m_groups), uint32_t(m_tiles), 1};
        return m_writer.finish(m_kernel.name);
    }

private:
    void declare()
    {
        if (handsRound()) {
            for (const char* name : {"basic", "shuffle"})
                m_writer.line(std::string("#extension GL_KHR_shader_subgroup_") + name + " : require");
            m_writer.constant("LANES_", m_facts.subgroupLanes);
        }
        m_writer.include("common.glsl");
        m_writer.include("math.glsl");
        for (const auto& [name, value] : {std::pair<const char*, int64_t>{"THREADS", m_threads},
                                          {"LANES", m_lanes},
                                          {"SLOTS", m_slots},
                                          {"EACH", m_each},
                                          {"TURNS", m_turns},
                                          {"ROWS", m_rows},
                                          {"LENGTH", m_length},
                                          {"GROUPS", m_groups},
                                          {"TILES", m_tiles}})
            m_writer.constant(name, value);
        m_writer.line("layout(local_size_x = " + text(m_threads) + ") in;");
        if (handsRound()) {
            m_writer.include("subgroup.glsl");
            m_writer.line("bool full;");
        }
        if (meets()) {
            for (size_t k = 0; k < count(); ++k) {
                m_partial.push_back(m_writer.shader.partials);
                if (crosses(k))
                    m_writer.shader.partials +=
                        member(k).extent == Extent::Column ? m_groups * m_length : m_groups * m_tiles;
            }
            m_writer.shader.tickets = 1;
        }
        m_writer.declare(Writer::As::Elements, meets());
        const size_t all = m_kernel.axes.size();
        for (size_t i = 0; i < m_kernel.reads.size() + m_kernel.writes.size(); ++i) {
            const PlanOperand& o = operand(i);
            m_writer.index("row" + text(int64_t(i)), o.offset, m_kernel.axes, o.strides, 0, m_outer);
            m_writer.index("in" + text(int64_t(i)), 0, m_kernel.axes, o.strides, m_outer, all);
        }
        if (m_lanes > 1 || m_crosses) m_writer.line("shared float share[THREADS];\nshared uint ticket;");
        std::vector<std::string> trees;
        for (size_t k = 0; k < count(); ++k)
            if (ownSum(k) && m_lanes > 1 &&
                std::find(trees.begin(), trees.end(), member(k).reduction) == trees.end()) {
                trees.push_back(member(k).reduction);
                overRow(trees.back());
            }
    }

    /// The same tree, so the same bits, by shared memory and within a subgroup.
    void overRow(const std::string& reduction)
    {
        const std::string handed =
            "if (full) {\nfor (uint s = LANES / 2u; s > 0u; s /= 2u) x = " +
            reductionJoin(reduction, "x",
                          "subgroupShuffle(x, min(gl_SubgroupInvocationID + s, LANES_ - 1u))") +
            ";\nreturn subgroupShuffle(x, gl_SubgroupInvocationID - lane);\n}\n";
        m_writer.line("float overRow_" + reduction + "(uint t, uint lane, float x)\n{\n" +
                      (handsRound() ? handed : std::string()) +
                      "share[t] = x;\nbarrier();\nfor (uint s = LANES / 2u; s > 0u; s /= 2u) {\n"
                      "if (lane < s) share[t] = " +
                      reductionJoin(reduction, "share[t]", "share[t + s]") +
                      ";\nbarrier();\n}\nfloat y = share[t - lane];\nbarrier();\nreturn y;\n}");
    }

    const PlanOperand& operand(size_t i) const
    {
        return i < m_kernel.reads.size() ? m_kernel.reads[i] : m_kernel.writes[i - m_kernel.reads.size()];
    }
    size_t place(size_t k) const { return m_kernel.reads.size() + size_t(member(k).write); }

    std::string load(size_t i, const std::string& at) const { return m_writer.read(operand(i), at); }

    bool variesInRow(size_t read) const
    {
        for (size_t d = m_outer; d < m_kernel.axes.size(); ++d)
            if (m_kernel.axes[d].size > 1 && m_kernel.reads[read].strides[d] != 0) return true;
        return false;
    }

    void rowBody()
    {
        // Values of the whole row are read before anything is written.
        std::vector<std::string> rowReads(m_kernel.reads.size());
        for (size_t i = 0; i < m_kernel.reads.size(); ++i) {
            m_writer.line("uint at" + text(int64_t(i)) + " = row" + text(int64_t(i)) + "(valid ? row : 0u);");
            if (variesInRow(i)) continue;
            rowReads[i] = "r" + text(int64_t(i));
            m_writer.line("float " + rowReads[i] + " = " + load(i, "at" + text(int64_t(i))) + ";");
        }
        for (size_t k = 0; k < count(); ++k)
            if (kept(k)) m_writer.line("float kept" + text(int64_t(k)) + "[EACH];");
        std::map<int, std::string> rowValues;
        for (int pass = 0; pass < m_passes; ++pass) {
            rowFormulas(pass, rowReads, rowValues);
            elements(pass, rowReads, rowValues);
        }
        std::string stores;
        for (size_t k = 0; k < count(); ++k)
            if (member(k).extent == Extent::Row && member(k).write >= 0)
                stores += m_writer.write(operand(place(k)), "row" + text(int64_t(place(k))) + "(row)",
                                         rowValues.at(int(k))) +
                          "\n";
        if (!stores.empty()) {
            if (m_lanes > 1) m_writer.line("barrier();"); // all lanes have read what the row is given
            m_writer.line("if (valid && lane == 0u) {\n" + stores + "}");
        }
        for (size_t k = 0; k < count(); ++k)
            if (member(k).extent == Extent::Whole && member(k).of == Extent::Row) {
                const int input = member(k).inputs[0];
                const std::string value = input < 0 ? rowValues.at(~input) : rowReads[size_t(input)],
                                  sum = "sum" + text(int64_t(k));
                m_writer.line("if (valid && lane == 0u) " + sum + " = " +
                              reductionJoin(member(k).reduction, sum, value) + ";");
            }
    }

    void rowFormulas(int pass, const std::vector<std::string>& rowReads,
                     std::map<int, std::string>& rowValues)
    {
        Formulas formulas(m_kernel, [&](int i) { return rowReads[size_t(i)]; });
        for (const auto& [k, value] : rowValues) formulas.set(k, value);
        std::string statements;
        for (size_t k = 0; k < count(); ++k)
            if (member(k).extent == Extent::Row && member(k).reduction.empty() && m_pass[k] == pass)
                rowValues[int(k)] = formulas.value(int(k), statements);
        m_writer.line(statements);
    }

    void elements(int pass, const std::vector<std::string>& rowReads, std::map<int, std::string>& rowValues)
    {
        const bool last = pass == m_passes - 1;
        std::string statements, effects, before;
        std::map<int, std::string> loaded;
        const auto read = [&](int i) {
            if (!rowReads[size_t(i)].empty()) return rowReads[size_t(i)];
            const auto [known, fresh] = loaded.try_emplace(i, "x" + text(i));
            if (fresh)
                statements += "float x" + text(i) + " = " +
                              load(size_t(i), "at" + text(i) + " + in" + text(i) + "(e)") + ";\n";
            return known->second;
        };
        Formulas formulas(m_kernel, read);
        for (const auto& [k, value] : rowValues) formulas.set(k, value);
        for (size_t k = 0; k < count(); ++k)
            if (kept(k) && firstPass(k) < pass) formulas.set(int(k), "kept" + text(int64_t(k)) + "[j]");
        for (size_t k = 0; k < count(); ++k) {
            if (neededIn(k, pass)) {
                const bool store = kept(k) && firstPass(k) == pass;
                const std::string value = formulas.value(int(k), statements);
                if (store) statements += "kept" + text(int64_t(k)) + "[j] = " + value + ";\n";
                if (last && member(k).write >= 0) {
                    const std::string p = text(int64_t(place(k)));
                    effects +=
                        m_writer.write(operand(place(k)), "row" + p + "(row) + in" + p + "(e)", value) + "\n";
                }
            }
            const bool now =
                (ownSum(k) && m_pass[k] == pass) || (crosses(k) && last && member(k).of == Extent::Element);
            if (!now) continue;
            const std::string value = formulas.input(member(k), 0, statements);
            std::string sum = (ownSum(k) ? "part" : "sum") + text(int64_t(k));
            if (ownSum(k)) before += "float " + sum + " = " + reductionStart(member(k).reduction) + ";\n";
            if (member(k).extent == Extent::Column) sum += "[j]";
            statements += sum + " = " + reductionJoin(member(k).reduction, sum, value) + ";\n";
        }
        if (statements.empty() && effects.empty()) return;
        m_writer.line(before +
                      "if (valid) for (uint j = 0u; j < EACH; ++j) {\nuint e = tile + j * LANES + lane;\nif "
                      "(e < LENGTH) {\n" +
                      statements + effects + "}\n}");
        for (size_t k = 0; k < count(); ++k)
            if (ownSum(k) && m_pass[k] == pass) {
                const std::string n = text(int64_t(k));
                m_writer.line("float row_" + n + " = " +
                              (m_lanes > 1 ? "overRow_" + member(k).reduction + "(t, lane, part" + n + ")"
                                           : "part" + n) +
                              ";");
                rowValues[int(k)] = "row_" + n;
            }
    }

    std::string columnStore(size_t k, const std::string& value) const
    {
        const std::string p = text(int64_t(place(k)));
        return m_writer.write(operand(place(k)), "row" + p + "(0u) + in" + p + "(e)", value);
    }
    std::string wholeStore(size_t k, const std::string& value) const
    {
        return m_writer.write(operand(place(k)), "row" + text(int64_t(place(k))) + "(0u)", value);
    }

    void gather()
    {
        if (!m_crosses) return;
        for (size_t k = 0; k < count(); ++k) {
            if (!crosses(k)) continue;
            const std::string n = text(int64_t(k)),
                              step = reductionJoin(member(k).reduction, "share[t]", "share[t + s * WIDE]");
            const bool column = member(k).extent == Extent::Column;
            const std::string wide = column ? "LANES" : "1u", high = column ? "slot" : "t",
                              top = column ? "SLOTS" : "THREADS";
            std::string sum = step;
            sum.replace(sum.find("WIDE"), 4, wide);
            m_writer.line(column ? "for (uint j = 0u; j < EACH; ++j) {" : "{");
            m_writer.line("barrier();\nshare[t] = sum" + n + (column ? "[j]" : "") +
                          ";\nbarrier();\nfor (uint s = " + top + " / 2u; s > 0u; s /= 2u) {\nif (" + high +
                          " < s) share[t] = " + sum + ";\nbarrier();\n}");
            if (column) {
                m_writer.line("uint e = tile + j * LANES + lane;\nif (slot == 0u && e < LENGTH) {");
                m_writer.line(m_groups == 1 ? columnStore(k, "share[t]")
                                            : "partials[" + text(m_partial[k]) +
                                                  "u + gl_WorkGroupID.x * LENGTH + e] = share[t];");
            } else {
                m_writer.line("if (t == 0u) {");
                m_writer.line(alone() ? wholeStore(k, "share[0]")
                                      : "partials[" + text(m_partial[k]) +
                                            "u + gl_WorkGroupID.x * TILES + gl_WorkGroupID.y] = share[0];");
            }
            m_writer.line("}\n}");
        }
        if (!meets()) return;
        m_writer.line("memoryBarrierBuffer();\nbarrier();\nif (t == 0u) ticket = atomicAdd(tickets[0], "
                      "1u);\nbarrier();\n"
                      "if (ticket + 1u < GROUPS * TILES) return;\nmemoryBarrierBuffer();");
        for (size_t k = 0; k < count(); ++k) {
            if (!crosses(k)) continue;
            const std::string from = "partials[" + text(m_partial[k]) + "u + ";
            if (member(k).extent == Extent::Column) {
                if (m_groups == 1) continue;
                m_writer.line("for (uint e = t; e < LENGTH; e += THREADS) {\nfloat y = " +
                              reductionStart(member(k).reduction) +
                              ";\nfor (uint g = 0u; g < GROUPS; ++g) y = " +
                              reductionJoin(member(k).reduction, "y", from + "g * LENGTH + e]") + ";\n" +
                              columnStore(k, "y") + "\n}");
            } else {
                m_writer.line("if (t == 0u) {\nfloat y = " + reductionStart(member(k).reduction) +
                              ";\nfor (uint g = 0u; g < GROUPS * TILES; ++g) y = " +
                              reductionJoin(member(k).reduction, "y", from + "g]") + ";\n" +
                              wholeStore(k, "y") + "\n}");
            }
        }
        m_writer.line("if (t == 0u) tickets[0] = 0u;");
    }

    Writer m_writer;
    std::vector<int64_t> m_partial; ///< by member: where its sums of workgroups begin
};

} // namespace

Shader makeRows(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
{
    return Rows(kernel, plan, facts).make();
}

} // namespace core::vulkan
