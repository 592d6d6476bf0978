#include "core/backend/vulkan/vulkan.h"

#include "core/backend/vulkan/executable.h"
#include "core/ops/op.h"
#include "core/program/initialise.h"
#include "core/program/plan_merge.h"
#include "core/program/transform.h"

#include <algorithm>
#include <cassert>

namespace core
{

namespace
{

using namespace core::vulkan;

class VulkanBackend : public Backend
{
public:
    VulkanBackend(Options options, const std::string& device)
    {
        m_context.device = std::make_shared<Device>(std::move(options), device);
        m_context.queue = std::make_shared<Queue>(m_context.device);
        m_context.pipelines = std::make_shared<Pipelines>(m_context.device);
    }

    BackendInfo info() const override { return {"vulkan", m_context.device->facts().name}; }
    std::shared_ptr<Memory> memory() override { return std::make_shared<DeviceMemory>(m_context.queue); }
    std::unique_ptr<Executable> compile(const Program& program, std::shared_ptr<Memory> memory,
                                        uint64_t seed) override
    {
        auto own = std::dynamic_pointer_cast<DeviceMemory>(std::move(memory));
        assert(own);
        std::vector<std::pair<std::string, Type>> wanted;
        std::vector<const Instruction*> fresh;
        for (const Instruction& i : program.code) {
            if (i.op->name != "parameter" && i.op->name != "state") continue;
            wanted.push_back({i.attributes.name, i.type});
            if (!own->has(i.attributes.name)) fresh.push_back(&i);
        }
        Plan plan = makePlan(unrolled(program));
        own->add(wanted, statesTogether(plan));
        for (const Instruction* i : fresh) {
            const std::vector<float> values = initialValues(*i, seed);
            if (i->type.element == Element::Integer)
                own->write(i->attributes.name, {i->type, std::vector<int32_t>(values.begin(), values.end())});
            else
                own->write(i->attributes.name, {i->type, values});
        }
        return makeExecutable(std::move(plan), std::move(own), m_context);
    }

private:
    Context m_context;
};

} // namespace

std::unique_ptr<Backend> makeVulkan(const std::string& device, Options options)
{
    return std::make_unique<VulkanBackend>(std::move(options), device);
}

std::unique_ptr<Backend> makeVulkan(const std::string& device)
{
    Options options;
    options.api = loadApi();
    if (const std::string folder = userCacheFolder(); !folder.empty())
        options.cacheFolder = folder + "/vulkan";
    return makeVulkan(device, std::move(options));
}

std::vector<DeviceFacts> vulkanDevices()
{
    try {
        Options options;
        options.api = loadApi();
        return Instance(options).devices();
    } catch (const Error&) {
        return {};
    }
}

bool hasVulkan()
{
    const std::vector<DeviceFacts> devices = vulkanDevices();
    return std::any_of(devices.begin(), devices.end(),
                       [](const DeviceFacts& facts) { return facts.kind != DeviceFacts::Kind::Cpu; });
}

} // namespace core
