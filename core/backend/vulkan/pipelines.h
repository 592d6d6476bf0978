// Shaders as pipelines, each made once.
#pragma once

#include "core/backend/vulkan/compiler.h"
#include "core/backend/vulkan/source.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>

namespace core::vulkan
{

struct Pipeline {
    VkPipeline pipeline = VK_NULL_HANDLE;
    VkPipelineLayout layout = VK_NULL_HANDLE;
    VkDescriptorSetLayout set = VK_NULL_HANDLE;
};

/// Owns pipelines and layouts; what the driver made of shaders is kept on disk. For one thread, which does
/// not wait for what another one makes beforehand, but for at most one shader of it.
class Pipelines
{
public:
    explicit Pipelines(std::shared_ptr<Device>);
    ~Pipelines();
    Pipelines(const Pipelines&) = delete;

    Pipeline get(const Shader&);
    int compiled() const { return m_compiler.compiled(); }

    void prepare(const Shader&);         ///< in the background
    bool isReady(const Shader&) const;   ///< get() takes no time
    bool isSettled(const Shader&) const; ///< it is ready, or the driver has refused it

private:
    struct Layout {
        VkDescriptorSetLayout set = VK_NULL_HANDLE;
        VkPipelineLayout pipeline = VK_NULL_HANDLE;
    };
    Layout layout(size_t bindings);
    VkPipeline make(const Shader&, VkPipelineLayout);
    std::string cacheName() const;
    void work(); ///< of the background thread

    std::shared_ptr<Device> m_device;
    Compiler m_compiler;
    VkPipelineCache m_cache = VK_NULL_HANDLE;
    std::map<size_t, Layout> m_layouts; ///< by number of bindings
    std::mutex m_making;                ///< of what is above
    mutable std::mutex m_mutex;         ///< of what is below
    std::unordered_map<std::string, VkPipeline> m_pipelines;
    std::set<std::string> m_refused;
    std::deque<Shader> m_wanted;
    std::condition_variable m_wake;
    bool m_quit = false;
    std::thread m_worker;
};

} // namespace core::vulkan
