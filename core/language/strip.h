// Formulas compiled for strips: a register machine whose every instruction works on a strip of floats in L1.
#pragma once

#include "core/language/expression.h"

#include <cstdint>
#include <vector>

namespace core::language
{

/// dst[i] = f(a[i], b[i], c[i]) for i < n, any n > 0. Operands need the alignment of a float only (64 bytes
/// is fastest), but must be readable and dst writable up to the next multiple of 16 floats: kernels compute
/// (and never trap on) whole vectors. dst may be one of a, b, c. An operand that was compiled as a constant
/// is read at [0] only.
using StripKernel = void (*)(float* dst, const float* a, const float* b, const float* c, int n);

/// An operand: register r >= 0 of the machine, or constant ~r of the constant table. Operands a kernel does
/// not use are 0. The kernel knows which of its operands are constants: pass the address in the table.
struct StripInstruction {
    StripKernel kernel;
    int32_t dst, a, b, c;
};

/// Registers 0 .. inputs-1 hold the inputs; `results` name the operands of the outputs (an input or a
/// constant if that is all an output is). Equal subtrees are computed once; a*b + c is one rounding where the
/// machine has it; registers are reused after their last use (never those of inputs). The length of a strip
/// is the caller's choice.
struct StripCode {
    int inputs = 0;
    int registers = 0;
    std::vector<StripInstruction> code;
    std::vector<float> constants;
    std::vector<int32_t> results;
};

/// Several outputs share common work. The same expressions give the same code every time.
StripCode compileStrip(std::span<const Expression> outputs, int inputs);

/// Plain use: inputs[i][0..n), outputs[j][0..n), any n, any alignment; no allocation after construction.
/// An output may be an input. Not for several threads at a time.
class StripMachine
{
public:
    explicit StripMachine(StripCode code);
    void run(const float* const* inputs, float* const* outputs, int64_t n);
    const StripCode& code() const { return m_code; }

private:
    const float* operand(int32_t o) const
    {
        return o < 0 ? &m_code.constants[size_t(~o)] : m_places[size_t(o)];
    }

    StripCode m_code;
    std::vector<float> m_memory;
    std::vector<const float*> m_places; ///< where each register is now: inputs are read in place
};

inline constexpr int stripLength = 256;

} // namespace core::language
