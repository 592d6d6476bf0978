// Listening to wires while a network trains, without keeping what they carry.
#pragma once

#include "core/instruments/network.h"

#include <span>

namespace core::instruments
{

/// What to listen to: the value of a wire, or the gradient of the loss by it; all of it, or one position of
/// one axis; at every step, or at some.
struct Tap {
    enum class Of : uint8_t { Value, Gradient };
    std::string wire;
    Of of = Of::Value;
    int64_t every = 1;     ///< steps
    std::string axis = {}; ///< of `position`; empty: all
    int64_t position = 0;
    std::vector<int64_t> examples = {}; ///< of the data, only these; empty: all that come by
};

/// Of everything that a tap heard; one pass, numbers are never kept (Welford 1962).
struct Heard {
    int64_t fired = 0; ///< how often it heard anything
    int64_t count = 0, zeros = 0;
    double mean = 0,
           squares = 0; ///< squares: sum of squared distances from the mean
    double least = 0, most = 0;
    double variance() const { return count > 1 ? squares / double(count - 1) : 0; }
    void add(double);
};

class Taps
{
public:
    explicit Taps(std::vector<Tap>);
    /// The examples of one step go by: those taps fire that are due and want any of them.
    void see(Network&, const Moment&, std::span<const int64_t> examples);
    const std::vector<Tap>& taps() const { return m_taps; }
    const std::vector<Heard>& heard() const { return m_heard; }
    /// Error that names the taps which heard nothing, ever: silence is no reading.
    void expectFired() const;

private:
    std::vector<Tap> m_taps;
    std::vector<Heard> m_heard;
};

} // namespace core::instruments
