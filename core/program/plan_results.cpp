#include "core/program/plan_results.h"

#include "core/program/interruption.h"

#include <map>
#include <set>

namespace core
{

namespace
{

class Storing
{
public:
    Storing(Plan& plan, const std::vector<Location>& locations, const std::vector<int>& buffers)
        : m(plan)
        , m_locations(locations)
        , m_buffer(buffers)
    {
        results();
        for (const Update& update : m.program.updates) ++m_values[m_new.emplace_back(setAside(update))];
        findUsers();
        std::vector<PlanKernel> late;
        for (size_t u = 0; u < m_new.size(); ++u) {
            checkInterruption();
            const Update& update = m.program.updates[u];
            const int state = m_buffer[size_t(update.state)];
            if (inPlace(state, m_new[u], type(update.state).count())) continue;
            const std::vector<Axis>& axes = type(update.state).axes;
            const std::vector<int64_t> strides = type(update.state).strides();
            late.push_back(copyKernel({m_new[u], 0, strides}, {state, 0, strides}, axes));
        }
        for (PlanKernel& kernel : late) m.kernels.push_back(std::move(kernel));
    }

private:
    const Type& type(ValueId v) const { return m.program.type(v); }
    const Location& location(ValueId v) const { return m_locations[size_t(v)]; }

    int arenaLike(const Type& like)
    {
        PlanBuffer buffer;
        buffer.element = like.element;
        buffer.count = like.count();
        m.buffers.push_back(std::move(buffer));
        return int(m.buffers.size()) - 1;
    }

    int copied(ValueId v, const Type& to)
    {
        const Location& at = location(v);
        const int buffer = arenaLike(to);
        m.kernels.push_back(
            copyKernel({m_buffer[size_t(at.base)], at.offset, stridesAlong(to.axes, type(v), at.strides)},
                       {buffer, 0, to.strides()}, to.axes));
        return buffer;
    }

    void results()
    {
        for (const Result& result : m.program.results) {
            const Type& t = type(result.value);
            const Location& at = location(result.value);
            int buffer = m_buffer[size_t(at.base)];
            const PlanBuffer& base = m.buffers[size_t(buffer)];
            const bool whole = at.offset == 0 && at.strides == t.strides() && t.count() == base.count;
            if (!whole || base.kind != PlanBuffer::Kind::Arena) buffer = copied(result.value, t);
            m.results.push_back({result.name, t, buffer});
            m_results.insert(buffer);
        }
    }

    /// Where a state's new value is; one that lies in a state or input, or is read otherwise than it lies, is
    /// copied first.
    int setAside(const Update& update)
    {
        const Type& t = type(update.state);
        const Location& at = location(update.value);
        const int buffer = m_buffer[size_t(at.base)];
        const PlanBuffer& base = m.buffers[size_t(buffer)];
        const bool whole =
            at.offset == 0 &&
            stridesAlong(t.axes, type(update.value), at.strides) == stridesAlong(t.axes, t, t.strides()) &&
            t.count() == base.count;
        return whole && base.kind == PlanBuffer::Kind::Arena ? buffer : copied(update.value, t);
    }

    void findUsers()
    {
        m_users.resize(m.buffers.size());
        for (size_t k = 0; k < m.kernels.size(); ++k)
            for (const std::vector<PlanOperand>* operands : {&m.kernels[k].reads, &m.kernels[k].writes})
                for (const PlanOperand& operand : *operands) m_users[size_t(operand.buffer)].insert(k);
    }

    /// The last kernel that writes the new value writes the state instead, if it may.
    bool inPlace(int state, int value, int64_t count)
    {
        size_t writer = 0;
        const PlanOperand* as = nullptr;
        for (size_t k : m_users[size_t(value)])
            for (const PlanOperand& operand : m.kernels[k].writes)
                if (operand.buffer == value) writer = k, as = &operand;
        const bool shared = m_results.count(value) || m_values[value] > 1;
        if (!as || shared || !mayOverwrite(state, writer, *as)) return false;
        if (m.buffers[size_t(value)].count != count) return false;
        rename(value, state);
        return true;
    }

    /// Nothing but `kernel` itself, element for element, reads the state at or after `kernel`.
    bool mayOverwrite(int state, size_t kernel, const PlanOperand& as) const
    {
        const std::set<size_t>& users = m_users[size_t(state)];
        for (auto k = users.lower_bound(kernel); k != users.end(); ++k) {
            const PlanKernel& reader = m.kernels[*k];
            for (size_t i = 0; i < reader.reads.size(); ++i) {
                const PlanOperand& operand = reader.reads[i];
                if (operand.buffer != state) continue;
                const bool elements = reader.kind == PlanKernel::Kind::Rows ||
                                      (reader.kind == PlanKernel::Kind::Contraction && i >= 2);
                if (*k > kernel || !elements) return false;
                if (operand.offset != 0 || operand.strides != as.strides) return false;
            }
        }
        return true;
    }

    void rename(int from, int to)
    {
        for (size_t k : m_users[size_t(from)])
            for (std::vector<PlanOperand>* operands : {&m.kernels[k].reads, &m.kernels[k].writes})
                for (PlanOperand& operand : *operands)
                    if (operand.buffer == from) operand.buffer = to;
        m_users[size_t(to)].merge(m_users[size_t(from)]);
    }

    Plan& m;
    const std::vector<Location>& m_locations;
    const std::vector<int>& m_buffer;
    std::set<int> m_results;               ///< buffers that are results
    std::vector<int> m_new;                ///< buffers of the states' new values, by update
    std::map<int, int> m_values;           ///< how many states' new value a buffer is
    std::vector<std::set<size_t>> m_users; ///< kernels, by buffer
};

} // namespace

PlanKernel copyKernel(PlanOperand from, PlanOperand to, const std::vector<Axis>& axes)
{
    PlanKernel kernel;
    kernel.kind = PlanKernel::Kind::Copy;
    kernel.name = "copy";
    kernel.axes = axes;
    kernel.reads = {std::move(from)};
    kernel.writes = {std::move(to)};
    return kernel;
}

void storeResults(Plan& plan, const std::vector<Location>& locations, const std::vector<int>& buffers)
{
    const Storing storing(plan, locations, buffers);
}

} // namespace core
