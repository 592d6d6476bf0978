#include "core/backend/reference/reference.h"

#include "core/backend/reference/interpret.h"
#include "core/error.h"
#include "core/ops/op.h"
#include "core/program/analysis.h"
#include "core/program/initialise.h"

#include <algorithm>
#include <cassert>

namespace core
{
namespace
{

Array toArray(const Tensor& tensor)
{
    if (tensor.type.element == Element::Real)
        return Array{tensor.type, std::vector<float>(tensor.data.begin(), tensor.data.end())};
    return Array{tensor.type, std::vector<int32_t>(tensor.data.begin(), tensor.data.end())};
}

Tensor toTensor(const Array& array)
{
    Tensor tensor{array.type, {}};
    std::visit([&](const auto& values) { tensor.data.assign(values.begin(), values.end()); }, array.data);
    return tensor;
}

class ReferenceMemory : public Memory
{
public:
    bool has(const std::string& name) const override { return find(name) < m_entries.size(); }

    std::vector<std::string> names() const override
    {
        std::vector<std::string> names;
        for (const auto& entry : m_entries) names.push_back(entry.first);
        return names;
    }

    Type type(const std::string& name) const override { return at(name).type; }
    using Memory::read;
    Array read(const std::string& name) const override { return toArray(at(name)); }

    void write(const std::string& name, const Array& array) override
    {
        Tensor& tensor = at(name);
        if (tensor.type != array.type)
            throw Error{
                "'" + name + "'", "is " + tensor.type.text() + " and cannot be " + array.type.text(), {}};
        tensor = toTensor(array);
    }

    void mark() override { m_marked = m_entries; }
    void rewind() override { std::copy(m_marked.begin(), m_marked.end(), m_entries.begin()); }

    /// Index of the entry of that name, which is made if it is not there.
    size_t ensure(const Instruction& source, uint64_t seed)
    {
        const std::string& name = source.attributes.name;
        const size_t index = find(name);
        if (index == m_entries.size()) {
            const std::vector<float> values = initialValues(source, seed);
            m_entries.push_back({name, {source.type, std::vector<double>(values.begin(), values.end())}});
        }
        if (m_entries[index].second.type != source.type)
            throw Error{"'" + name + "'",
                        "is " + m_entries[index].second.type.text() + " in memory and " + source.type.text() +
                            " in the program",
                        {}};
        return index;
    }

    Tensor& entry(size_t index) { return m_entries[index].second; }

private:
    size_t find(const std::string& name) const
    {
        const auto same = [&](const auto& entry) { return entry.first == name; };
        return size_t(std::find_if(m_entries.begin(), m_entries.end(), same) - m_entries.begin());
    }
    const Tensor& at(const std::string& name) const
    {
        const size_t index = find(name);
        if (index == m_entries.size())
            throw Error{"'" + name + "'", "there is no parameter or state of this name", {}};
        return m_entries[index].second;
    }
    Tensor& at(const std::string& name) { return const_cast<Tensor&>(std::as_const(*this).at(name)); }

    std::vector<std::pair<std::string, Tensor>> m_entries, m_marked;
};

class ReferenceExecutable : public Executable
{
public:
    ReferenceExecutable(const Program& program, std::shared_ptr<ReferenceMemory> memory, uint64_t seed)
        : m_program(program)
        , m_memory(std::move(memory))
    {
        for (const Instruction& instruction : m_program.code) {
            m_values.push_back({instruction.type, std::vector<double>(size_t(instruction.type.count()))});
            const bool kept = instruction.op->name == "parameter" || instruction.op->name == "state";
            m_kept.push_back(kept ? int64_t(m_memory->ensure(instruction, seed)) : -1);
        }
    }

    int input(const std::string& name) const override { return m_program.find("input", name); }

    int result(const std::string& name) const override
    {
        for (size_t i = 0; i < m_program.results.size(); ++i)
            if (m_program.results[i].name == name) return int(i);
        return -1;
    }

    void upload(int input, const void* elements) override
    {
        Tensor& tensor = m_values[size_t(input)];
        for (size_t i = 0; i < tensor.data.size(); ++i)
            tensor.data[i] = tensor.type.element == Element::Real
                                 ? double(static_cast<const float*>(elements)[i])
                                 : double(static_cast<const int32_t*>(elements)[i]);
    }

    void run() override
    {
        for (size_t i = 0; i < m_values.size(); ++i)
            if (m_kept[i] >= 0) m_values[i].data = m_memory->entry(size_t(m_kept[i])).data;
        interpret(m_program, m_values);
        for (const Update& update : m_program.updates)
            m_memory->entry(size_t(m_kept[size_t(update.state)])).data = m_values[size_t(update.value)].data;
    }

    void download(int result, void* elements) const override
    {
        const Tensor& tensor = m_values[size_t(m_program.results[size_t(result)].value)];
        for (size_t i = 0; i < tensor.data.size(); ++i)
            if (tensor.type.element == Element::Real)
                static_cast<float*>(elements)[i] = float(tensor.data[i]);
            else
                static_cast<int32_t*>(elements)[i] = int32_t(tensor.data[i]);
    }

    const Type& inputType(int input) const override { return m_program.type(input); }
    const Type& resultType(int result) const override
    {
        return m_program.type(m_program.results[size_t(result)].value);
    }

    Cost cost() const override
    {
        Cost cost;
        for (size_t i = 0; i < m_program.code.size(); ++i) {
            cost.kernels += m_program.code[i].op->evaluate != nullptr;
            cost.flops += int64_t(flops(m_program, ValueId(i)));
            cost.bytesMoved += int64_t(bytes(m_program, ValueId(i)));
            cost.arenaBytes += 8 * m_program.code[i].type.count();
        }
        return cost;
    }

private:
    Program m_program;
    std::shared_ptr<ReferenceMemory> m_memory;
    std::vector<Tensor> m_values; ///< of each instruction
    std::vector<int64_t> m_kept;  ///< its entry in memory, or -1
};

class Reference : public Backend
{
public:
    BackendInfo info() const override { return {"reference", "plain loops in double"}; }
    std::shared_ptr<Memory> memory() override { return std::make_shared<ReferenceMemory>(); }

    std::unique_ptr<Executable> compile(const Program& program, std::shared_ptr<Memory> memory,
                                        uint64_t seed) override
    {
        auto own = std::dynamic_pointer_cast<ReferenceMemory>(std::move(memory));
        assert(own);
        return std::make_unique<ReferenceExecutable>(program, std::move(own), seed);
    }
};

} // namespace

std::unique_ptr<Backend> makeReference(const std::string& option)
{
    if (!option.empty()) throw Error{"backend", "reference takes no option '" + option + "'", {}};
    return std::make_unique<Reference>();
}

} // namespace core
