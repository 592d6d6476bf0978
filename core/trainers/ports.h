// Inputs and results of an executable, looked up once: written and read in place where the machine allows it.
#pragma once

#include "core/backend/backend.h"

#include <cstring>

namespace core
{

class InputPort
{
public:
    InputPort() = default;
    InputPort(Executable& executable, const std::string& name)
        : m_executable(&executable)
        , m_slot(executable.input(name))
    {
        if (m_slot < 0) return;
        m_storage = executable.inputStorage(m_slot);
        if (!m_storage) m_staging.resize(size_t(executable.inputType(m_slot).count()) * 4);
    }

    bool used() const { return m_slot >= 0; }
    const Type& type() const { return m_executable->inputType(m_slot); }
    /// Where the elements go (float or int32, in the order of the type), then commit().
    void* elements() { return m_storage ? m_storage : m_staging.data(); }
    void commit()
    {
        if (!m_storage && used()) m_executable->upload(m_slot, m_staging.data());
    }
    template<typename T> void set(T scalar)
    {
        if (!used()) return;
        std::memcpy(elements(), &scalar, sizeof scalar);
        commit();
    }

private:
    Executable* m_executable = nullptr;
    int m_slot = -1;
    void* m_storage = nullptr;
    std::vector<std::byte> m_staging;
};

class ResultPort
{
public:
    ResultPort() = default;
    ResultPort(Executable& executable, const std::string& name)
        : m_executable(&executable)
        , m_slot(executable.result(name))
    {
        if (m_slot < 0) return;
        m_storage = executable.resultStorage(m_slot);
        if (!m_storage) m_staging.resize(size_t(executable.resultType(m_slot).count()) * 4);
    }

    bool used() const { return m_slot >= 0; }
    const Type& type() const { return m_executable->resultType(m_slot); }
    /// Valid until the next run.
    const void* elements()
    {
        if (m_storage) return m_storage;
        m_executable->download(m_slot, m_staging.data());
        return m_staging.data();
    }
    const float* reals() { return static_cast<const float*>(elements()); }
    /// Of an earlier run, where several may be on their way.
    const float* reals(int runsAgo)
    {
        if (runsAgo == 0) return reals();
        m_executable->downloadEarlier(m_slot, runsAgo, m_staging.data());
        return reinterpret_cast<const float*>(m_staging.data());
    }
    Array array()
    {
        if (type().element == Element::Integer) {
            const int32_t* from = static_cast<const int32_t*>(elements());
            return Array::integer(type().axes, {from, from + type().count()});
        }
        return Array::real(type().axes, {reals(), reals() + type().count()});
    }

private:
    Executable* m_executable = nullptr;
    int m_slot = -1;
    const void* m_storage = nullptr;
    std::vector<std::byte> m_staging;
};

} // namespace core
