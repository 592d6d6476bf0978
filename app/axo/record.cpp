#include "app/axo/record.h"

#include "core/instruments/common.h"

namespace axo
{

Record::Record(const core::Run& run)
{
    for (const std::string& name : run.parameterNames())
        m_file.tensors["parameter/" + name] = run.parameter(name);
    m_file.metadata["document"] = core::writeDocument(run.document());
}

void Record::add(const core::Run& run, double rate, float loss)
{
    const std::string step = std::to_string(m_losses.size());
    m_file.tensors["x." + step] = core::instruments::inputsOf(run.data(), run.latestBatch());
    m_file.tensors["y." + step] = core::instruments::targetsOf(run.data(), run.latestBatch());
    m_losses.push_back(loss);
    m_rates.push_back(float(rate));
}

void Record::write(const std::string& path)
{
    const core::Axis steps{"step", int64_t(m_losses.size())};
    m_file.tensors["loss"] = core::Array::real({steps}, m_losses);
    m_file.tensors["rate"] = core::Array::real({steps}, m_rates);
    core::files::writeFile(path, core::files::writeSafetensors(m_file));
}

} // namespace axo
