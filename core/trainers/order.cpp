#include "core/trainers/order.h"

#include "core/language/random.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace core
{

EpochOrder::EpochOrder(std::vector<int64_t> examples, int64_t batch, uint64_t seed)
    : m_examples(std::move(examples))
    , m_order(m_examples)
    , m_batch(batch)
    , m_seed(seed)
{
    assert(m_batch > 0 && m_batch <= int64_t(m_examples.size()));
}

std::span<const int64_t> EpochOrder::next()
{
    // Not at the end of the epoch before: its last batch is still being read then.
    if (m_at == 0) std::copy(m_examples.begin(), m_examples.end(), m_order.begin());
    const uint32_t size = uint32_t(m_order.size());
    const uint32_t begin = uint32_t(m_at * m_batch), end = begin + uint32_t(m_batch);
    std::array<uint32_t, 4> random{};
    for (uint32_t i = begin; i < end; ++i) {
        if (i == begin || i % 4 == 0) {
            random = language::philox({uint32_t(m_seed), uint32_t(m_seed >> 32)},
                                      {i / 4, 0, uint32_t(m_epoch), uint32_t(m_epoch >> 32)});
        }
        const uint32_t other = i + uint32_t(uint64_t(random[i % 4]) * (size - i) >> 32);
        std::swap(m_order[i], m_order[other]);
    }
    const std::span<const int64_t> batch(m_order.data() + begin, size_t(m_batch));
    if (++m_at == batchesPerEpoch()) m_at = 0, ++m_epoch;
    return batch;
}

void EpochOrder::seek(int64_t epoch, int64_t batches)
{
    m_epoch = epoch;
    m_at = 0;
    if (batchesPerEpoch() == 1) return;
    for (int64_t i = 0; i < batches; ++i) next();
}

} // namespace core
