// Kernels of a plan as compute shaders: text, what is bound, how many workgroups.
#pragma once

#include "core/backend/vulkan/device.h"
#include "core/program/plan.h"

#include <array>

namespace core::vulkan
{

/// A storage buffer of a shader: binding i is bindings[i].
struct Binding {
    int buffer = -1; ///< of the plan
    bool read = false, written = false;
};

/// Everything that is fixed stands in the text, so equal kernels of a plan have equal texts.
struct Shader {
    std::string name; ///< of the plan's kernel
    std::string text;
    std::vector<Binding> bindings;
    std::vector<uint32_t> constants; ///< specialisation constants 0, 1, ...
    std::array<uint32_t, 3> groups{1, 1, 1};
    /// Memory of this shader's own, bound after the others if not 0: partial sums, then tickets (zero before
    /// the first run, left zero).
    int64_t partials = 0, tickets = 0;
};

/// Error if the op has no shader or the device lacks what it takes.
Shader makeShader(const PlanKernel&, const Plan&, const DeviceFacts&);

Shader makeRows(const PlanKernel&, const Plan&, const DeviceFacts&);
Shader makeContraction(const PlanKernel&, const Plan&, const DeviceFacts&);
/// The same contraction done in different ways, the one to take unless something is known first. Where
/// numbers are not made narrow all give the same bits.
std::vector<Shader> contractionVariants(const PlanKernel&, const Plan&, const DeviceFacts&);
Shader makeCopy(const PlanKernel&, const Plan&, const DeviceFacts&);
Shader makeStructural(const PlanKernel&, const Plan&, const DeviceFacts&);
Shader makeScan(const PlanKernel&, const Plan&, const DeviceFacts&);

/// A number as shaders have it.
std::string text(int64_t);

/// Collects the text of one shader.
class Writer
{
public:
    Writer(const PlanKernel&, const Plan&);

    /// How arrays are seen: as what they hold, or as bits.
    enum class As : uint8_t { Elements, Bits };
    /// Declares a binding for each buffer; "b0", "b1", ... are their names. In narrow ones elements are bits,
    /// too.
    void declare(As, bool ownMemory);
    /// shaders/NAME without the lines that C++ reads.
    void include(const std::string& name);
    void line(const std::string& text) { m_text += text + "\n"; }
    void constant(const std::string& name, int64_t value);
    /// "uint NAME(uint i)": the offset of index i of those axes.
    void index(const std::string& name, int64_t offset, const std::vector<Axis>& axes,
               const std::vector<int64_t>& strides, size_t first, size_t last);

    /// "b3": the array of an operand.
    std::string array(const PlanOperand&) const;
    /// An element as a float, and the statement that sets it to one.
    std::string read(const PlanOperand&, const std::string& at) const;
    std::string write(const PlanOperand&, const std::string& at, const std::string& value) const;
    Precision precision(const PlanOperand&) const;
    void useNarrow(Precision); ///< shaders/narrow.glsl, once; nothing for Single
    bool isInteger(const PlanOperand&) const;
    Shader finish(std::string name);

    Shader shader;

private:
    const Plan* m_plan;
    std::string m_extensions, m_text;
    bool m_narrow = false;
};

/// Formulas of a kernel that follow from each other, as statements; each once.
class Formulas
{
public:
    /// `read(i)`: the text of the value of reads[i].
    Formulas(const PlanKernel& kernel, std::function<std::string(int)> read)
        : m_kernel(kernel)
        , m_read(std::move(read))
    {
    }
    /// What stands for member k from now on.
    void set(int member, std::string text) { m_values[member] = std::move(text); }
    bool has(int member) const { return m_values.count(member) != 0; }
    /// Its value, after statements that it needs were added to `to`.
    std::string value(int member, std::string& to);
    std::string input(const RowMember& member, size_t i, std::string& to);

private:
    const PlanKernel& m_kernel;
    std::function<std::string(int)> m_read;
    std::map<int, std::string> m_values;
};

/// What a reduction begins with, and how it takes in one more value.
std::string reductionStart(const std::string& reduction);
std::string reductionJoin(const std::string& reduction, const std::string& a, const std::string& b);

int64_t product(const std::vector<Axis>&, size_t first, size_t last);
int64_t powerOf2AtLeast(int64_t);

} // namespace core::vulkan
