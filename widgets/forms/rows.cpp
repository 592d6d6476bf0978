#include "widgets/forms/rows.h"

#include "core/data/dataset.h"
#include "core/diagram/edit.h"
#include "core/picture/lanes.h"
#include "core/trainers/run.h"

#include <QObject>

namespace widgets
{
namespace
{

using core::Document;
using core::Setting;
using Kind = core::ParameterDeclaration::Kind;

Setting number(double value) { return {Setting::Kind::Number, value, {}, false}; }
Setting text(std::string value) { return {Setting::Kind::Text, 0, std::move(value), false}; }

core::ParameterDeclaration declare(std::string name, Kind kind, QString help, std::optional<double> low = {},
                                   std::optional<double> high = {})
{
    core::ParameterDeclaration declaration;
    declaration.name = std::move(name);
    declaration.kind = kind;
    declaration.help = help.toStdString();
    declaration.low = low;
    declaration.high = high;
    return declaration;
}

/// A row over a map of settings (the data's own, the optimiser's own), where the default is not written.
FormRow settingRow(const core::ParameterDeclaration& declaration,
                   std::map<std::string, Setting>& (*settings)(Document&))
{
    return {declaration,
            [declaration, settings](const Document& document) {
                const auto& all = settings(const_cast<Document&>(document)); // read only
                const auto found = all.find(declaration.name);
                return found == all.end() ? declaration.initial : found->second;
            },
            [declaration, settings](Document& document, const Setting& setting) {
                if (setting == declaration.initial)
                    settings(document).erase(declaration.name);
                else
                    settings(document)[declaration.name] = setting;
            },
            {}};
}

} // namespace

std::vector<FormRow> blockRows(const core::BlockDeclaration& kind, const std::string& id)
{
    std::vector<FormRow> rows;
    for (const core::ParameterDeclaration& parameter : kind.parameters)
        rows.push_back({parameter,
                        [parameter, id](const Document& document) {
                            const core::Block* block = document.diagram.find(id);
                            return block ? core::picture::settingOf(*block, parameter) : parameter.initial;
                        },
                        [parameter, id](Document& document, const Setting& setting) {
                            core::edit::setSetting(document, id, parameter.name, setting);
                        },
                        {}});
    return rows;
}

std::vector<FormRow> dataRows(const Document& document)
{
    std::vector<FormRow> rows;
    auto set = declare("set", Kind::Choice, QObject::tr("What the network learns from"));
    const auto declarations = core::dataDeclarations();
    for (const core::DataDeclaration& data : declarations)
        if (data.available) set.choices.push_back(data.name);
    rows.push_back({set, [](const Document& d) { return text(d.data.name); },
                    [](Document& d, const Setting& setting) {
                        if (d.data.name != setting.text) d.data.settings.clear();
                        d.data.name = setting.text;
                    },
                    QObject::tr("data set")});
    for (const core::DataDeclaration& data : declarations)
        if (data.name == document.data.name)
            for (const core::ParameterDeclaration& parameter : data.parameters)
                rows.push_back(settingRow(
                    parameter, [](Document & d) -> auto& { return d.data.settings; }));
    rows.push_back({declare("validation", Kind::Number,
                            QObject::tr("Share of the training examples kept for validation"), 0, 0.9),
                    [](const Document& d) { return number(d.data.validation); },
                    [](Document& d, const Setting& setting) { d.data.validation = setting.number; },
                    {}});
    rows.push_back({declare("split_seed", Kind::Integer,
                            QObject::tr("Which examples are kept for validation and test"), 0, 1e9),
                    [](const Document& d) { return number(double(d.data.splitSeed)); },
                    [](Document& d, const Setting& setting) { d.data.splitSeed = uint64_t(setting.number); },
                    {}});
    auto normalise =
        declare("normalise", Kind::Choice,
                QObject::tr("unit: into 0..1; standard: mean 0 and deviation 1, feature by feature"));
    normalise.choices = {"none", "unit", "standard"};
    rows.push_back({normalise,
                    [](const Document& d) { return text(d.data.normalise); },
                    [](Document& d, const Setting& setting) { d.data.normalise = setting.text; },
                    {}});
    return rows;
}

std::vector<FormRow> trainingRows(const Document& document)
{
    std::vector<FormRow> rows;
    auto optimiser = declare("optimiser", Kind::Choice, QObject::tr("How parameters follow their gradients"));
    for (const core::OptimiserDeclaration& known : core::optimisers())
        optimiser.choices.push_back(known.name);
    rows.push_back({optimiser,
                    [](const Document& d) { return text(d.train.optimiser); },
                    [](Document& d, const Setting& setting) {
                        if (d.train.optimiser != setting.text) d.train.settings.clear();
                        d.train.optimiser = setting.text;
                    },
                    {}});
    for (const core::OptimiserDeclaration& known : core::optimisers())
        if (known.name == document.train.optimiser)
            for (const core::ParameterDeclaration& parameter : known.parameters)
                rows.push_back(settingRow(
                    parameter, [](Document & d) -> auto& { return d.train.settings; }));
    rows.push_back({declare("rate", Kind::Formula,
                            QObject::tr("Learning rate: a formula of step, epoch, steps, epochs")),
                    [](const Document& d) { return text(d.train.rate); },
                    [](Document& d, const Setting& setting) { d.train.rate = setting.text; },
                    {}});
    rows.push_back(
        {declare("batch", Kind::Integer, QObject::tr("Examples a step; 0: the whole training set"), 0, 1e7),
         [](const Document& d) { return number(double(d.train.batch)); },
         [](Document& d, const Setting& setting) { d.train.batch = int64_t(setting.number); },
         {}});
    rows.push_back({declare("epochs", Kind::Integer, QObject::tr("How often every example is seen"), 1, 1e9),
                    [](const Document& d) { return number(double(d.train.epochs)); },
                    [](Document& d, const Setting& setting) { d.train.epochs = int64_t(setting.number); },
                    {}});
    rows.push_back(
        {declare("clip", Kind::Number, QObject::tr("Largest norm of the gradient; 0: unlimited"), 0, 1e6),
         [](const Document& d) { return number(d.train.clip); },
         [](Document& d, const Setting& setting) { d.train.clip = setting.number; },
         {}});
    rows.push_back({declare("seed", Kind::Integer,
                            QObject::tr("Of initial parameters, order of examples, dropout"), 0, 1e9),
                    [](const Document& d) { return number(double(d.train.seed)); },
                    [](Document& d, const Setting& setting) { d.train.seed = uint64_t(setting.number); },
                    {}});
    return rows;
}

std::vector<FormRow> sizeRows(const core::Diagram& diagram)
{
    std::vector<FormRow> rows;
    for (const auto& [symbol, formula] : diagram.sizes)
        rows.push_back({declare(symbol, Kind::Formula,
                                QObject::tr("A named size; formulas of other sizes may be used: 4*d")),
                        [symbol = symbol](const Document& d) {
                            const auto found = d.diagram.sizes.find(symbol);
                            return text(found == d.diagram.sizes.end() ? std::string() : found->second);
                        },
                        [symbol = symbol](Document& d, const Setting& setting) {
                            d.diagram.sizes[symbol] = setting.text;
                        },
                        {}});
    return rows;
}

} // namespace widgets
