#include "core/backend/vulkan/tuning.h"

#include <algorithm>
#include <sstream>

namespace core::vulkan
{

namespace
{

constexpr size_t rounds = 3; ///< of all ways; the shortest time counts

} // namespace

Ways::Ways(std::shared_ptr<Device> device)
    : m_device(std::move(device))
{
    std::istringstream lines(readCache(m_device->options().cacheFolder, fileName()));
    std::string key;
    for (size_t way = 0; lines >> key >> way;) m_fastest[key] = way;
}

std::string Ways::fileName() const { return "ways-" + m_device->facts().cacheKey + ".txt"; }

std::optional<size_t> Ways::fastest(const std::string& contraction) const
{
    const auto found = m_fastest.find(contraction);
    return found == m_fastest.end() ? std::nullopt : std::optional(found->second);
}

void Ways::save() const
{
    std::string lines;
    for (const auto& [key, way] : m_fastest) lines += key + " " + std::to_string(way) + "\n";
    writeCache(m_device->options().cacheFolder, fileName(), lines);
}

std::string Tuning::keyOf(const std::vector<Shader>& ways)
{
    std::string all;
    for (const Shader& shader : ways) {
        all += shader.text;
        for (uint32_t constant : shader.constants) all += "," + std::to_string(constant);
    }
    return contentHash(all);
}

Tuning::Tuning(std::shared_ptr<Device> device, std::shared_ptr<Pipelines> pipelines,
               std::shared_ptr<Ways> ways, std::vector<Contraction> contractions)
    : m_device(std::move(device))
    , m_pipelines(std::move(pipelines))
    , m_ways(std::move(ways))
    , m_contractions(std::move(contractions))
{
    m_over = m_contractions.empty();
    if (m_over) return;
    const VkQueryPoolCreateInfo info{.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
                                     .queryType = VK_QUERY_TYPE_TIMESTAMP,
                                     .queryCount = uint32_t(2 * m_contractions.size())};
    check(m_device->api().CreateQueryPool(m_device->handle(), &info, nullptr, &m_queries),
          "making time stamps");
    for (Contraction& contraction : m_contractions) {
        contraction.shortest.assign(contraction.ways.size(), 0);
        for (const Shader& way : contraction.ways) m_pipelines->prepare(way);
    }
}

Tuning::~Tuning()
{
    if (m_queries) m_device->api().DestroyQueryPool(m_device->handle(), m_queries, nullptr);
}

size_t Tuning::ways() const
{
    size_t most = 0;
    for (const Contraction& contraction : m_contractions) most = std::max(most, contraction.ways.size());
    return most;
}

bool Tuning::ready() const
{
    return std::all_of(m_contractions.begin(), m_contractions.end(), [&](const Contraction& contraction) {
        return std::all_of(contraction.ways.begin(), contraction.ways.end(),
                           [&](const Shader& way) { return m_pipelines->isSettled(way); });
    });
}

Shader Tuning::now(size_t i) const
{
    const Contraction& contraction = m_contractions[i];
    if (m_over) return contraction.ways[m_ways->fastest(contraction.key).value_or(0)];
    const size_t way = m_turn % ways();
    const bool usable =
        m_turning && way < contraction.ways.size() && m_pipelines->isReady(contraction.ways[way]);
    return contraction.ways[usable ? way : 0];
}

bool Tuning::turn(const Queue& queue)
{
    if (m_over) return false;
    if (!m_turning) {
        if (!ready()) return false;
        m_begin = std::chrono::steady_clock::now();
        m_turning = true;
        return true;
    }
    if (m_step == 0 || !queue.done(m_step) || !collect()) return false;
    m_step = 0;
    const auto passed = std::chrono::steady_clock::now() - m_begin;
    if (++m_turn == rounds * ways() || passed > m_device->options().tuneAtMost) finish();
    return true;
}

void Tuning::ran(uint64_t step)
{
    if (m_turning) m_step = step;
}

bool Tuning::collect()
{
    std::vector<uint64_t> stamps(2 * m_contractions.size());
    const VkResult result = m_device->api().GetQueryPoolResults(
        m_device->handle(), m_queries, 0, uint32_t(stamps.size()), stamps.size() * sizeof(uint64_t),
        stamps.data(), sizeof(uint64_t), VK_QUERY_RESULT_64_BIT);
    if (result != VK_SUCCESS) return false;
    const size_t way = m_turn % ways();
    for (size_t i = 0; i < m_contractions.size(); ++i) {
        Contraction& contraction = m_contractions[i];
        if (way >= contraction.ways.size() || !m_pipelines->isReady(contraction.ways[way])) continue;
        const auto time = double(std::max<uint64_t>(1, stamps[2 * i + 1] - stamps[2 * i]));
        double& shortest = contraction.shortest[way];
        shortest = shortest == 0 ? time : std::min(shortest, time);
    }
    return true;
}

void Tuning::finish()
{
    for (const Contraction& contraction : m_contractions) {
        size_t best = 0;
        for (size_t way = 1; way < contraction.ways.size(); ++way)
            if (contraction.shortest[way] > 0 && contraction.shortest[way] < contraction.shortest[best])
                best = way;
        m_ways->set(contraction.key, best);
    }
    m_ways->save();
    m_over = true;
}

void Tuning::begin(VkCommandBuffer commands) const
{
    if (m_turning && !m_over)
        m_device->api().CmdResetQueryPool(commands, m_queries, 0, uint32_t(2 * m_contractions.size()));
}

void Tuning::mark(VkCommandBuffer commands, size_t contraction, bool behind) const
{
    if (m_turning && !m_over)
        m_device->api().CmdWriteTimestamp(
            commands, behind ? VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT : VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
            m_queries, uint32_t(2 * contraction + (behind ? 1 : 0)));
}

} // namespace core::vulkan
