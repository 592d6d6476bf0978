// What another program needs to repeat the first steps of a run.
#pragma once

#include "core/files/files.h"
#include "core/trainers/run.h"

namespace axo
{

/// Tensors "parameter/NAME" (before the first step), "x.STEP", "y.STEP" and, one a step, "loss" and "rate";
/// "output" is what goes into the loss for the first examples, "output.x" and "output.y", before the first
/// step and as in use.
class Record
{
public:
    static constexpr int64_t mostSteps = 1000; ///< every batch is kept

    static constexpr int64_t mostExamples = 64; ///< of the output

    explicit Record(core::Run&);
    void add(const core::Run&, double rate, float loss); ///< after the step that used `rate`
    void write(const std::string& path);

private:
    core::files::Safetensors m_file;
    std::vector<float> m_losses, m_rates;
};

} // namespace axo
