#include "core/backend/cpu/structural.h"

#include "core/backend/cpu/strided.h"
#include "core/language/random.h"
#include "core/ops/rules.h"

#include <algorithm>

namespace core::cpu
{

namespace
{

/// Runs fn(task) for each task, on the pool where that is worth it.
template<class Function> void divide(ThreadPool& pool, int64_t tasks, Function fn)
{
    pool.parallel(
        int(tasks), [](void* context, int task, int) { (*static_cast<Function*>(context))(task); }, &fn);
}

/// Tasks for that many elements moved.
int64_t tasksFor(int64_t elements, int64_t most)
{
    return std::clamp<int64_t>(elements / 16384, 1, std::clamp<int64_t>(most, 1, 16));
}

void copyRun(float* to, int64_t toStride, const float* from, int64_t fromStride, int64_t n)
{
    if (toStride == 1 && fromStride == 1)
        std::memcpy(to, from, size_t(n) * 4);
    else
        for (int64_t i = 0; i < n; ++i) to[i * toStride] = from[i * fromStride];
}

class Bordered : public Kernel
{
public:
    Bordered(const PlanKernel& kernel, const Storage& storage)
        : m_walk(kernel.axes, {kernel.reads[0].strides, kernel.writes[0].strides}, true)
        , m_from(address(storage, kernel.reads[0]))
        , m_whole(static_cast<float*>(storage.buffers[size_t(kernel.writes[0].buffer)]))
        , m_to(address(storage, kernel.writes[0]))
    {
        const Type whole{Element::Real, kernel.border};
        m_count = whole.count();
        // The first axis is divided where nothing is added to it.
        if (!kernel.border.empty() && kernel.axes[0] == kernel.border[0] && m_walk.first() > 1) {
            m_block = m_count / kernel.border[0].size;
            m_tasks = tasksFor(m_count, kernel.border[0].size);
        }
    }
    void run(ThreadPool& pool) override
    {
        divide(pool, m_tasks, [this](int64_t task) {
            const int64_t first = m_walk.first() * task / m_tasks,
                          last = m_walk.first() * (task + 1) / m_tasks;
            if (m_block == 0)
                block(first, last, 0, m_count);
            else
                for (int64_t i = first; i < last; ++i) block(i, i + 1, i * m_block, m_block);
        });
    }

private:
    void block(int64_t first, int64_t last, int64_t offset, int64_t count)
    {
        std::fill_n(m_whole + offset, count, 0.0f);
        const auto [from, to] = m_walk.runStrides();
        m_walk(first, last, [&, from = from, to = to](const auto& at) {
            copyRun(m_to + at[1], to, m_from + at[0], from, m_walk.run());
        });
    }

    StridedWalk<2> m_walk;
    const float* m_from;
    float *m_whole, *m_to;
    int64_t m_count = 0, m_block = 0, m_tasks = 1;
};

class Gather : public Kernel
{
public:
    Gather(const PlanKernel& kernel, const Storage& storage)
        : m_walk(kernel.axes, strides(kernel), true)
        , m_table(address(storage, kernel.reads[0]))
        , m_index(reinterpret_cast<const int32_t*>(address(storage, kernel.reads[1])))
        , m_to(address(storage, kernel.writes[0]))
    {
        const size_t d = size_t(kernel.types[0].find(kernel.instruction->attributes.axes[0]));
        m_size = kernel.types[0].axes[d].size;
        m_stride = kernel.reads[0].strides[d];
        m_tasks = tasksFor(kernel.instruction->type.count(), m_walk.first());
    }
    void run(ThreadPool& pool) override
    {
        divide(pool, m_tasks, [this](int64_t task) {
            const auto& strides = m_walk.runStrides();
            const int64_t n = m_walk.run();
            m_walk(m_walk.first() * task / m_tasks, m_walk.first() * (task + 1) / m_tasks,
                   [&](const auto& at) {
                       float* to = m_to + at[2];
                       if (strides[1] != 0) {
                           for (int64_t e = 0; e < n; ++e) {
                               const int64_t i = m_index[at[1] + e * strides[1]];
                               to[e * strides[2]] =
                                   i >= 0 && i < m_size ? m_table[at[0] + e * strides[0] + i * m_stride] : 0;
                           }
                           return;
                       }
                       const int64_t i = m_index[at[1]];
                       if (i >= 0 && i < m_size)
                           copyRun(to, strides[2], m_table + at[0] + i * m_stride, strides[0], n);
                       else
                           for (int64_t e = 0; e < n; ++e) to[e * strides[2]] = 0;
                   });
        });
    }

private:
    /// Of the table without its axis, of the index, of the result.
    static std::array<std::vector<int64_t>, 3> strides(const PlanKernel& kernel)
    {
        std::array<std::vector<int64_t>, 3> along;
        const std::string& axis = kernel.instruction->attributes.axes[0];
        for (const Axis& a : kernel.axes) {
            const int t = kernel.types[0].find(a.name), i = kernel.types[1].find(a.name);
            along[0].push_back(t < 0 || a.name == axis ? 0 : kernel.reads[0].strides[size_t(t)]);
            along[1].push_back(i < 0 ? 0 : kernel.reads[1].strides[size_t(i)]);
        }
        along[2] = kernel.writes[0].strides;
        return along;
    }

