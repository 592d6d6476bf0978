#include "core/backend/vulkan/executable.h"

#include "core/backend/vulkan/slots.h"
#include "core/program/plan_merge.h"

#include <algorithm>
#include <cstring>

namespace core::vulkan
{

namespace
{

constexpr VkPipelineStageFlags compute = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
                               transfer = VK_PIPELINE_STAGE_TRANSFER_BIT;

struct Dispatch {
    Pipeline pipeline;
    VkDescriptorSet set = VK_NULL_HANDLE;
    std::array<uint32_t, 3> groups;
    bool barrier = false; ///< before it
};

class DeviceExecutable : public Executable
{
public:
    DeviceExecutable(Plan plan, std::shared_ptr<DeviceMemory> memory, Context context)
        : m_plan(std::move(plan))
        , m_context(std::move(context))
        , m_memory(std::move(memory))
    {
        place();
        merge();
        dispatches();
        m_slots = std::make_unique<Slots>(m_context.queue, m_plan, m_places);
        fill();
        record();
    }

    ~DeviceExecutable() override
    {
        const Api& api = m_context.device->api();
        try {
            m_context.queue->waitAll();
        } catch (const Error&) { // the device is lost: nothing runs any more
        }
        if (m_step) m_retired.push_back(m_step);
        m_context.queue->release(m_retired);
        if (m_pool) api.DestroyDescriptorPool(m_context.device->handle(), m_pool, nullptr);
    }

    int input(const std::string& name) const override { return find(m_plan.inputs, name); }
    int result(const std::string& name) const override { return find(m_plan.results, name); }
    const Type& inputType(int input) const override { return m_plan.inputs[size_t(input)].type; }
    const Type& resultType(int result) const override { return m_plan.results[size_t(result)].type; }

    void upload(int input, const void* elements) override { m_slots->upload(input, elements); }

    void run() override
    {
        if (m_tuning && m_tuning->turn(*m_context.queue)) {
            for (size_t i = 0; i < m_tuning->contractions().size(); ++i)
                take(m_dispatches[m_tuning->contractions()[i].dispatch], m_tuning->now(i));
            m_retired.push_back(m_step);
            record();
        }
        VkCommandBuffer commands[3];
        size_t count = 0;
        for (VkCommandBuffer part : {m_slots->in(), m_step, m_slots->out()})
            if (part) commands[count++] = part;
        const uint64_t step = m_context.queue->add(std::span(commands, count));
        if (m_tuning) m_tuning->ran(step);
        m_slots->ran(step);
    }

    void download(int result, void* elements) const override { downloadEarlier(result, 0, elements); }
    int mostRunsAhead() const override
    {
        return std::min(m_slots->count(), m_context.device->options().stepsPerSubmit);
    }
    void downloadEarlier(int result, int runsAgo, void* elements) const override
    {
        m_slots->download(result, runsAgo, elements);
    }

    Cost cost() const override
    {
        int64_t barriers = 1;
        for (const Dispatch& dispatch : m_dispatches) barriers += dispatch.barrier;
        return {.kernels = int64_t(m_dispatches.size()),
                .flops = m_plan.flops,
                .bytesMoved = m_plan.bytesMoved,
                .arenaBytes = m_plan.arenaBytes,
                .barriers = barriers,
                .readBacks = int64_t(m_plan.results.size()),
                .submits = m_context.queue->submits()};
    }

private:
    static int find(const std::vector<PlanPort>& ports, const std::string& name)
    {
        for (size_t i = 0; i < ports.size(); ++i)
            if (ports[i].name == name) return int(i);
        return -1;
    }

    const DeviceFacts& facts() const { return m_context.device->facts(); }

