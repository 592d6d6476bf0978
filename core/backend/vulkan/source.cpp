#include "core/backend/vulkan/source.h"

#include "core/files/files.h"
#include "core/language/glsl.h"
#include "core/ops/op.h"

#include <algorithm>

namespace core::vulkan
{

namespace
{

std::string number(int64_t value) { return std::to_string(uint32_t(value)) + "u"; } // offsets wrap around

} // namespace

int64_t product(const std::vector<Axis>& axes, size_t first, size_t last)
{
    int64_t count = 1;
    for (size_t d = first; d < last; ++d) count *= axes[d].size;
    return count;
}

int64_t powerOf2AtLeast(int64_t n)
{
    int64_t power = 1;
    while (power < n) power *= 2;
    return power;
}

std::string text(int64_t n) { return std::to_string(n); }

Writer::Writer(const PlanKernel& kernel, const Plan& plan)
    : m_plan(&plan)
{
    const auto bind = [&](const PlanOperand& operand) -> Binding& {
        for (Binding& binding : shader.bindings)
            if (binding.buffer == operand.buffer) return binding;
        return shader.bindings.emplace_back(Binding{operand.buffer});
    };
    for (const PlanOperand& operand : kernel.reads) bind(operand).read = true;
    for (const PlanOperand& operand : kernel.writes) bind(operand).written = true;
}

void Writer::declare(As as, bool ownMemory)
{
    const auto head = [](size_t i) {
        return "layout(std430, set = 0, binding = " + std::to_string(i) + ") ";
    };
    for (size_t i = 0; i < shader.bindings.size(); ++i) {
        const Binding& binding = shader.bindings[i];
        const PlanBuffer& buffer = m_plan->buffers[size_t(binding.buffer)];
        const std::string n = std::to_string(i);
        const bool narrow = buffer.precision != Precision::Single;
        if (narrow) m_extensions = "#extension GL_EXT_shader_16bit_storage : require\n";
        if (narrow) useNarrow(buffer.precision);
        const char* type = narrow                               ? "uint16_t"
                           : as == As::Bits                     ? "uint"
                           : buffer.element == Element::Integer ? "int"
                                                                : "float";
        line(head(i) + (binding.written ? "" : "readonly ") + "buffer B" + n + " { " + type + " b" + n +
             "[]; };");
    }
    if (!ownMemory) return;
    line(head(shader.bindings.size()) + "coherent buffer Partials { " + (as == As::Bits ? "uint" : "float") +
         " partials[]; };");
    line(head(shader.bindings.size() + 1) + "coherent buffer Tickets { uint tickets[]; };");
}

void Writer::include(const std::string& name) { m_text += files::resource("shaders/" + name); }

void Writer::constant(const std::string& name, int64_t value)
{
    line("const uint " + name + " = " + number(value) + ";");
}

void Writer::index(const std::string& name, int64_t offset, const std::vector<Axis>& axes,
                   const std::vector<int64_t>& strides, size_t first, size_t last)
{
    // Neighbours that are walked through evenly are one axis; the last one is fastest.
    struct Part {
        int64_t size, stride;
    };
    std::vector<Part> parts;
    for (size_t d = first; d < last; ++d) {
        const Part part{axes[d].size, strides[d]};
        if (part.size == 1) continue;
        if (!parts.empty() && parts.back().stride == part.stride * part.size)
            parts.back() = {parts.back().size * part.size, part.stride};
        else
            parts.push_back(part);
    }
    std::string text = number(offset);
    int64_t below = 1;
    for (size_t d = parts.size(); d-- > 0;) {
        std::string at = below == 1 ? "i" : "i / " + number(below);
        if (d > 0) at += " % " + number(parts[d].size);
        if (parts[d].stride == 1)
            text += " + (" + at + ")";
        else if (parts[d].stride != 0)
            text += " + (" + at + ") * " + number(parts[d].stride);
        below *= parts[d].size;
    }
    line("uint " + name + "(uint i) { return " + text + "; }");
}

std::string Writer::array(const PlanOperand& operand) const
{
    for (size_t i = 0; i < shader.bindings.size(); ++i)
        if (shader.bindings[i].buffer == operand.buffer) return "b" + std::to_string(i);
    return {};
}

Precision Writer::precision(const PlanOperand& operand) const
{
    return m_plan->buffers[size_t(operand.buffer)].precision;
}

std::string Writer::read(const PlanOperand& operand, const std::string& at) const
{
    const std::string element = array(operand) + "[" + at + "]";
    if (isInteger(operand)) return "float(" + element + ")";
    return precision(operand) == Precision::Single ? element : "wide(uint(" + element + "))";
}

std::string Writer::write(const PlanOperand& operand, const std::string& at, const std::string& value) const
{
    const bool full = precision(operand) == Precision::Single;
    return array(operand) + "[" + at + "] = " + (full ? value : "uint16_t(narrow(" + value + "))") + ";";
}

void Writer::useNarrow(Precision precision)
{
    if (precision == Precision::Single || m_narrow) return;
    m_narrow = true;
    line(precision == Precision::Half ? "#define HALF" : "#define BFLOAT");
    include("narrow.glsl");
}

bool Writer::isInteger(const PlanOperand& operand) const
{
    return m_plan->buffers[size_t(operand.buffer)].element == Element::Integer;
}

Shader Writer::finish(std::string name)
{
    shader.name = std::move(name);
    shader.text = "#version 450\n" + m_extensions + m_text;
    return std::move(shader);
}

std::string Formulas::input(const RowMember& member, size_t i, std::string& to)
{
    const int from = member.inputs[i];
    return from < 0 ? value(~from, to) : m_read(from);
}

std::string Formulas::value(int k, std::string& to)
{
    if (const auto known = m_values.find(k); known != m_values.end()) return known->second;
    const RowMember& member = m_kernel.members[size_t(k)];
    std::vector<std::string> variables(member.inputs.size());
    for (size_t i = 0; i < variables.size(); ++i)
        if (language::uses(member.formula, int(i))) variables[i] = input(member, i, to);
    const language::GlslCode code =
        language::printGlsl(std::span(&member.formula, 1), variables, "m" + std::to_string(k) + "_");
    to += code.statements;
    return m_values[k] = code.results[0];
}

std::string reductionStart(const std::string& reduction)
{
    return reduction == "sum"       ? "0.0"
           : reduction == "product" ? "1.0"
           : reduction == "max"     ? "(-AXO_INFINITY)"
                                    : "AXO_INFINITY";
}

std::string reductionJoin(const std::string& reduction, const std::string& a, const std::string& b)
{
    if (reduction == "sum") return a + " + " + b;
    if (reduction == "product") return a + " * " + b;
    return "axo_" + reduction + "(" + a + ", " + b + ")";
}

Shader makeShader(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
{
    const auto make = [&] {
        switch (kernel.kind) {
        case PlanKernel::Kind::Contraction:
            return makeContraction(kernel, plan, facts);
        case PlanKernel::Kind::Rows:
            return makeRows(kernel, plan, facts);
        case PlanKernel::Kind::Copy:
            return makeCopy(kernel, plan, facts);
        case PlanKernel::Kind::Other:
            break;
        }
        return kernel.instruction->op->body ? makeScan(kernel, plan, facts)
                                            : makeStructural(kernel, plan, facts);
    };
    Shader shader = make();
    const size_t bindings = shader.bindings.size() + (shader.partials ? 2 : 0);
    if (int64_t(bindings) > facts.maxBindings)
        throw MachineFailure{{"vulkan",
                              kernel.name + " reads and writes " + std::to_string(bindings) + " arrays, " +
                                  facts.name + " binds " + std::to_string(facts.maxBindings),
                              "the backend cpu has no such limit"}};
    return shader;
}

} // namespace core::vulkan