    StridedWalk<3> m_walk;
    const float* m_table;
    const int32_t* m_index;
    float* m_to;
    int64_t m_size = 0, m_stride = 0, m_tasks = 1;
};

class Scatter : public Kernel
{
public:
    Scatter(const PlanKernel& kernel, const Storage& storage)
        : m_walk(axes(kernel), strides(kernel), false)
        , m_source(address(storage, kernel.reads[0]))
        , m_index(reinterpret_cast<const int32_t*>(address(storage, kernel.reads[1])))
        , m_to(address(storage, kernel.writes[0]))
    {
        const Type& type = kernel.instruction->type;
        m_count = type.count();
        m_size = type.axes[0].size;
        m_stride = type.strides()[0];
        // Every task adds to columns of its own, so the order of additions is always the same.
        const auto& run = m_walk.runStrides();
        if (run[1] == 0 && run[2] == 1) m_tasks = tasksFor(m_count, m_walk.run() / 32);
    }
    void run(ThreadPool& pool) override
    {
        std::fill_n(m_to, m_count, 0.0f);
        divide(pool, m_tasks, [this](int64_t task) {
            const auto& strides = m_walk.runStrides();
            const int64_t first = m_walk.run() * task / m_tasks, last = m_walk.run() * (task + 1) / m_tasks;
            m_walk.all([&](const auto& at) {
                const float* from = m_source + at[0];
                if (strides[1] != 0) {
                    for (int64_t e = first; e < last; ++e) {
                        const int64_t i = m_index[at[1] + e * strides[1]];
                        if (i >= 0 && i < m_size)
                            m_to[at[2] + e * strides[2] + i * m_stride] += from[e * strides[0]];
                    }
                    return;
                }
                const int64_t i = m_index[at[1]];
                if (i < 0 || i >= m_size) return;
                float* to = m_to + at[2] + i * m_stride;
                if (strides[0] == 1 && strides[2] == 1)
                    for (int64_t e = first; e < last; ++e) to[e] += from[e];
                else
                    for (int64_t e = first; e < last; ++e) to[e * strides[2]] += from[e * strides[0]];
            });
        });
    }

private:
    static std::vector<Axis> axes(const PlanKernel& kernel) { return ops::unite("scatter", kernel.types); }

    /// Of the source, of the index, of the result without its first axis.
    static std::array<std::vector<int64_t>, 3> strides(const PlanKernel& kernel)
    {
        std::array<std::vector<int64_t>, 3> along;
        const Type& type = kernel.instruction->type;
        const std::vector<int64_t> to = type.strides();
        for (const Axis& a : axes(kernel)) {
            for (size_t k = 0; k < 2; ++k) {
                const int d = kernel.types[k].find(a.name);
                along[k].push_back(d < 0 ? 0 : kernel.reads[k].strides[size_t(d)]);
            }
            const auto d = std::find_if(type.axes.begin() + 1, type.axes.end(),
                                        [&](const Axis& other) { return other.name == a.name; });
            along[2].push_back(d == type.axes.end() ? 0 : to[size_t(d - type.axes.begin())]);
        }
        return along;
    }