    /// Inputs and constants one after another, then the arena; states where they are.
    void place()
    {
        int64_t at = 0;
        m_places.resize(m_plan.buffers.size());
        for (size_t b = 0; b < m_places.size(); ++b) {
            const PlanBuffer& buffer = m_plan.buffers[b];
            if (buffer.kind != PlanBuffer::Kind::Input && buffer.kind != PlanBuffer::Kind::Constant) continue;
            m_places[b] = {VK_NULL_HANDLE, at, buffer.count * 4};
            at += paddedBytes(buffer.count, facts());
        }
        // Offsets of the plan are multiples of 64 bytes; farther apart where the device wants that.
        const int64_t apart = facts().offsetAlignment / 64;
        m_data = Block(m_context.device, at + m_plan.arenaBytes * apart + facts().offsetAlignment,
                       Device::Home::Device);
        for (size_t b = 0; b < m_places.size(); ++b) {
            const PlanBuffer& buffer = m_plan.buffers[b];
            if (buffer.kind == PlanBuffer::Kind::State)
                m_places[b] = m_memory->place(buffer.name);
            else if (buffer.kind == PlanBuffer::Kind::Arena)
                m_places[b] = {m_data.buffer(), at + buffer.offset * apart,
                               buffer.count * buffer.elementBytes()};
            else
                m_places[b].buffer = m_data.buffer();
        }
    }

    void merge()
    {
        std::vector<VkBuffer> buffers;
        std::vector<int64_t> addresses;
        for (const Place& place : m_places) {
            const auto known = std::find(buffers.begin(), buffers.end(), place.buffer);
            addresses.push_back(((known - buffers.begin()) << 48) + place.offset);
            if (known == buffers.end()) buffers.push_back(place.buffer);
        }
        mergeAlike(m_plan, addresses, facts().maxBufferRange);
    }

    /// Elements from the beginning of its buffer that an operand reaches.
    static int64_t reach(const PlanKernel& kernel, const PlanOperand& operand)
    {
        int64_t last = operand.offset;
        for (size_t d = 0; d < operand.strides.size() && d < kernel.axes.size(); ++d)
            last += std::max<int64_t>(0, operand.strides[d]) * (kernel.axes[d].size - 1);
        return last + 1;
    }

    void record()
    {
        const Api& api = m_context.device->api();
        std::map<size_t, size_t> tuned; // by dispatch
        if (m_tuning)
            for (size_t i = 0; i < m_tuning->contractions().size(); ++i)
                tuned[m_tuning->contractions()[i].dispatch] = i;
        m_step = m_context.queue->record([&](VkCommandBuffer commands) {
            if (m_tuning) m_tuning->begin(commands);
            barrier(api, commands, compute | transfer, compute | transfer);
            for (size_t d = 0; d < m_dispatches.size(); ++d) {
                const Dispatch& dispatch = m_dispatches[d];
                if (dispatch.barrier) barrier(api, commands, compute, compute);
                const auto measured = tuned.find(d);
                if (measured != tuned.end()) m_tuning->mark(commands, measured->second, false);
                api.CmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, dispatch.pipeline.pipeline);
                api.CmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, dispatch.pipeline.layout,
                                          0, 1, &dispatch.set, 0, nullptr);
                api.CmdDispatch(commands, dispatch.groups[0], dispatch.groups[1], dispatch.groups[2]);
                if (measured != tuned.end()) m_tuning->mark(commands, measured->second, true);
            }
        });
    }

    void take(Dispatch& dispatch, const Shader& shader)
    {
        dispatch.pipeline = m_context.pipelines->get(shader);
        dispatch.groups = shader.groups;
    }

    /// How a kernel is done at first; a contraction of which nothing is known joins those to be measured.
    Shader shaderOf(size_t k, std::vector<Tuning::Contraction>& unknown) const
    {
        const PlanKernel& kernel = m_plan.kernels[k];
        const size_t wanted = m_context.device->options().way;
        const bool measures = m_context.ways && facts().timestamps && facts().precision == Precision::Single;
        if (kernel.kind != PlanKernel::Kind::Contraction || (wanted == 0 && !measures))
            return makeShader(kernel, m_plan, facts());
        std::vector<Shader> ways = contractionVariants(kernel, m_plan, facts());
        if (!measures) return ways[std::min(wanted, ways.size() - 1)];
        for (Shader& way : ways) ways[0].tickets = std::max(ways[0].tickets, way.tickets);
        const std::string key = Tuning::keyOf(ways);
        if (const auto known = m_context.ways->fastest(key); known && *known < ways.size()) {
            ways[*known].tickets = ways[0].tickets;
            return ways[*known];
        }
        Shader first = ways[0];
        if (ways.size() > 1) unknown.push_back({k, key, std::move(ways)});
        return first;
    }

