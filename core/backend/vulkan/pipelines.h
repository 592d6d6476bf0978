// Shaders as pipelines, each made once.
#pragma once

#include "core/backend/vulkan/compiler.h"
#include "core/backend/vulkan/source.h"

#include <unordered_map>

namespace core::vulkan
{

struct Pipeline {
    VkPipeline pipeline = VK_NULL_HANDLE;
    VkPipelineLayout layout = VK_NULL_HANDLE;
    VkDescriptorSetLayout set = VK_NULL_HANDLE;
};

/// Owns pipelines and layouts; what the driver made of shaders is kept on disk.
class Pipelines
{
public:
    explicit Pipelines(std::shared_ptr<Device>);
    ~Pipelines();
    Pipelines(const Pipelines&) = delete;

    Pipeline get(const Shader&);
    int compiled() const { return m_compiler.compiled(); }

private:
    struct Layout {
        VkDescriptorSetLayout set = VK_NULL_HANDLE;
        VkPipelineLayout pipeline = VK_NULL_HANDLE;
    };
    Layout layout(size_t bindings);
    VkPipeline make(const Shader&, VkPipelineLayout);
    std::string cacheName() const;

    std::shared_ptr<Device> m_device;
    Compiler m_compiler;
    VkPipelineCache m_cache = VK_NULL_HANDLE;
    std::map<size_t, Layout> m_layouts; ///< by number of bindings
    std::unordered_map<std::string, VkPipeline> m_pipelines;
};

} // namespace core::vulkan
