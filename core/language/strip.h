// Formulas compiled for strips: a register machine whose every instruction works on a strip of floats in L1.
#pragma once

#include "core/language/expression.h"

#include <cstdint>
#include <vector>

namespace core::language
{

/// dst[i] = f(a[i], b[i], c[i]) for i < n. Strips may be longer than n up to a multiple of 16 lanes and are
/// 64-byte aligned, so kernels may compute (never trap on) whole vectors.
using StripKernel = void (*)(float* dst, const float* a, const float* b, const float* c, int n);

/// An operand: register r >= 0 of the machine, or constant ~r of the constant table.
struct StripInstruction {
    StripKernel kernel;
    int32_t dst, a, b, c;
};

/// Registers 0 .. inputs-1 hold the inputs; `results` name the registers of the outputs. Equal subtrees are
/// computed once; registers are reused after their last use (never those of inputs).
struct StripCode {
    int inputs = 0;
    int registers = 0;
    std::vector<StripInstruction> code;
    std::vector<float> constants;
    std::vector<int32_t> results; ///< an operand each
};

/// Several outputs share common work.
StripCode compileStrip(std::span<const Expression> outputs, int inputs);

/// Plain use: inputs[i][0..n), outputs[j][0..n), any n, any alignment; no allocation after construction.
class StripMachine
{
public:
    explicit StripMachine(StripCode code);
    void run(const float* const* inputs, float* const* outputs, int64_t n);
    const StripCode& code() const { return m_code; }

private:
    StripCode m_code;
    std::vector<float> m_registers;
};

inline constexpr int stripLength = 256;

} // namespace core::language
