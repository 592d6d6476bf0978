#include "core/backend/cpu/cpu.h"

#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/memory.h"
#include "core/backend/states.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstring>
#include <thread>

namespace core
{

namespace
{

using namespace core::cpu;

class CpuExecutable : public Executable
{
public:
    CpuExecutable(Plan plan, std::shared_ptr<CpuMemory> memory, std::shared_ptr<ThreadPool> pool)
        : m_plan(std::move(plan))
        , m_memory(std::move(memory))
        , m_pool(std::move(pool))
    {
        place();
        std::vector<int64_t> addresses;
        for (const void* buffer : m_storage.buffers)
            addresses.push_back(int64_t(reinterpret_cast<intptr_t>(buffer)));
        mergeAlike(m_plan, addresses);
        Workspace workspace;
        int64_t scratch = 0, partial = 0;
        for (const PlanKernel& kernel : m_plan.kernels) {
            checkInterruption();
            m_kernels.push_back(makeKernel(kernel, m_plan, m_storage, m_pool->threads()));
            scratch = std::max(scratch, m_kernels.back()->scratchFloats());
            partial = std::max(partial, m_kernels.back()->partialFloats());
        }
        const int64_t each = (scratch + 31) / 16 * 16;
        m_scratch = makeBlock((each * m_pool->threads() + partial) * 4);
        auto* at = reinterpret_cast<float*>(m_scratch.get());
        for (int t = 0; t < m_pool->threads(); ++t) workspace.scratch.push_back(at + t * each);
        workspace.partial = at + m_pool->threads() * each;
        for (const auto& kernel : m_kernels) kernel->bind(workspace);
    }

    int input(const std::string& name) const override { return find(m_plan.inputs, name); }
    int result(const std::string& name) const override { return find(m_plan.results, name); }

    void upload(int input, const void* elements) override
    {
        std::memcpy(inputStorage(input), elements, size_t(inputType(input).count()) * 4);
    }
    void run() override
    {
        for (const auto& kernel : m_kernels) kernel->run(*m_pool);
    }
    void download(int result, void* elements) const override
    {
        std::memcpy(elements, resultStorage(result), size_t(resultType(result).count()) * 4);
    }
    void* inputStorage(int input) override
    {
        return m_storage.buffers[size_t(m_plan.inputs[size_t(input)].buffer)];
    }
    const void* resultStorage(int result) const override
    {
        return m_storage.buffers[size_t(m_plan.results[size_t(result)].buffer)];
    }

    const Type& inputType(int input) const override { return m_plan.inputs[size_t(input)].type; }
    const Type& resultType(int result) const override { return m_plan.results[size_t(result)].type; }
    Cost cost() const override
    {
        return {int64_t(m_plan.kernels.size()), m_plan.flops, m_plan.bytesMoved, m_plan.arenaBytes};
    }

private:
    static int find(const std::vector<PlanPort>& ports, const std::string& name)
    {
        for (size_t i = 0; i < ports.size(); ++i)
            if (ports[i].name == name) return int(i);
        return -1;
    }

    /// Gives every buffer its address: inputs and constants one after another, then the arena.
    void place()
    {
        const auto padded = [](int64_t count) { return (count * 4 + 63) / 64 * 64; };
        int64_t fixed = 0;
        for (const PlanBuffer& buffer : m_plan.buffers)
            if (buffer.kind == PlanBuffer::Kind::Input || buffer.kind == PlanBuffer::Kind::Constant)
                fixed += padded(buffer.count);
        m_data = makeBlock(fixed + m_plan.arenaBytes);
        std::byte* at = m_data.get();
        for (const PlanBuffer& buffer : m_plan.buffers) {
            m_storage.elements.push_back(buffer.element);
            switch (buffer.kind) {
            case PlanBuffer::Kind::State:
                m_storage.buffers.push_back(m_memory->address(buffer.name));
                break;
            case PlanBuffer::Kind::Arena:
                m_storage.buffers.push_back(m_data.get() + fixed + buffer.offset);
                break;
            case PlanBuffer::Kind::Input:
            case PlanBuffer::Kind::Constant:
                m_storage.buffers.push_back(at);
                for (size_t i = 0; i < buffer.values.size(); ++i)
                    if (buffer.element == Element::Integer)
                        reinterpret_cast<int32_t*>(at)[i] = int32_t(buffer.values[i]);
                    else
                        reinterpret_cast<float*>(at)[i] = float(buffer.values[i]);
                at += padded(buffer.count);
                break;
            }
        }
    }

    Plan m_plan;
    std::shared_ptr<CpuMemory> m_memory;
    std::shared_ptr<ThreadPool> m_pool;
    Block m_data, m_scratch;
    Storage m_storage;
    std::vector<std::unique_ptr<Kernel>> m_kernels;
};

class CpuBackend : public Backend
{
public:
    explicit CpuBackend(int threads)
        : m_pool(std::make_shared<ThreadPool>(threads))
    {
    }

    BackendInfo info() const override
    {
        return {"cpu", std::to_string(m_pool->threads()) + (m_pool->threads() == 1 ? " thread" : " threads")};
    }
    std::shared_ptr<Memory> memory() override { return std::make_shared<CpuMemory>(); }
    std::unique_ptr<Executable> compile(const Program& program, std::shared_ptr<Memory> memory,
                                        uint64_t seed) override
    {
        auto own = std::dynamic_pointer_cast<CpuMemory>(std::move(memory));
        assert(own);
        Plan plan = makePlan(program);
        addStates(*own, program, plan, seed);
        return std::make_unique<CpuExecutable>(std::move(plan), std::move(own), m_pool);
    }

private:
    std::shared_ptr<ThreadPool> m_pool;
};

} // namespace

std::unique_ptr<Backend> makeCpu(const std::string& option)
{
    int threads = std::max(1, int(std::thread::hardware_concurrency()));
    if (!option.empty()) {
        const auto [end, error] = std::from_chars(option.data(), option.data() + option.size(), threads);
        if (error != std::errc() || end != option.data() + option.size() || threads < 1 || threads > 1024)
            throw Error{"backend", "'" + option + "' is not a number of threads", "for example cpu:2"};
    }
    return std::make_unique<CpuBackend>(threads);
}

} // namespace core
