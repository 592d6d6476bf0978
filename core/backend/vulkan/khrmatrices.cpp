#include "core/backend/vulkan/khrmatrices.h"

#include <array>
#include <cstring>
#include <map>

namespace core::vulkan
{

namespace
{

/// Numbers of SPIR-V that older headers lack, and those that they stand for.
enum Opcode : uint32_t {
    Extension = 10,
    Capability = 17,
    TypeInt = 21,
    TypeFloat = 22,
    ConstantTrue = 41,
    Constant = 43,
    TypeKhr = 4456,
    LoadKhr,
    StoreKhr,
    MultiplyAddKhr,
    TypeNv = 5358,
    LoadNv,
    StoreNv,
    MultiplyAddNv,
};
constexpr uint32_t capabilityNv = 5357, capabilityKhr = 6022;
constexpr char extensionNv[] = "SPV_NV_cooperative_matrix", extensionKhr[] = "SPV_KHR_cooperative_matrix";
enum Use : uint32_t { First, Second, Sums };

class Translation
{
public:
    explicit Translation(const Spirv& spirv)
        : m_out(spirv.begin(), spirv.begin() + 5)
        , m_next(spirv[3])
    {
        for (size_t at = 5; at < spirv.size(); at += spirv[at] >> 16)
            instruction(spirv[at] & 0xFFFF, &spirv[at], spirv[at] >> 16);
        m_out[3] = m_next;
    }
    Spirv result() { return std::move(m_out); }

private:
    void emit(uint32_t opcode, std::initializer_list<uint32_t> words, const uint32_t* more = nullptr,
              const uint32_t* end = nullptr)
    {
        m_out.push_back(uint32_t(1 + words.size() + size_t(end - more)) << 16 | opcode);
        m_out.insert(m_out.end(), words);
        m_out.insert(m_out.end(), more, end);
    }

    void instruction(uint32_t opcode, const uint32_t* w, uint32_t count)
    {
        switch (opcode) {
        case Capability:
            return emit(opcode, {w[1] == capabilityNv ? capabilityKhr : w[1]}, w + 2, w + count);
        case Extension:
            if (!std::strcmp(reinterpret_cast<const char*>(w + 1), extensionNv)) return extension();
            break;
        case TypeFloat:
            if (w[2] == 32) m_single = w[1];
            break;
        case Constant:
            m_values[w[2]] = w[3];
            break;
        case ConstantTrue:
            m_true = w[2];
            break;
        case TypeNv: {
            const Use use = w[2] == m_single ? Sums : m_values[w[4]] != m_values[w[5]] ? Second : First;
            return emit(TypeKhr, {w[1], w[2], w[3], w[4], use == Second ? w[4] : w[5], m_numbers[use]});
        }
        case LoadNv: // type, result, from, stride, by columns
            return emit(LoadKhr, {w[1], w[2], w[3], m_numbers[w[5] == m_true], w[4]}, w + 6, w + count);
        case StoreNv: // to, matrix, stride, by columns
            return emit(StoreKhr, {w[1], w[2], m_numbers[w[4] == m_true], w[3]}, w + 5, w + count);
        case MultiplyAddNv:
            return emit(MultiplyAddKhr, {}, w + 1, w + count);
        default:
            break;
        }
        m_out.insert(m_out.end(), w, w + count);
        if (opcode != TypeInt || w[2] != 32 || w[3] != 0) return;
        for (uint32_t number = 0; number < 3; ++number) {
            m_numbers[number] = m_next++;
            emit(Constant, {w[1], m_numbers[number], number});
        }
    }

    void extension()
    {
        std::array<uint32_t, sizeof extensionKhr / 4 + 1> words{};
        std::memcpy(words.data(), extensionKhr, sizeof extensionKhr);
        emit(Extension, {}, words.data(), words.data() + words.size());
    }

    Spirv m_out;
    uint32_t m_next, m_single = 0, m_true = 0;
    std::array<uint32_t, 3> m_numbers{}; ///< ids of the constants 0, 1, 2
    std::map<uint32_t, uint32_t> m_values;
};

} // namespace

Spirv khrMatrices(const Spirv& spirv) { return Translation(spirv).result(); }

} // namespace core::vulkan
