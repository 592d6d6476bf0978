#include "app/axo/record.h"

#include "core/instruments/common.h"

#include <algorithm>
#include <numeric>

namespace axo
{

Record::Record(core::Run& run)
{
    for (const std::string& name : run.parameterNames())
        m_file.tensors["parameter/" + name] = run.parameter(name);
    m_file.metadata["document"] = core::writeDocument(run.document());
    std::vector<int64_t> examples(size_t(std::min(mostExamples, int64_t(run.data().train.size()))));
    std::iota(examples.begin(), examples.end(), 0);
    for (const core::Wire& wire : run.document().diagram.wires)
        if (wire.to.port == "logits" || wire.to.port == "prediction") {
            m_file.tensors["output"] = run.observe({wire.from.text()}, examples).at(wire.from.text());
            m_file.tensors["output.x"] = core::instruments::inputsOf(run.data(), examples);
            m_file.tensors["output.y"] = core::instruments::targetsOf(run.data(), examples);
        }
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
