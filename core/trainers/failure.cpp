#include "core/trainers/parts.h"

#include <algorithm>
#include <cmath>

namespace core
{

namespace
{

/// "nan at [batch=3, hidden=7]", or nothing.
std::string notFinite(const Type& type, std::span<const float> values)
{
    const auto bad = std::find_if_not(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
    if (bad == values.end()) return {};
    std::string place;
    int64_t rest = bad - values.begin();
    const std::vector<int64_t> strides = type.strides();
    for (size_t i = 0; i < strides.size(); ++i) {
        place += (place.empty() ? "" : ", ") + type.axes[i].name + "=" + std::to_string(rest / strides[i]);
        rest %= strides[i];
    }
    return (std::isnan(*bad) ? "nan" : "infinite") + (place.empty() ? "" : " at [" + place + "]");
}

std::string notFinite(const Array& array)
{
    return array.type.element == Element::Integer ? std::string() : notFinite(array.type, array.reals());
}

} // namespace

void Run::Parts::copyInputs(Executable& executable)
{
    const auto copy = [&](const char* name, InputPort& from) {
        InputPort to(executable, name);
        if (!to.used() || !from.used()) return;
        std::memcpy(to.elements(), from.elements(), size_t(to.type().count()) * 4);
        to.commit();
    };
    copy("x", x);
    copy("y", y);
    copy("seed", seed);
    copy("step", stepInput);
}

std::optional<Error> Run::Parts::findNonFiniteGradient()
{
    if (!gradients.executable) {
        const Program made = gradientProgram(elaboration);
        gradients.executable = compile(made);
        for (const Result& result : made.results) {
            gradients.key.wires.push_back(result.name);
            gradients.observed.emplace_back(*gradients.executable, result.name);
        }
    }
    copyInputs(*gradients.executable);
    gradients.executable->run();
    for (size_t i = 0; i < gradients.observed.size(); ++i) {
        ResultPort& port = gradients.observed[i];
        const std::string bad = notFinite(port.type(), {port.reals(), size_t(port.type().count())});
        if (bad.empty()) continue;
        return Error{"gradient of " + gradients.key.wires[i],
                     "is " + bad + " in step " + std::to_string(step) + " though every wire is finite",
                     "scale the data or the initial parameters, or choose another activation; the parameters "
                     "are as before this step"};
    }
    return {};
}

Error Run::Parts::findNonFinite()
{
    const std::string when = " in step " + std::to_string(step);
    const std::string hint =
        "lower the learning rate or clip the gradient; the parameters are as before this step";
    for (const std::string& name : memory->names()) {
        if (const std::string bad = notFinite(memory->read(name)); !bad.empty()) {
            return {
                "parameter " + name, "is " + bad + " before" + when,
                "its last update was not finite: lower the learning rate or clip the gradient, then reset"};
        }
    }

    std::vector<std::string> wires;
    for (const auto& [wire, value] : elaboration.wires) wires.push_back(wire);
    std::sort(wires.begin(), wires.end(), [&](const std::string& a, const std::string& b) {
        return elaboration.wires.at(a) < elaboration.wires.at(b);
    });
    const auto executable = compile(observationProgram(elaboration, wires));
    copyInputs(*executable);
    executable->run();
    for (const std::string& wire : wires) {
        if (const std::string bad = notFinite(ResultPort(*executable, wire).array()); !bad.empty()) {
            return {"wire " + wire, "is " + bad + when, hint};
        }
    }
    if (const auto gradient = findNonFiniteGradient()) return *gradient;
    return {"gradient", "is not finite though every wire is," + when, hint};
}

} // namespace core
