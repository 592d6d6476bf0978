// Expressions -> numbered values (equal ones once) -> fused multiply-adds -> registers.
#include "core/language/strip.h"

#include "core/language/kernels.h"
#include "core/language/walk.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <map>

namespace core::language
{
namespace
{

constexpr int none = -1;

struct Value {
    enum class Kind : uint8_t { Input, Constant, Call } kind;
    std::string_view function;
    std::array<int, 3> operands{none, none, none}; ///< Input: its number; Constant: place in the table
    int users = 0;
    bool result = false;
};

class Compiler
{
public:
    Compiler(std::span<const Expression> outputs, int inputs)
    {
        m_code.inputs = inputs;
        for (int i = 0; i < inputs; ++i) m_values.push_back({Value::Kind::Input, "", {i, none, none}});
        const Walk walk(outputs);
        std::vector<int> numbers;
        for (const Expression* node : walk.nodes) numbers.push_back(number(*node, walk, numbers));
        for (const Expression& output : outputs) {
            m_outputs.push_back(numbers[size_t(walk.position(output))]);
            m_values[size_t(m_outputs.back())].result = true;
        }
    }

    StripCode compile()
    {
        fuse();
        allocate();
        return std::move(m_code);
    }

private:
    Value& value(int number) { return m_values[size_t(number)]; }
    bool isConstant(int number, float wanted)
    {
        const Value& v = value(number);
        return v.kind == Value::Kind::Constant && m_code.constants[size_t(v.operands[0])] == wanted;
    }

    int add(Value v)
    {
        const auto [at, fresh] = m_numbering.emplace(std::pair(v.function, v.operands), int(m_values.size()));
        if (fresh) m_values.push_back(v);
        return at->second;
    }

    int constant(float number)
    {
        const auto [at, fresh] = m_constants.emplace(std::bit_cast<uint32_t>(number), int(m_values.size()));
        if (fresh) {
            m_values.push_back({Value::Kind::Constant, "", {int(m_code.constants.size()), none, none}});
            m_code.constants.push_back(number);
        }
        return at->second;
    }

    int number(const Expression& e, const Walk& walk, const std::vector<int>& numbers)
    {
        if (e.kind() == Expression::Kind::Number) return constant(float(e.number()));
        if (e.kind() == Expression::Kind::Variable) {
            assert(e.variable() < m_code.inputs);
            return e.variable();
        }
        Value v{Value::Kind::Call, e.function().name};
        for (size_t i = 0; i < e.arguments().size(); ++i)
            v.operands[i] = numbers[size_t(walk.position(e.arguments()[i]))];
        if (v.function == "add" || v.function == "multiply")
            std::sort(v.operands.begin(), v.operands.begin() + 2);
        // A condition is 1 or 0 already.
        if (v.function == "where" && isConstant(v.operands[1], 1) && isConstant(v.operands[2], 0))
            return v.operands[0];
        return add(v);
    }

    const Value* only(int number, std::string_view function)
    {
        const Value& v = value(number);
        return v.function == function && v.users == 1 && !v.result ? &v : nullptr;
    }

    /// Selections that training is full of: of slopes of relu, of updates that are finite.
    void fuseSelections()
    {
        for (Value& v : m_values) {
            if (v.function == "max") {
                if (const Value* sum = only(v.operands[0], "add"))
                    v.function = "add_max", v.operands = {sum->operands[0], sum->operands[1], v.operands[1]};
            } else if (v.function == "where") {
                const auto [condition, chosen, other] = v.operands;
                const Value* const above = only(condition, "greater");
                const Value* const most = only(condition, "less_equal");
                const Value* const size = most ? only(most->operands[0], "abs") : nullptr;
                if (above && isConstant(other, 0))
                    v.function = "gate", v.operands = {above->operands[0], above->operands[1], chosen};
                else if (size && size->operands[0] == chosen)
                    v.function = "within", v.operands = {chosen, most->operands[1], other};
            }
        }
    }

    /// A product with one user, a sum or difference, becomes part of it.
    void fuse()
    {
        for (const Value& v : m_values)
            if (v.kind == Value::Kind::Call)
                for (int o : v.operands)
                    if (o != none) ++value(o).users;
        for (Value& v : m_values) {
            if (v.function != "add" && v.function != "subtract") continue;
            for (int side = 0; side < 2; ++side) {
                Value& product = value(v.operands[size_t(side)]);
                if (product.function != "multiply" || product.users != 1 || product.result) continue;
                const int other = v.operands[size_t(1 - side)];
                v.function = v.function == "add" ? "multiply_add"
                             : side == 0         ? "multiply_subtract"
                                                 : "subtract_multiply";
                v.operands = {product.operands[0], product.operands[1], other};
                product.users = 0;
                break;
            }
        }
        fuseSelections();
    }

