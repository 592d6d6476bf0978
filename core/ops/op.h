// An op is declared once: name, type rule, gradient rule written in ops, plain-loop definition, sample
// inputs. Everything else (backends, derivatives, tests, listings) follows from this record.
#pragma once

#include "core/program/program.h"

#include <functional>
#include <span>
#include <string_view>

namespace core
{

/// An array inside the reference backend: double elements in the memory order of `type` (Integer holds whole
/// numbers).
struct Tensor {
    Type type;
    std::vector<double> data;
};

/// A typed call of an op, as the harness draws them: tests walk these, so an op without samples is not
/// tested.
struct Sample {
    std::vector<Type> inputs;
    Attributes attributes;
    double low = -2, high = 2;  ///< range of real inputs
    int64_t integers = 0;       ///< integer inputs are drawn from [0, integers)
    bool differentiable = true; ///< false where the point set has kinks the finite check would hit
};

struct Op {
    std::string_view name;
    std::string_view help; ///< one line; which attributes it reads

    /// Result type from input types; throws Error naming the axis and both sizes.
    Type (*type)(std::span<const Type> inputs, const Attributes&) = nullptr;

    /// Adjoints of the inputs of instruction `of`, given the adjoint g of its value; -1: no dependence.
    /// Appends ordinary instructions to the program, so it can be differentiated again. Null: never
    /// differentiable.
    std::vector<ValueId> (*gradient)(Program&, ValueId of, ValueId g) = nullptr;

    /// The definition: obviously correct loops. Null for ops whose values come from outside (input,
    /// parameter, state). `out` arrives with its type and that many zeros.
    void (*evaluate)(const Instruction&, std::span<const Tensor* const> inputs, Tensor& out) = nullptr;

    std::vector<Sample> (*samples)() = nullptr;

    /// Structural facts the simplifier and planner use instead of knowing ops by name.
    enum class Kind : uint8_t {
        Source,      ///< no inputs: input, parameter, state, constant, iota
        Elementwise, ///< formula
        Reduction,   ///< reduce
        Contraction, ///< contract
        View, ///< the result is a strided re-reading of the input: rename, permute, broadcast, slice, window,
              ///< reshape where strides allow
        Other,
    };
    Kind kind = Kind::Other;
    /// For an op that runs a body: the body, typed for these inputs, and how often it runs.
    std::pair<Program, int64_t> (*body)(std::span<const Type> inputs, const Attributes&) = nullptr;
    /// The same without a body, its steps written out one by one: for backends that have nothing better.
    ValueId (*unroll)(Program&, std::span<const ValueId> inputs, const Attributes&) = nullptr;
    bool sums = false; ///< Other: every element of the first input is added to an element of the result

    /// For View: strides and offset of the result (in the result's axis order) when the input has those
    /// strides (in the input's axis order); false if it must be copied.
    bool (*view)(const Instruction&, const Type& input, std::span<const int64_t> inputStrides,
                 std::vector<int64_t>& strides, int64_t& offset) = nullptr;

    /// An equal but simpler value for an instruction with these inputs (already in the program), or -1. The
    /// axes may lie in another order in memory.
    ValueId (*simplify)(Program&, std::span<const ValueId> inputs, const Attributes&) = nullptr;
};

/// The registry, an explicit list in core/ops/all.cpp.
std::span<const Op* const> allOps();
const Op* findOp(std::string_view name);

} // namespace core
