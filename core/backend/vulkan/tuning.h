// Which way of a contraction is fastest on a device: found in steps that are run anyway, kept on disk. All
// ways give the same bits, so a run does not depend on what is found, or when.
#pragma once

#include "core/backend/vulkan/pipelines.h"
#include "core/backend/vulkan/queue.h"

#include <chrono>
#include <optional>

namespace core::vulkan
{

/// What was found on this device, by what the contraction is.
class Ways
{
public:
    explicit Ways(std::shared_ptr<Device>);

    std::optional<size_t> fastest(const std::string& contraction) const;
    void set(const std::string& contraction, size_t way) { m_fastest[contraction] = way; }
    void save() const;

private:
    std::string fileName() const;

    std::shared_ptr<Device> m_device;
    std::map<std::string, size_t> m_fastest;
};

/// The contractions of one program take turns through their ways, all of them in the same steps.
class Tuning
{
public:
    struct Contraction {
        size_t dispatch; ///< of the program
        std::string key;
        std::vector<Shader> ways;
        std::vector<double> shortest{}; ///< time of each way, in ticks of the device; 0: not measured
    };

    /// The ways are compiled in the background; until they are there nothing is measured.
    Tuning(std::shared_ptr<Device>, std::shared_ptr<Pipelines>, std::shared_ptr<Ways>,
           std::vector<Contraction>);
    ~Tuning();
    Tuning(const Tuning&) = delete;

    static std::string keyOf(const std::vector<Shader>& ways);

    /// Between two steps. True: the step must be recorded again, with pipelines as in `now`.
    bool turn(const Queue&);
    void ran(uint64_t step); ///< the number of the step that was added since
    bool over() const { return m_over; }

    const std::vector<Contraction>& contractions() const { return m_contractions; }
    Shader now(size_t contraction) const; ///< its way in this turn
    void begin(VkCommandBuffer) const;    ///< of a step that is recorded
    void mark(VkCommandBuffer, size_t contraction, bool behind) const;

private:
    bool ready() const;
    bool collect();
    void finish();
    size_t ways() const;

    std::shared_ptr<Device> m_device;
    std::shared_ptr<Pipelines> m_pipelines;
    std::shared_ptr<Ways> m_ways;
    std::vector<Contraction> m_contractions;
    VkQueryPool m_queries = VK_NULL_HANDLE;
    std::chrono::steady_clock::time_point m_begin;
    size_t m_turn = 0;   ///< turns that were measured
    uint64_t m_step = 0; ///< the latest of those that are being measured
    bool m_turning = false, m_over = false;
};

} // namespace core::vulkan
