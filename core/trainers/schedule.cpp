#include "core/trainers/schedule.h"

namespace core
{

Schedule::Schedule(std::string_view formula, int64_t epochs)
    : m_epochs(float(epochs))
{
    static const std::string names[] = {"step", "epoch", "steps", "epochs"};
    const language::Expression rate = language::parseFormula(formula, names, "learning rate");
    if (rate.kind() == language::Expression::Kind::Number) {
        m_constant = float(rate.number());
    } else {
        m_machine.emplace(language::compileStrip({&rate, 1}, int(std::size(names))));
    }
}

float Schedule::at(int64_t step, int64_t stepsPerEpoch)
{
    if (!m_machine) return m_constant;
    const float values[] = {float(step), float(double(step) / double(stepsPerEpoch)),
                            m_epochs * float(stepsPerEpoch), m_epochs};
    const float* const inputs[] = {&values[0], &values[1], &values[2], &values[3]};
    float rate = 0;
    float* const outputs[] = {&rate};
    m_machine->run(inputs, outputs, 1);
    return rate;
}

} // namespace core
