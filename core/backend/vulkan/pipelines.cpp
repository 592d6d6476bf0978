#include "core/backend/vulkan/pipelines.h"

namespace core::vulkan
{

namespace
{

std::string keyOf(const Shader& shader)
{
    std::string key = shader.text;
    for (uint32_t constant : shader.constants) key += "," + std::to_string(constant);
    return key;
}

} // namespace

Pipelines::Pipelines(std::shared_ptr<Device> device)
    : m_device(std::move(device))
    , m_compiler(m_device->options().cacheFolder, m_device->facts().preservesNan)
{
    // The driver looks at the header itself and begins anew if it does not fit.
    const std::string kept = readCache(m_device->options().cacheFolder, cacheName());
    VkPipelineCacheCreateInfo info{.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
                                   .initialDataSize = kept.size(),
                                   .pInitialData = kept.data()};
    const Api& api = m_device->api();
    if (api.CreatePipelineCache(m_device->handle(), &info, nullptr, &m_cache) == VK_SUCCESS) return;
    info.initialDataSize = 0;
    check(api.CreatePipelineCache(m_device->handle(), &info, nullptr, &m_cache), "making a pipeline cache");
}

Pipelines::~Pipelines()
{
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
    }
    m_wake.notify_one();
    if (m_worker.joinable()) m_worker.join();
    const Api& api = m_device->api();
    const VkDevice handle = m_device->handle();
    if (m_compiler.compiled() > 0) {
        size_t size = 0;
        std::string bytes;
        if (api.GetPipelineCacheData(handle, m_cache, &size, nullptr) == VK_SUCCESS) {
            bytes.resize(size);
            if (api.GetPipelineCacheData(handle, m_cache, &size, bytes.data()) == VK_SUCCESS)
                writeCache(m_device->options().cacheFolder, cacheName(),
                           std::string_view(bytes).substr(0, size));
        }
    }
    for (const auto& [text, pipeline] : m_pipelines) api.DestroyPipeline(handle, pipeline, nullptr);
    for (const auto& [bindings, layout] : m_layouts) {
        api.DestroyPipelineLayout(handle, layout.pipeline, nullptr);
        api.DestroyDescriptorSetLayout(handle, layout.set, nullptr);
    }
    api.DestroyPipelineCache(handle, m_cache, nullptr);
}

std::string Pipelines::cacheName() const { return "pipelines-" + m_device->facts().cacheKey + ".bin"; }

Pipelines::Layout Pipelines::layout(size_t bindings)
{
    const auto known = m_layouts.find(bindings);
    if (known != m_layouts.end()) return known->second;
    const Api& api = m_device->api();
    std::vector<VkDescriptorSetLayoutBinding> list(bindings);
    for (size_t i = 0; i < bindings; ++i)
        list[i] = {.binding = uint32_t(i),
                   .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                   .descriptorCount = 1,
                   .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT};
    const VkDescriptorSetLayoutCreateInfo set{.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
                                              .bindingCount = uint32_t(bindings),
                                              .pBindings = list.data()};
    Layout& made = m_layouts[bindings];
    check(api.CreateDescriptorSetLayout(m_device->handle(), &set, nullptr, &made.set), "making a layout");
    const VkPipelineLayoutCreateInfo info{.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
                                          .setLayoutCount = 1,
                                          .pSetLayouts = &made.set};
    check(api.CreatePipelineLayout(m_device->handle(), &info, nullptr, &made.pipeline), "making a layout");
    return made;
}

VkPipeline Pipelines::make(const Shader& shader, VkPipelineLayout layout)
{
    const Api& api = m_device->api();
    const Spirv spirv = m_compiler.compile(shader.text);
    const VkShaderModuleCreateInfo code{.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
                                        .codeSize = spirv.size() * 4,
                                        .pCode = spirv.data()};
    VkShaderModule module = VK_NULL_HANDLE;
    check(api.CreateShaderModule(m_device->handle(), &code, nullptr, &module), "loading a shader");
    std::vector<VkSpecializationMapEntry> entries;
    for (size_t i = 0; i < shader.constants.size(); ++i) entries.push_back({uint32_t(i), uint32_t(i * 4), 4});
    const VkSpecializationInfo constants{uint32_t(entries.size()), entries.data(),
                                         shader.constants.size() * 4, shader.constants.data()};
    const VkComputePipelineCreateInfo info{
        .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
        .stage = {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                  .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                  .module = module,
                  .pName = "main",
                  .pSpecializationInfo = entries.empty() ? nullptr : &constants},
        .layout = layout};
    VkPipeline pipeline = VK_NULL_HANDLE;
    const VkResult result =
        api.CreateComputePipelines(m_device->handle(), m_cache, 1, &info, nullptr, &pipeline);
    api.DestroyShaderModule(m_device->handle(), module, nullptr);
    check(result, ("compiling " + shader.name).c_str());
    return pipeline;
}

Pipeline Pipelines::get(const Shader& shader)
{
    const std::lock_guard making(m_making);
    const Layout made = layout(shader.bindings.size() + (shader.partials ? 2 : 0));
    const std::string key = keyOf(shader);
    {
        const std::lock_guard lock(m_mutex);
        const auto known = m_pipelines.find(key);
        if (known != m_pipelines.end()) return {known->second, made.pipeline, made.set};
    }
    const VkPipeline pipeline = make(shader, made.pipeline);
    const std::lock_guard lock(m_mutex);
    m_pipelines[key] = pipeline;
    return {pipeline, made.pipeline, made.set};
}

void Pipelines::prepare(const Shader& shader)
{
    {
        const std::lock_guard lock(m_mutex);
        m_wanted.push_back(shader);
    }
    if (!m_worker.joinable()) m_worker = std::thread([this] { work(); });
    m_wake.notify_one();
}

bool Pipelines::isReady(const Shader& shader) const
{
    const std::lock_guard lock(m_mutex);
    return m_pipelines.count(keyOf(shader)) != 0;
}

bool Pipelines::isSettled(const Shader& shader) const
{
    if (isReady(shader)) return true;
    const std::lock_guard lock(m_mutex);
    return m_refused.count(keyOf(shader)) != 0;
}

void Pipelines::work()
{
    for (;;) {
        Shader shader;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_quit || !m_wanted.empty(); });
            if (m_quit) return;
            shader = std::move(m_wanted.front());
            m_wanted.pop_front();
        }
        try {
            get(shader);
        } catch (const Error&) { // the run goes on with another one
            const std::lock_guard lock(m_mutex);
            m_refused.insert(keyOf(shader));
        }
    }
}

} // namespace core::vulkan
