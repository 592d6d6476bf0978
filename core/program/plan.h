// A Plan: kernels in order over buffers with fixed places. What every backend executes; immutable.
#pragma once

#include "core/program/program.h"

namespace core
{

/// How a real number lies in memory: 32 bits, or 16 of one kind or the other.
enum class Precision : uint8_t { Single, Half, BFloat };

/// Storage of one array, or of the state of that name.
struct PlanBuffer {
    enum class Kind : uint8_t { Input, State, Constant, Arena };
    Kind kind = Kind::Arena;
    Element element = Element::Real;
    int64_t count = 0;
    std::string name;                        ///< Input, State
    std::vector<double> values;              ///< Constant
    int64_t offset = 0;                      ///< Arena: in bytes, a multiple of 64
    int first = 0, last = 0;                 ///< Arena: the kernels between which it lives
    Precision precision = Precision::Single; ///< other than that only after keepNarrow()
    int64_t elementBytes() const { return precision == Precision::Single ? 4 : 2; }
};

/// A strided reading or writing of a buffer, in elements; which axes the strides belong to is said where it
/// is used.
struct PlanOperand {
    int buffer = -1;
    int64_t offset = 0;
    std::vector<int64_t> strides;
    friend bool operator==(const PlanOperand&, const PlanOperand&) = default;
};

/// Part of a Rows kernel, or formula of a contraction's result. Values are either known for each element, or
/// for each row, or, summed over all rows, for each column, or for the whole.
struct RowMember {
    enum class Extent : uint8_t { Element, Row, Column, Whole };
    Extent extent = Extent::Element;
    std::vector<int> inputs;      ///< i >= 0: the kernel's reads[i]; ~i: member i
    language::Expression formula; ///< where `reduction` is empty
    std::string reduction;        ///< sum, max, min, product: of inputs[0]
    Extent of = Extent::Element;  ///< of a reduction: what inputs[0] is, Element or Row
    int write = -1;               ///< index into the kernel's writes, if it is stored
};

struct PlanKernel {
    enum class Kind : uint8_t {
        /// Reads a [batch, m, k], b [batch, k, n]; c is contiguous [batch, m, n]. Without members it is
        /// writes[0]. Else it is member 0, the others are formulas for each element of it.
        Contraction,
        Rows,  ///< formulas and reductions over one set of rows
        Copy,  ///< writes[0] = reads[0] along `axes`; `border`: all else of what is written to becomes zero
        Other, ///< the op of `instruction`; operands along the axes of their own types, writes contiguous
    };
    Kind kind = Kind::Other;
    std::vector<PlanOperand> reads, writes;
    /// Contraction: batch, m, n, k axes, `split` says where each group begins. Rows: the rows' axes, then,
    /// from split[0], those within a row. Strides of all operands are along these; 0 where they do not vary.
    std::vector<Axis> axes;
    std::vector<int> split;
    std::vector<RowMember> members;
    std::vector<Axis> border; ///< Copy: axes of the whole of what is written to, contiguous
    const Instruction* instruction = nullptr;
    std::vector<Type> types; ///< Other: of the reads
    std::string name;        ///< for listings: "rows max exp sum", "contract"
};

struct PlanPort {
    std::string name;
    Type type;
    int buffer;
};

struct Plan {
    Program program; ///< the optimised one; kernels point into it
    std::vector<PlanBuffer> buffers;
    std::vector<PlanKernel> kernels;
    std::vector<PlanPort> inputs, results;
    std::vector<ValueId> states; ///< instructions of op parameter or state
    int64_t arenaBytes = 0, flops = 0, bytesMoved = 0;

    Plan() = default;
    Plan(Plan&&) = default; // not copied: kernels point into `program`
    Plan& operator=(Plan&&) = default;
    std::string text() const; ///< one line a kernel
};

/// Simplifies, fuses, groups into kernels, lays out the arena. Results are contiguous in the order of their
/// type and stay until the next run. States are written in place where nothing reads them later, else at the
/// end.
Plan makePlan(const Program&);

} // namespace core
