// The learning rate: a formula of step, epoch, steps and epochs.
#pragma once

#include "core/language/expression.h"
#include "core/language/strip.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace core
{

/// `step` counts from 0, `epoch` is step / steps per epoch (a fraction), `steps` and `epochs` are what the
/// document asks for in all. at() does not allocate.
class Schedule
{
public:
    /// Error points into the formula.
    Schedule(std::string_view formula, int64_t epochs);

    bool constant() const { return !m_machine; }
    float at(int64_t step, int64_t stepsPerEpoch);

private:
    float m_epochs;
    float m_constant = 0;
    std::optional<language::StripMachine> m_machine;
};

} // namespace core