    void dispatches()
    {
        std::vector<Shader> shaders;
        std::vector<Tuning::Contraction> unknown;
        int64_t own = 0;
        size_t bindings = 0;
        for (size_t k = 0; k < m_plan.kernels.size(); ++k) {
            shaders.push_back(shaderOf(k, unknown));
            const Shader& shader = shaders.back();
            if (shader.partials)
                own += paddedBytes(shader.partials, facts()) + paddedBytes(shader.tickets, facts());
            bindings += shader.bindings.size() + (shader.partials ? 2 : 0);
        }
        if (shaders.empty()) return;
        if (own) m_own = Block(m_context.device, own, Device::Home::Device);
        const Api& api = m_context.device->api();
        const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, uint32_t(bindings)};
        const VkDescriptorPoolCreateInfo pool{.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
                                              .maxSets = uint32_t(shaders.size()),
                                              .poolSizeCount = 1,
                                              .pPoolSizes = &size};
        check(api.CreateDescriptorPool(m_context.device->handle(), &pool, nullptr, &m_pool),
              "making descriptors");
        int64_t ownAt = 0;
        std::vector<Access> open; // since the last barrier
        for (size_t k = 0; k < shaders.size(); ++k) {
            const Shader& shader = shaders[k];
            const PlanKernel& kernel = m_plan.kernels[k];
            std::vector<Access> accesses;
            for (const Binding& binding : shader.bindings) {
                Place place = m_places[size_t(binding.buffer)];
                if (kernel.kind == PlanKernel::Kind::Rows) // merged ones reach beyond the first array
                    for (const std::vector<PlanOperand>* operands : {&kernel.reads, &kernel.writes})
                        for (const PlanOperand& operand : *operands)
                            if (operand.buffer == binding.buffer)
                                place.bytes = std::max(
                                    place.bytes, reach(kernel, operand) *
                                                     m_plan.buffers[size_t(binding.buffer)].elementBytes());
                accesses.push_back({place, binding.written});
            }
            if (shader.partials)
                for (int64_t count : {shader.partials, shader.tickets}) {
                    accesses.push_back({{m_own.buffer(), ownAt, count * 4}, true});
                    ownAt += paddedBytes(count, facts());
                }
            Dispatch dispatch{m_context.pipelines->get(shader), VK_NULL_HANDLE, shader.groups};
            dispatch.barrier = conflicts(open, accesses);
            if (dispatch.barrier) open.clear();
            open.insert(open.end(), accesses.begin(), accesses.end());
            dispatch.set = describe(dispatch.pipeline.set, accesses, kernel.name);
            m_dispatches.push_back(dispatch);
        }
        if (!unknown.empty())
            m_tuning = std::make_unique<Tuning>(m_context.device, m_context.pipelines, m_context.ways,
                                                std::move(unknown));
    }

    VkDescriptorSet describe(VkDescriptorSetLayout layout, const std::vector<Access>& accesses,
                             const std::string& name)
    {
        const Api& api = m_context.device->api();
        const VkDescriptorSetAllocateInfo info{.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
                                               .descriptorPool = m_pool,
                                               .descriptorSetCount = 1,
                                               .pSetLayouts = &layout};
        VkDescriptorSet set = VK_NULL_HANDLE;
        check(api.AllocateDescriptorSets(m_context.device->handle(), &info, &set), "making descriptors");
        std::vector<VkDescriptorBufferInfo> buffers;
        for (const Access& access : accesses) {
            if (access.place.bytes > facts().maxBufferRange)
                throw MachineFailure{{"vulkan",
                                      name + " works on an array of " +
                                          std::to_string(access.place.bytes >> 20) + " MiB, " + facts().name +
                                          " takes " + std::to_string(facts().maxBufferRange >> 20) + " MiB",
                                      "a smaller batch or network, or the backend cpu"}};
            buffers.push_back(
                {access.place.buffer, VkDeviceSize(access.place.offset), VkDeviceSize(access.place.bytes)});
        }
        std::vector<VkWriteDescriptorSet> writes;
        for (size_t i = 0; i < buffers.size(); ++i)
            writes.push_back({.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
                              .dstSet = set,
                              .dstBinding = uint32_t(i),
                              .descriptorCount = 1,
                              .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                              .pBufferInfo = &buffers[i]});
        api.UpdateDescriptorSets(m_context.device->handle(), uint32_t(writes.size()), writes.data(), 0,
                                 nullptr);
        return set;
    }

    /// Zeros, then constants.
    void fill()
    {
        const Api& api = m_context.device->api();
        int64_t bytes = 0;
        for (const PlanBuffer& buffer : m_plan.buffers)
            if (buffer.kind == PlanBuffer::Kind::Constant) bytes += buffer.count * 4;
        Block constants;
        if (bytes) constants = Block(m_context.device, bytes, Device::Home::Upload);
        const VkCommandBuffer commands = m_context.queue->record([&](VkCommandBuffer buffer) {
            api.CmdFillBuffer(buffer, m_data.buffer(), 0, VK_WHOLE_SIZE, 0);
            if (m_own.bytes()) api.CmdFillBuffer(buffer, m_own.buffer(), 0, VK_WHOLE_SIZE, 0);
            barrier(api, buffer, transfer, transfer);
            int64_t at = 0;
            for (size_t b = 0; b < m_plan.buffers.size(); ++b) {
                const PlanBuffer& constant = m_plan.buffers[b];
                if (constant.kind != PlanBuffer::Kind::Constant) continue;
                for (size_t i = 0; i < constant.values.size(); ++i) {
                    const auto real = float(constant.values[i]);
                    const auto whole = int32_t(constant.values[i]);
                    const void* from =
                        constant.element == Element::Integer ? static_cast<const void*>(&whole) : &real;
                    std::memcpy(constants.host() + at + int64_t(i) * 4, from, 4);
                }
                const VkBufferCopy region{VkDeviceSize(at), VkDeviceSize(m_places[b].offset),
                                          VkDeviceSize(constant.count * 4)};
                api.CmdCopyBuffer(buffer, constants.buffer(), m_places[b].buffer, 1, &region);
                at += constant.count * 4;
            }
            barrier(api, buffer, transfer, compute | transfer);
        });
        m_context.queue->wait(m_context.queue->add(std::span(&commands, 1)));
        m_context.queue->release(std::span(&commands, 1));
    }

    Plan m_plan;
    Context m_context;
    std::shared_ptr<DeviceMemory> m_memory;
    Block m_data, m_own;
    std::vector<Place> m_places; ///< of the plan's buffers
    std::vector<Dispatch> m_dispatches;
    VkDescriptorPool m_pool = VK_NULL_HANDLE;
    VkCommandBuffer m_step = VK_NULL_HANDLE;
    std::vector<VkCommandBuffer> m_retired; ///< may be on their way still
    std::unique_ptr<Tuning> m_tuning;       ///< null: all is known
    std::unique_ptr<Slots> m_slots;
};

} // namespace

bool conflicts(const std::vector<Access>& before, const std::vector<Access>& after)
{
    for (const Access& a : before)
        for (const Access& b : after)
            if ((a.write || b.write) && a.place.buffer == b.place.buffer &&
                a.place.offset < b.place.offset + b.place.bytes &&
                b.place.offset < a.place.offset + a.place.bytes)
                return true;
    return false;
}

std::unique_ptr<Executable> makeExecutable(Plan plan, std::shared_ptr<DeviceMemory> memory, Context context)
{
    return std::make_unique<DeviceExecutable>(std::move(plan), std::move(memory), std::move(context));
}

} // namespace core::vulkan
