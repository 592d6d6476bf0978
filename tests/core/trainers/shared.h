// Documents and runs that several tests of the trainers use.
#pragma once

#include "core/trainers/run.h"

#include <cmath>

namespace shared
{

using namespace core;

inline Setting text(std::string value) { return {Setting::Kind::Text, 0, std::move(value), false}; }
inline Setting number(double value) { return {Setting::Kind::Number, value, {}, false}; }

/// data -> linear(hidden) -> tanh -> linear -> loss; the loss is cross_entropy where `loss` says so, else
/// mse.
inline Document network(const std::string& data, int hidden, const std::string& loss = "cross_entropy",
                        const std::string& activation = "tanh(x)")
{
    const bool labels = loss == "cross_entropy";
    Document document;
    document.diagram.blocks = {
        {"data", "data", {}, {}, {}},
        {"hidden", "linear", {{"to", text("channel: " + std::to_string(hidden))}}, {}, {}},
        {"bend", "activation", {{"formula", text(activation)}}, {}, {}},
        {"output", "linear", {{"to", text(labels ? "class: classes" : "output: 1")}}, {}, {}},
        {"loss", loss, {}, {}, {}},
    };
    document.diagram.wires = {
        {{"data", "x"}, {"hidden", "x"}},    {{"hidden", "y"}, {"bend", "x"}},
        {{"bend", "y"}, {"output", "x"}},    {{"output", "y"}, {"loss", labels ? "logits" : "prediction"}},
        {{"data", "y"}, {"loss", "target"}},
    };
    document.data.name = data;
    document.train = {"adam", {}, "0.01", 16, 5, 0, 3};
    return document;
}

inline Document spiral(int64_t batch = 10)
{
    Document document = network("spiral", 8, "mse");
    document.data.validation = 0;
    document.train.batch = batch;
    return document;
}

inline Run runOf(const Document& document, Backend& backend)
{
    return Run(document, BlockLibrary::builtIn(), std::make_shared<const Dataset>(loadDataset(document.data)),
               backend);
}

inline std::vector<float> losses(Run& run, int steps)
{
    std::vector<float> list;
    for (int i = 0; i < steps; ++i) list.push_back(run.step());
    return list;
}

} // namespace shared
