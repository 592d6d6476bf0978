#include "core/instruments/taps.h"

#include "core/instruments/derivatives.h"

#include <algorithm>

namespace core::instruments
{

namespace
{

void hear(Heard& heard, const Array& values, const Tap& tap)
{
    const std::vector<int64_t> strides = values.type.strides();
    const int at = tap.axis.empty() ? -1 : values.type.find(tap.axis);
    if (!tap.axis.empty() &&
        (at < 0 || tap.position < 0 || tap.position >= values.type.axes[size_t(at)].size))
        throw Error{"tap of " + tap.wire,
                    "there is no position " + std::to_string(tap.position) + " of axis " + tap.axis + " in " +
                        values.type.text(),
                    "choose one of its axes"};
    for (size_t i = 0; i < values.reals().size(); ++i) {
        if (at >= 0) {
            const Axis& axis = values.type.axes[size_t(at)];
            if (int64_t(i) / strides[size_t(at)] % axis.size != tap.position) continue;
        }
        heard.add(double(values.reals()[i]));
    }
}

} // namespace

void Heard::add(double value)
{
    least = count ? std::min(least, value) : value;
    most = count ? std::max(most, value) : value;
    ++count;
    zeros += value == 0;
    const double before = value - mean;
    mean += before / double(count);
    squares += before * (value - mean);
}

Taps::Taps(std::vector<Tap> taps)
    : m_taps(std::move(taps))
    , m_heard(m_taps.size())
{
    for (const Tap& tap : m_taps)
        if (tap.every < 1)
            throw Error{"tap of " + tap.wire, "listens every " + std::to_string(tap.every) + " steps",
                        "1 is every step"};
}

void Taps::see(Network& network, const Moment& moment, std::span<const int64_t> examples)
{
    for (size_t i = 0; i < m_taps.size(); ++i) {
        const Tap& tap = m_taps[i];
        if (moment.step % tap.every != 0) continue;
        std::vector<int64_t> wanted(examples.begin(), examples.end());
        if (!tap.examples.empty())
            std::erase_if(wanted, [&](int64_t example) {
                return std::find(tap.examples.begin(), tap.examples.end(), example) == tap.examples.end();
            });
        if (wanted.empty()) continue;
        const Arrays values = tap.of == Tap::Of::Value ? valuesOf(network, moment, {tap.wire}, wanted)
                                                       : gradientsOf(network, moment, {tap.wire}, wanted);
        if (values.at(tap.wire).type.element != Element::Real)
            throw Error{"tap of " + tap.wire, "it carries whole numbers",
                        "choose a wire behind the embedding"};
        hear(m_heard[i], values.at(tap.wire), tap);
        ++m_heard[i].fired;
    }
}

void Taps::expectFired() const
{
    std::string silent;
    for (size_t i = 0; i < m_taps.size(); ++i)
        if (m_heard[i].fired == 0) silent += (silent.empty() ? "" : ", ") + m_taps[i].wire;
    if (!silent.empty())
        throw Error{"tap of " + silent, "never fired", "its steps or examples did not come by"};
}

} // namespace core::instruments
