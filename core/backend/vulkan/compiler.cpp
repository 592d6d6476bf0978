#include "core/backend/vulkan/compiler.h"

#include "core/backend/vulkan/khrmatrices.h"
#include "core/error.h"

#include <glslang/Public/ResourceLimits.h>
#include <glslang/Public/ShaderLang.h>
#include <glslang/SPIRV/GlslangToSpv.h>
#include <glslang/SPIRV/spirv.hpp>

#include <cstring>

namespace core::vulkan
{

namespace
{

constexpr std::string_view version = "1"; ///< of what is done to a text here

Spirv translate(const std::string& glsl)
{
    glslang::TShader shader(EShLangCompute);
    const char* const text = glsl.c_str();
    shader.setStrings(&text, 1);
    shader.setEnvInput(glslang::EShSourceGlsl, EShLangCompute, glslang::EShClientVulkan, 100);
    shader.setEnvClient(glslang::EShClientVulkan, glslang::EShTargetVulkan_1_2);
    shader.setEnvTarget(glslang::EShTargetSpv, glslang::EShTargetSpv_1_5);
    const auto messages = EShMessages(EShMsgSpvRules | EShMsgVulkanRules);
    if (!shader.parse(GetDefaultResources(), 450, false, messages))
        throw Error{"shader", shader.getInfoLog(), glsl};
    glslang::TProgram program;
    program.addShader(&shader);
    if (!program.link(messages)) throw Error{"shader", program.getInfoLog(), glsl};
    Spirv spirv;
    glslang::SpvOptions options;
    options.disableOptimizer = true;
    glslang::GlslangToSpv(*program.getIntermediate(EShLangCompute), spirv, &options);
    return spirv;
}

bool isArithmetic(uint32_t opcode)
{
    switch (opcode) {
    case spv::OpFNegate:
    case spv::OpFAdd:
    case spv::OpFSub:
    case spv::OpFMul:
    case spv::OpFDiv:
        return true;
    default:
        return false;
    }
}

/// Without these, a driver may fuse a product and a sum, and take (1 + x) - 1 for x.
Spirv exact(const Spirv& spirv, bool preservesNan)
{
    const auto word = [](uint32_t opcode, uint32_t count) { return count << 16 | opcode; };
    Spirv decorations, out(spirv.begin(), spirv.begin() + 5);
    uint32_t entry = 0;
    for (size_t at = 5; at < spirv.size(); at += spirv[at] >> 16) {
        const uint32_t opcode = spirv[at] & 0xFFFF;
        if (isArithmetic(opcode))
            decorations.insert(decorations.end(), {word(spv::OpDecorate, 3), spirv[at + 2],
                                                   uint32_t(spv::DecorationNoContraction)});
        if (opcode == spv::OpEntryPoint) entry = spirv[at + 2];
    }
    if (preservesNan)
        out.insert(out.end(),
                   {word(spv::OpCapability, 2), uint32_t(spv::CapabilitySignedZeroInfNanPreserve)});
    bool decorated = false;
    for (size_t at = 5; at < spirv.size(); at += spirv[at] >> 16) {
        const uint32_t opcode = spirv[at] & 0xFFFF;
        if (opcode == spv::OpDecorate && !decorated) {
            out.insert(out.end(), decorations.begin(), decorations.end());
            decorated = true;
        }
        if (opcode == spv::OpExecutionMode && preservesNan && entry) {
            out.insert(out.end(), {word(spv::OpExecutionMode, 4), entry,
                                   uint32_t(spv::ExecutionModeSignedZeroInfNanPreserve), 32u});
            entry = 0;
        }
        out.insert(out.end(), spirv.begin() + ptrdiff_t(at),
                   spirv.begin() + ptrdiff_t(at + (spirv[at] >> 16)));
    }
    return out;
}

} // namespace

Compiler::Compiler(std::string folder, bool preservesNan)
    : m_folder(std::move(folder))
    , m_preservesNan(preservesNan)
{
    glslang::InitializeProcess();
}

Compiler::~Compiler() { glslang::FinalizeProcess(); }

Spirv Compiler::compile(const std::string& glsl)
{
    const std::string name = contentHash(glsl + std::string(version) + (m_preservesNan ? "n" : "-") +
                                         glslang::GetGlslVersionString()) +
                             ".spv";
    const std::string kept = readCache(m_folder, name);
    if (!kept.empty() && kept.size() % 4 == 0) {
        Spirv spirv(kept.size() / 4);
        std::memcpy(spirv.data(), kept.data(), kept.size());
        return spirv;
    }
    ++m_compiled;
    Spirv plain = translate(glsl);
    if (glsl.find(khrMatricesMark) != glsl.npos) plain = khrMatrices(plain);
    const Spirv spirv = exact(plain, m_preservesNan);
    writeCache(m_folder, name, {reinterpret_cast<const char*>(spirv.data()), spirv.size() * 4});
    return spirv;
}

} // namespace core::vulkan
