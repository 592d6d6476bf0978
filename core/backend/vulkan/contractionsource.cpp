// What shaders/contraction.comp needs to know of one contraction.
#include "core/backend/vulkan/khrmatrices.h"
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
constexpr int64_t busy = 64;  ///< workgroups that keep a device at work
constexpr int64_t depth = 16; ///< parts of a divided sum are multiples of it, whatever the tiles
constexpr int64_t side = 16;  ///< of a cooperative matrix

int64_t over(int64_t n, int64_t tile) { return (n + tile - 1) / tile; }

/// How a contraction is done. Tiled and Subgroup give the same bits, in every size.
struct Way {
    enum class Kind : uint8_t { Tiled, Subgroup, Cooperative } kind = Kind::Tiled;
    Tiles tiles;
};

class ContractionWriter
{
public:
    ContractionWriter(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
        : m_kernel(kernel)
        , m_plan(plan)
        , m_facts(facts)
        , m_first{0, size_t(kernel.split[1]), size_t(kernel.split[2]), size_t(kernel.split[3]),
                  kernel.axes.size()}
        , m_writer(kernel, plan)
    {
        m_batch = size(0), m_m = size(1), m_n = size(2), m_k = size(3);
        Tiles usual = sizes[2];
        for (const Tiles& t : {sizes[1], sizes[0]})
            if (fits(t) && std::min(m_m, m_n) >= t.m / 2 && groups(t) >= busy) usual = t;
        // A long sum for few elements is divided, in the same way whatever the tiles are.
        const int64_t blocks = over(m_k, depth);
        m_splits = std::clamp<int64_t>(busy / std::max<int64_t>(1, groups(usual)), 1,
                                       std::max<int64_t>(1, blocks / 8));
        m_part = over(blocks, m_splits) * depth;
        m_splits = std::max<int64_t>(1, over(m_k, m_part));
        findWays(usual);
        if (m_ways.empty())
            throw MachineFailure{{"vulkan", kernel.name + " has more tiles than a dispatch of this device",
                                  "the backend cpu runs it"}};
    }

    size_t ways() const { return m_ways.size(); }

    Shader make(size_t which)
    {
        m_writer = Writer(m_kernel, m_plan);
        m_way = m_ways[which];
        const bool cooperative = m_way.kind == Way::Kind::Cooperative,
                   subgroup = m_way.kind == Way::Kind::Subgroup;
        if (cooperative && m_facts.cooperative == Matrices::Khronos) {
            m_writer.line("#pragma use_vulkan_memory_model");
            m_writer.line(std::string(khrMatricesMark));
        }
        if (cooperative)
            for (const char* name : {"NV_cooperative_matrix", "EXT_shader_explicit_arithmetic_types_float16"})
                m_writer.line(std::string("#extension GL_") + name + " : require");
        if (cooperative || subgroup) extensions();
        m_writer.include("common.glsl");
        m_writer.include("math.glsl");
        if (m_splits > 1) {
            m_writer.line("#define SPLIT");
            m_writer.shader.partials = m_splits * m_batch * m_m * m_n;
            m_writer.shader.tickets = m_batch * rows() * columns();
        }
        m_writer.useNarrow(m_facts.precision);
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
        m_writer.include("contraction.glsl");
        if (subgroup) m_writer.include("subgroup.glsl");
        m_writer.include(cooperative ? "contractioncooperative.comp"
                         : subgroup  ? "contractionsubgroup.comp"
                                     : "contraction.comp");
        const Tiles& t = m_way.tiles;
        const bool whole = m_m % t.m == 0 && m_n % t.n == 0 && m_k % m_part == 0 && m_part % t.k == 0;
        for (int64_t value : {t.threads, t.m, t.n, t.k, t.eachM, t.eachN, int64_t(whole)})
            m_writer.shader.constants.push_back(uint32_t(value));
        m_writer.shader.groups = {uint32_t(columns()), uint32_t(rows()), uint32_t(m_batch * m_splits)};
        return m_writer.finish(m_kernel.name);
    }

private:
    int64_t size(size_t group) const { return product(m_kernel.axes, m_first[group], m_first[group + 1]); }
    int64_t rows() const { return over(m_m, m_way.tiles.m); }
    int64_t columns() const { return over(m_n, m_way.tiles.n); }
    int64_t groups(const Tiles& t) const { return over(m_m, t.m) * over(m_n, t.n) * m_batch; }

    bool fits(const Tiles& t) const
    {
        return t.threads <= m_facts.maxInvocations && (t.m + t.n + 2) * t.k * 4 + 4 <= m_facts.sharedBytes;
    }

    /// The usual one first; the others are worth a try where time is measured.
    void findWays(const Tiles& usual)
    {
        const bool narrow = m_facts.precision != Precision::Single;
        std::vector<Way> all{{Way::Kind::Tiled, usual}};
        for (const Tiles& t : sizes)
            if (t.m != usual.m && fits(t)) all.push_back({Way::Kind::Tiled, t});
        // Lanes lie along n: worth it where enough of them have a column.
        const int64_t lanes = m_facts.subgroupLanes;
        if (lanes > 0 && !narrow && m_n >= lanes && m_facts.maxInvocations >= 4 * lanes)
            all.insert(m_n >= 4 * lanes && m_m >= 16 ? all.begin() : all.end(),
                       {Way::Kind::Subgroup, {4 * lanes, 32, 4 * lanes, depth, 8, 4}});
        if (m_facts.cooperative != Matrices::None && m_facts.precision == Precision::Half && m_splits == 1)
            all.insert(all.begin(),
                       {Way::Kind::Cooperative, {m_facts.subgroupSize, 2 * side, 2 * side, side, 1, 1}});
        for (const Way& way : all)
            if (m_batch * m_splits <= m_facts.maxGroups && over(m_m, way.tiles.m) <= m_facts.maxGroups &&
                over(m_n, way.tiles.n) <= m_facts.maxGroups)
                m_ways.push_back(way);
    }

    void extensions()
    {
        for (const char* name : {"basic", "shuffle"})
            m_writer.line(std::string("#extension GL_KHR_shader_subgroup_") + name + " : require");
        for (const char* name : {"KHR_memory_scope_semantics", "EXT_control_flow_attributes"})
            m_writer.line(std::string("#extension GL_") + name + " : require");
        m_writer.constant("LANES_", m_facts.subgroupSize);
    }

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
        m_writer.line("float " + name + "(uint b, uint i, uint j) { return " +
                      m_writer.read(o, name + "batch(b) + " + name + "first(i) + " + name + "second(j)") +
                      "; }");
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
            return name + "batch(b) + " + name + "row(m) + " + name + "column(n)";
        };
        const auto store = [&](int write, const std::string& value) {
            const PlanOperand& o = m_kernel.writes[size_t(write)];
            effects += m_writer.write(o, at("write" + text(write), o), value) + "\n";
        };
        if (m_kernel.members.empty()) {
            store(0, "c");
        } else {
            std::map<int, std::string> loaded;
            Formulas formulas(m_kernel, [&](int i) {
                const auto [known, fresh] = loaded.try_emplace(i, "x" + text(i));
                const PlanOperand& o = m_kernel.reads[size_t(i)];
                if (fresh)
                    statements +=
                        "float x" + text(i) + " = " + m_writer.read(o, at("read" + text(i), o)) + ";\n";
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
    const Plan& m_plan;
    const DeviceFacts& m_facts;
    size_t m_first[5]; ///< batch, m, n, k: first axis of each group
    Writer m_writer;
    int64_t m_batch = 1, m_m = 1, m_n = 1, m_k = 1, m_splits = 1, m_part = 1;
    std::vector<Way> m_ways;
    Way m_way;
};

} // namespace

std::vector<Shader> contractionVariants(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
{
    ContractionWriter writer(kernel, plan, facts);
    std::vector<Shader> variants;
    for (size_t way = 0; way < writer.ways(); ++way) variants.push_back(writer.make(way));
    return variants;
}

Shader makeContraction(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
{
    return ContractionWriter(kernel, plan, facts).make(0);
}

} // namespace core::vulkan
