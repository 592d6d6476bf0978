#include "core/backend/vulkan/vulkan.h"

#include "core/backend/states.h"
#include "core/backend/vulkan/executable.h"
#include "core/backend/vulkan/scanstep.h"
#include "core/ops/op.h"
#include "core/program/plan_narrow.h"
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
        const Options::Tune tune = m_context.device->options().tune;
        if (tune == Options::Tune::Always || (tune == Options::Tune::GraphicsProcessors &&
                                              m_context.device->facts().kind != DeviceFacts::Kind::Cpu))
            m_context.ways = std::make_shared<Ways>(m_context.device);
    }

    BackendInfo info() const override { return {"vulkan", m_context.device->facts().name}; }
    std::shared_ptr<Memory> memory() override { return std::make_shared<DeviceMemory>(m_context.queue); }
    std::unique_ptr<Executable> compile(const Program& program, std::shared_ptr<Memory> memory,
                                        uint64_t seed) override
    {
        auto own = std::dynamic_pointer_cast<DeviceMemory>(std::move(memory));
        assert(own);
        Plan plan = planFor(program);
        addStates(*own, program, plan, seed);
        return makeExecutable(std::move(plan), std::move(own), m_context);
    }

private:
    /// Recurrences as they are if they all fit into shared memory, else step by step.
    Plan planFor(const Program& program) const
    {
        const DeviceFacts& facts = m_context.device->facts();
        Plan plan = makePlan(program);
        const bool fits =
            std::all_of(plan.kernels.begin(), plan.kernels.end(), [&](const PlanKernel& kernel) {
                return kernel.kind != PlanKernel::Kind::Other || !kernel.instruction->op->body ||
                       scanStep(kernel.types, *kernel.instruction, facts);
            });
        if (!fits) plan = makePlan(unrolled(program));
        if (facts.storage16) keepNarrow(plan, facts.precision);
        return plan;
    }

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
    options.tune = Options::Tune::GraphicsProcessors;
    // "NAME+f16", "NAME+bf16"
    const size_t plus = device.rfind('+');
    const std::string precision = plus == std::string::npos ? "" : device.substr(plus + 1);
    if (precision == "f16")
        options.precision = Precision::Half;
    else if (precision == "bf16")
        options.precision = Precision::BFloat;
    else if (plus != std::string::npos)
        throw Error{"vulkan", "'" + precision + "' is no way to keep numbers", "f16 or bf16, or nothing"};
    options.api = loadApi();
    if (const std::string folder = userCacheFolder(); !folder.empty())
        options.cacheFolder = folder + "/vulkan";
    return makeVulkan(device.substr(0, plus), std::move(options));
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

std::vector<std::string> vulkanOptions()
{
    std::vector<std::string> names;
    for (const DeviceFacts& facts : vulkanDevices())
        if (facts.kind != DeviceFacts::Kind::Cpu) names.push_back(facts.name);
    if (names.size() == 1) return {""};
    if (!names.empty()) names.insert(names.begin(), "");
    return names;
}

} // namespace core