    void allocate()
    {
        std::vector<bool> live(m_values.size());
        for (int output : m_outputs) live[size_t(output)] = true;
        std::vector<int> lastUse(m_values.size(), none);
        for (int i = int(m_values.size()) - 1; i >= 0; --i) {
            if (!live[size_t(i)] || value(i).kind != Value::Kind::Call) continue;
            for (int o : value(i).operands)
                if (o != none) {
                    live[size_t(o)] = true;
                    lastUse[size_t(o)] = std::max(lastUse[size_t(o)], i);
                }
        }
        std::vector<int32_t> places(m_values.size());
        std::vector<int32_t> unused;
        m_code.registers = m_code.inputs;
        for (int i = 0; i < int(m_values.size()); ++i) {
            const Value& v = value(i);
            if (v.kind != Value::Kind::Call) {
                places[size_t(i)] = v.kind == Value::Kind::Input ? v.operands[0] : ~v.operands[0];
                continue;
            }
            if (!live[size_t(i)]) continue;
            int32_t operands[3] = {0, 0, 0};
            size_t mode = 0;
            for (size_t k = 0; k < 3 && v.operands[k] != none; ++k) {
                const int o = v.operands[k];
                operands[k] = places[size_t(o)];
                if (operands[k] < 0) mode |= size_t(1) << k;
                const bool again = std::find(v.operands.begin(), v.operands.begin() + long(k), o) !=
                                   v.operands.begin() + long(k);
                if (value(o).kind == Value::Kind::Call && lastUse[size_t(o)] == i && !value(o).result &&
                    !again)
                    unused.push_back(places[size_t(o)]);
            }
            if (unused.empty()) unused.push_back(m_code.registers++);
            places[size_t(i)] = unused.back();
            unused.pop_back();
            m_code.code.push_back({kernelsOf(v.function).kernels[mode], places[size_t(i)], operands[0],
                                   operands[1], operands[2]});
        }
        for (int output : m_outputs) m_code.results.push_back(places[size_t(output)]);
    }

    StripCode m_code;
    std::vector<Value> m_values;
    std::vector<int> m_outputs;
    std::map<std::pair<std::string_view, std::array<int, 3>>, int> m_numbering;
    std::map<uint32_t, int> m_constants;
};

constexpr int padding = 16;

} // namespace

StripCode compileStrip(std::span<const Expression> outputs, int inputs)
{
    return Compiler(outputs, inputs).compile();
}

StripMachine::StripMachine(StripCode code)
    : m_code(std::move(code))
    , m_memory(size_t(m_code.registers) * stripLength + padding)
    , m_places(size_t(m_code.registers))
{
}

void StripMachine::run(const float* const* inputs, float* const* outputs, int64_t n)
{
    const auto address = reinterpret_cast<uintptr_t>(m_memory.data());
    float* const memory = m_memory.data() + (((address + 63) & ~uintptr_t(63)) - address) / sizeof(float);
    for (int r = 0; r < m_code.registers; ++r) m_places[size_t(r)] = memory + int64_t(r) * stripLength;
    for (int64_t begin = 0; begin < n; begin += stripLength) {
        const int length = int(std::min<int64_t>(n - begin, stripLength));
        for (int i = 0; i < m_code.inputs; ++i) {
            float* const copy = memory + int64_t(i) * stripLength;
            const bool whole = length % padding == 0;
            if (!whole) std::memcpy(copy, inputs[i] + begin, size_t(length) * sizeof(float));
            m_places[size_t(i)] = whole ? inputs[i] + begin : copy;
        }
        for (const StripInstruction& step : m_code.code)
            step.kernel(const_cast<float*>(m_places[size_t(step.dst)]), operand(step.a), operand(step.b),
                        operand(step.c), length);
        for (size_t j = 0; j < m_code.results.size(); ++j) {
            const int32_t result = m_code.results[j];
            if (result < 0)
                std::fill_n(outputs[j] + begin, length, *operand(result));
            else
                std::memmove(outputs[j] + begin, operand(result), size_t(length) * sizeof(float));
        }
    }
}

} // namespace core::language