    StridedWalk<3> m_walk;
    const float* m_source;
    const int32_t* m_index;
    float* m_to;
    int64_t m_count = 0, m_size = 0, m_stride = 0, m_tasks = 1;
};

class Fold : public Kernel
{
public:
    Fold(const PlanKernel& kernel, const Storage& storage)
        : m_walk(kernel.types[0].axes, {kernel.reads[0].strides, strides(kernel)}, true)
        , m_from(address(storage, kernel.reads[0]))
        , m_to(address(storage, kernel.writes[0]))
        , m_count(kernel.instruction->type.count())
    {
        // Windows of different first indices must not meet.
        const Attributes& a = kernel.instruction->attributes;
        const Axis& first = kernel.types[0].axes[0];
        if (first.name != a.axes[0] && first.name != a.axes[1] && first == kernel.instruction->type.axes[0])
            m_tasks = tasksFor(kernel.types[0].count(), first.size);
    }
    void run(ThreadPool& pool) override
    {
        divide(pool, m_tasks, [this](int64_t task) {
            const int64_t n = m_walk.run(), first = m_walk.first() * task / m_tasks,
                          last = m_walk.first() * (task + 1) / m_tasks;
            if (m_tasks == 1)
                std::fill_n(m_to, m_count, 0.0f);
            else
                std::fill_n(m_to + m_count / m_walk.first() * first,
                            m_count / m_walk.first() * (last - first), 0.0f);
            const auto& strides = m_walk.runStrides();
            m_walk(first, last, [&](const auto& at) {
                const float* from = m_from + at[0];
                float* to = m_to + at[1];
                if (strides[0] == 1 && strides[1] == 1)
                    for (int64_t e = 0; e < n; ++e) to[e] += from[e];
                else
                    for (int64_t e = 0; e < n; ++e) to[e * strides[1]] += from[e * strides[0]];
            });
        });
    }

private:
    static std::vector<int64_t> strides(const PlanKernel& kernel)
    {
        const Attributes& a = kernel.instruction->attributes;
        const Type& type = kernel.instruction->type;
        const std::vector<int64_t> to = type.strides();
        std::vector<int64_t> along;
        for (const Axis& axis : kernel.types[0].axes) {
            const bool out = axis.name == a.axes[0], offset = axis.name == a.axes[1];
            const int64_t stride = to[size_t(type.find(out || offset ? a.to[0] : axis.name))];
            along.push_back(out ? stride * a.sizes[1] : offset ? stride * a.sizes[2] : stride);
        }
        return along;
    }

    StridedWalk<2> m_walk;
    const float* m_from;
    float* m_to;
    int64_t m_count, m_tasks = 1;
};

class Random : public Kernel
{
public:
    Random(const PlanKernel& kernel, const Storage& storage)
        : m_seed(reinterpret_cast<const int32_t*>(address(storage, kernel.reads[0])))
        , m_step(reinterpret_cast<const int32_t*>(address(storage, kernel.reads[1])))
        , m_to(address(storage, kernel.writes[0]))
        , m_site(uint32_t(kernel.instruction->attributes.sizes[0]))
        , m_count(kernel.instruction->type.count())
    {
    }
    void run(ThreadPool& pool) override
    {
        divide(pool, (m_count + chunk - 1) / chunk, [this](int64_t task) {
            const int64_t first = task * chunk;
            language::fillUniform(m_to + first, uint32_t(*m_seed), uint32_t(*m_step), m_site, uint64_t(first),
                                  std::min(chunk, m_count - first));
        });
    }

private:
    const int32_t *m_seed, *m_step;
    float* m_to;
    uint32_t m_site;
    int64_t m_count;
    static constexpr int64_t chunk = 8192; // a multiple of four, the numbers of one block
};

struct Row {
    const Op* op;
    std::unique_ptr<Kernel> (*make)(const PlanKernel&, const Storage&);
};

template<class Type> std::unique_ptr<Kernel> make(const PlanKernel& kernel, const Storage& storage)
{
    return std::make_unique<Type>(kernel, storage);
}

const Row rows[] = {
    {&ops::gather, make<Gather>}, {&ops::scatter, make<Scatter>},
    {&ops::fold, make<Fold>},     {&ops::random, make<Random>},
    {&ops::order, makeOrder},     {&ops::associativeScan, makeAssociativeScan},
};

} // namespace

float* address(const Storage& storage, const PlanOperand& operand)
{
    return static_cast<float*>(storage.buffers[size_t(operand.buffer)]) + operand.offset;
}

std::unique_ptr<Kernel> makeBordered(const PlanKernel& kernel, const Storage& storage)
{
    return std::make_unique<Bordered>(kernel, storage);
}

std::unique_ptr<Kernel> makeStructural(const PlanKernel& kernel, const Storage& storage)
{
    for (const Row& row : rows)
        if (row.op == kernel.instruction->op) return row.make(kernel, storage);
    return nullptr;
}

} // namespace core::cpu
