// What shaders/contraction.comp needs to know of one contraction.
#include "core/backend/vulkan/source.h"

#include <algorithm>

namespace core::vulkan
{

namespace
{

struct Tiles {
    int64_t threads, m, n, k, eachM, eachN;
};

/// Large tiles read less, small ones keep more workgroups busy and waste less at the edges.
constexpr Tiles sizes[] = {{256, 64, 64, 16, 4, 4}, {64, 32, 32, 16, 4, 4}, {64, 16, 16, 16, 2, 2}};
constexpr int64_t busy = 64; ///< workgroups that keep a device at work

std::string text(int64_t n) { return std::to_string(n); }

class ContractionWriter
{
public:
    ContractionWriter(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
        : m_kernel(kernel)
        , m_writer(kernel, plan)
        , m_first{0, size_t(kernel.split[1]), size_t(kernel.split[2]), size_t(kernel.split[3]),
                  kernel.axes.size()}
    {
        m_batch = size(0), m_m = size(1), m_n = size(2), m_k = size(3);
        const auto groups = [&](const Tiles& t) {
            return ((m_m + t.m - 1) / t.m) * ((m_n + t.n - 1) / t.n) * m_batch;
        };
        const auto fits = [&](const Tiles& t) {
            return t.threads <= facts.maxInvocations && (t.m + t.n + 2) * t.k * 4 + 4 <= facts.sharedBytes;
        };
        m_tiles = sizes[2];
        for (const Tiles& t : {sizes[1], sizes[0]})
            if (fits(t) && std::min(m_m, m_n) >= t.m / 2 && groups(t) >= busy) m_tiles = t;
        // A long sum for few elements is divided.
        const int64_t blocks = (m_k + m_tiles.k - 1) / m_tiles.k;
        m_splits = std::clamp<int64_t>(busy / std::max<int64_t>(1, groups(m_tiles)), 1,
                                       std::max<int64_t>(1, blocks / 8));
        m_part = (blocks + m_splits - 1) / m_splits * m_tiles.k;
        m_splits = std::max<int64_t>(1, (m_k + m_part - 1) / m_part);
        if (m_batch * m_splits > facts.maxGroups || (m_m + m_tiles.m - 1) / m_tiles.m > facts.maxGroups ||
            (m_n + m_tiles.n - 1) / m_tiles.n > facts.maxGroups)
            throw MachineFailure{{"vulkan", kernel.name + " has more tiles than a dispatch of this device",
                                  "the backend cpu runs it"}};
    }

    Shader make()
    {
        m_writer.include("common.glsl");
        m_writer.include("math.glsl");
        if (m_splits > 1) {
            m_writer.line("#define SPLIT");
            m_writer.shader.partials = m_splits * m_batch * m_m * m_n;
            m_writer.shader.tickets = m_batch * rows() * columns();
        }
        m_writer.declare(Writer::As::Elements, m_splits > 1);
        for (const auto& [name, value] : {std::pair<const char*, int64_t>{"M", m_m},
                                          {"N", m_n},
                                          {"K", m_k},
                                          {"BATCH", m_batch},
                                          {"SPLITS", m_splits},
                                          {"PART", m_part}})
            m_writer.constant(name, value);
        access("A", m_kernel.reads[0], 1, 3);
        access("B", m_kernel.reads[1], 3, 2);
        finish();
        m_writer.include("contraction.comp");
        const bool whole =
            m_m % m_tiles.m == 0 && m_n % m_tiles.n == 0 && m_k % m_part == 0 && m_part % m_tiles.k == 0;
        for (int64_t value :
             {m_tiles.threads, m_tiles.m, m_tiles.n, m_tiles.k, m_tiles.eachM, m_tiles.eachN, int64_t(whole)})
            m_writer.shader.constants.push_back(uint32_t(value));
        m_writer.shader.groups = {uint32_t(columns()), uint32_t(rows()), uint32_t(m_batch * m_splits)};
        return m_writer.finish(m_kernel.name);
    }

private:
    int64_t size(size_t group) const { return product(m_kernel.axes, m_first[group], m_first[group + 1]); }
    int64_t rows() const { return (m_m + m_tiles.m - 1) / m_tiles.m; }
    int64_t columns() const { return (m_n + m_tiles.n - 1) / m_tiles.n; }

    void part(const std::string& name, const PlanOperand& o, size_t group, int64_t offset = 0)
    {
        m_writer.index(name, offset, m_kernel.axes, o.strides, m_first[group], m_first[group + 1]);
    }

    /// Distance of neighbours along the last axis of that group.
    int64_t step(const PlanOperand& o, size_t group) const
    {
        for (size_t d = m_first[group + 1]; d-- > m_first[group];)
            if (m_kernel.axes[d].size > 1) return o.strides[d];
        return 0;
    }

    void access(const std::string& name, const PlanOperand& o, size_t first, size_t second)
    {
        part(name + "batch", o, 0, o.offset);
        part(name + "first", o, first);
        part(name + "second", o, second);
        const std::string element =
            m_writer.array(o) + "[" + name + "batch(b) + " + name + "first(i) + " + name + "second(j)]";
        m_writer.line("float " + name + "(uint b, uint i, uint j) { return " +
                      (m_writer.isInteger(o) ? "float(" + element + ")" : element) + "; }");
        m_writer.line("const bool " + name + "_ALONG_K = " + (step(o, 3) == 1 ? "true" : "false") + ";");
    }

    /// The element, or the formulas of it, to where they belong.
    void finish()
    {
        std::string statements, effects;
        const auto at = [&](const std::string& name, const PlanOperand& o) {
            part(name + "batch", o, 0, o.offset);
            part(name + "row", o, 1);
            part(name + "column", o, 2);
            return m_writer.array(o) + "[" + name + "batch(b) + " + name + "row(m) + " + name + "column(n)]";
        };
        const auto store = [&](int write, const std::string& value) {
            effects += at("write" + text(write), m_kernel.writes[size_t(write)]) + " = " + value + ";\n";
        };
        if (m_kernel.members.empty()) {
            store(0, "c");
        } else {
            std::map<int, std::string> loaded;
            Formulas formulas(m_kernel, [&](int i) {
                const auto [known, fresh] = loaded.try_emplace(i, "x" + text(i));
                const PlanOperand& o = m_kernel.reads[size_t(i)];
                if (fresh) {
                    const std::string element = at("read" + text(i), o);
                    statements += "float x" + text(i) + " = " +
                                  (m_writer.isInteger(o) ? "float(" + element + ")" : element) + ";\n";
                }
                return known->second;
            });
            formulas.set(0, "c");
            for (size_t k = 0; k < m_kernel.members.size(); ++k)
                if (m_kernel.members[k].write >= 0)
                    store(m_kernel.members[k].write, formulas.value(int(k), statements));
        }
        m_writer.line("void finish(uint b, uint m, uint n, float c)\n{\n" + statements + effects + "}");
    }

    const PlanKernel& m_kernel;
    Writer m_writer;
    size_t m_first[5]; ///< batch, m, n, k: first axis of each group
    int64_t m_batch = 1, m_m = 1, m_n = 1, m_k = 1, m_splits = 1, m_part = 1;
    Tiles m_tiles{};
};

} // namespace

Shader makeContraction(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
{
    return ContractionWriter(kernel, plan, facts).make();
}

} // namespace core::vulkan
