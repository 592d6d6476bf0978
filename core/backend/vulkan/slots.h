// Inputs that wait for their step, results that wait to be looked at.
#pragma once

#include "core/backend/vulkan/memory.h"
#include "core/program/plan.h"

namespace core::vulkan
{

/// A ring of slots, each with the inputs and the results of one step, so that many can be on their way.
class Slots
{
public:
    /// `places`: of the plan's buffers.
    Slots(std::shared_ptr<Queue>, const Plan&, std::span<const Place> places);
    ~Slots(); ///< nothing of it may run any more
    Slots(const Slots&) = delete;

    void upload(int input, const void* elements);
    /// What goes before and after the commands of the next step: copies of the inputs that are new, and of
    /// the results. Null where there are none.
    VkCommandBuffer in();
    VkCommandBuffer out() const { return m_out.empty() ? VK_NULL_HANDLE : m_out[m_slot]; }
    void ran(uint64_t step); ///< the next slot is that of the step after it, once it is free
    void download(int result, int runsAgo, void* elements) const;
    int count() const { return int(m_steps.size()); }

private:
    void copy(VkCommandBuffer, const Place& from, VkBuffer to, int64_t at) const;

    struct Port {
        Place place;
        int64_t offset; ///< in a slot
    };
    std::shared_ptr<Queue> m_queue;
    std::vector<Port> m_inputs, m_results;
    int64_t m_uploadBytes = 0, m_readbackBytes = 0; ///< of a slot
    Block m_upload, m_readback;
    std::map<std::pair<size_t, uint64_t>, VkCommandBuffer> m_in; ///< by slot and inputs
    std::vector<VkCommandBuffer> m_out;                          ///< by slot
    std::vector<uint64_t> m_steps;                               ///< by slot: the latest step that uses it
    size_t m_slot = 0, m_latest = 0;
    uint64_t m_fresh = 0; ///< inputs uploaded since the last run, as bits
};

} // namespace core::vulkan
