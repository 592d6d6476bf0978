// Kernels that go along one axis line by line: order, associativeScan.
#include "core/backend/cpu/strided.h"
#include "core/backend/cpu/structural.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace core::cpu
{

namespace
{

/// All lines along the first axis that the op names, some of them a task. Operand 0 is what is written.
template<size_t Operands> class LinesKernel : public Kernel
{
public:
    LinesKernel(const PlanKernel& kernel, const Storage& storage)
        : m_axis(kernel.instruction->attributes.axes[0])
        , m_walk(others(kernel), stridesOf(kernel), true)
    {
        const Type& type = kernel.instruction->type;
        m_length = type.size(m_axis);
        for (size_t k = 0; k < Operands; ++k) {
            m_at[k] = address(storage, k == 0 ? kernel.writes[0] : kernel.reads[k - 1]);
            m_step[k] = strideAlong(kernel, k, m_axis);
        }
        m_tasks = std::clamp<int64_t>(type.count() / 16384, 1, std::min<int64_t>(m_walk.first(), 16));
    }

    void run(ThreadPool& pool) final
    {
        pool.parallel(
            int(m_tasks), [](void* self, int task, int) { static_cast<LinesKernel*>(self)->runTask(task); },
            this);
    }

protected:
    using Places = std::array<float*, Operands>;
    virtual void line(const Places&, int task) = 0;

    int64_t length() const { return m_length; }
    int64_t step(size_t operand) const { return m_step[operand]; }
    int64_t tasks() const { return m_tasks; }

private:
    static int64_t strideAlong(const PlanKernel& kernel, size_t operand, const std::string& axis)
    {
        if (operand == 0)
            return kernel.instruction->type.strides()[size_t(kernel.instruction->type.find(axis))];
        const int d = kernel.types[operand - 1].find(axis);
        return d < 0 ? 0 : kernel.reads[operand - 1].strides[size_t(d)];
    }
    static std::vector<Axis> others(const PlanKernel& kernel)
    {
        std::vector<Axis> axes = kernel.instruction->type.axes;
        std::erase_if(axes, [&](const Axis& a) { return a.name == kernel.instruction->attributes.axes[0]; });
        return axes;
    }
    static std::array<std::vector<int64_t>, Operands> stridesOf(const PlanKernel& kernel)
    {
        std::array<std::vector<int64_t>, Operands> strides;
        for (const Axis& axis : others(kernel))
            for (size_t k = 0; k < Operands; ++k) strides[k].push_back(strideAlong(kernel, k, axis.name));
        return strides;
    }
    void runTask(int64_t task)
    {
        m_walk(m_walk.first() * task / m_tasks, m_walk.first() * (task + 1) / m_tasks, [&](const auto& at) {
            for (int64_t e = 0; e < m_walk.run(); ++e) {
                Places places;
                for (size_t k = 0; k < Operands; ++k)
                    places[k] = m_at[k] + at[k] + e * m_walk.runStrides()[k];
                line(places, int(task));
            }
        });
    }

    std::string m_axis;
    StridedWalk<Operands> m_walk;
    Places m_at;
    std::array<int64_t, Operands> m_step;
    int64_t m_length = 0, m_tasks = 1;
};

template<class Number> bool comesBefore(Number a, Number b)
{
    if constexpr (std::is_integral_v<Number>)
        return a < b;
    else
        return a < b || (std::isnan(b) && !std::isnan(a));
}

template<class Number> class OrderKernel : public LinesKernel<2>
{
public:
    OrderKernel(const PlanKernel& kernel, const Storage& storage)
        : LinesKernel(kernel, storage)
        , m_order(size_t(tasks()), std::vector<int32_t>(size_t(length())))
    {
    }

private:
    void line(const Places& places, int task) override
    {
        std::vector<int32_t>& order = m_order[size_t(task)];
        const Number* x = reinterpret_cast<const Number*>(places[1]);
        std::iota(order.begin(), order.end(), 0);
        std::sort(order.begin(), order.end(), [&](int32_t i, int32_t j) {
            const Number a = x[i * step(1)], b = x[j * step(1)];
            return comesBefore(a, b) || (!comesBefore(b, a) && i < j);
        });
        int32_t* to = reinterpret_cast<int32_t*>(places[0]);
        for (int64_t i = 0; i < length(); ++i) to[i * step(0)] = order[size_t(i)];
    }

    std::vector<std::vector<int32_t>> m_order;
};

class AssociativeScanKernel : public LinesKernel<3>
{
public:
    AssociativeScanKernel(const PlanKernel& kernel, const Storage& storage)
        : LinesKernel(kernel, storage)
        , m_backward(kernel.instruction->attributes.sizes[0] == 1)
    {
    }

private:
    void line(const Places& places, int) override
    {
        float y = 0;
        for (int64_t n = 0; n < length(); ++n) {
            const int64_t i = m_backward ? length() - 1 - n : n;
            y = places[1][i * step(1)] * y + places[2][i * step(2)];
            places[0][i * step(0)] = y;
        }
    }

    bool m_backward;
};

} // namespace

std::unique_ptr<Kernel> makeOrder(const PlanKernel& kernel, const Storage& storage)
{
    if (kernel.types[0].element == Element::Integer)
        return std::make_unique<OrderKernel<int32_t>>(kernel, storage);
    return std::make_unique<OrderKernel<float>>(kernel, storage);
}

std::unique_ptr<Kernel> makeAssociativeScan(const PlanKernel& kernel, const Storage& storage)
{
    return std::make_unique<AssociativeScanKernel>(kernel, storage);
}

} // namespace core::cpu
