// The order in which an epoch visits the examples: a permutation that depends on (seed, epoch) only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace core
{

/// Fisher-Yates, drawn batch by batch, so starting an epoch costs one copy and no step waits for a whole
/// shuffle. Randomness is Philox-4x32-10 (Salmon et al. 2011), counted by position and epoch. next() does not
/// allocate.
class EpochOrder
{
public:
    EpochOrder(std::vector<int64_t> examples, int64_t batch, uint64_t seed);

    /// The next batch, valid until the one after it; a rest smaller than a batch is left out, another one in
    /// every epoch.
    std::span<const int64_t> next();
    /// Moves on by one batch without drawing it: only where a batch is the whole set.
    void skip() { ++m_epoch; }
    /// As if `batches` batches of this epoch had been taken.
    void seek(int64_t epoch, int64_t batches);

    int64_t batchesPerEpoch() const { return int64_t(m_examples.size()) / m_batch; }
    int64_t epoch() const { return m_epoch; }     ///< of the next batch
    int64_t batchInEpoch() const { return m_at; } ///< of the next batch

private:
    std::vector<int64_t> m_examples, m_order;
    int64_t m_batch, m_epoch = 0, m_at = 0;
    uint64_t m_seed;
};

} // namespace core
