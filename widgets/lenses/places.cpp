#include "widgets/lenses/places.h"

#include "core/ops/op.h"
#include "widgets/forms/finder.h"

#include <QWidget>

namespace widgets
{

using core::Instrument;

/// Parameters in the order of the program, with the blocks they belong to.
static std::vector<std::pair<std::string, std::string>> parametersOf(const core::Elaboration& elaboration)
{
    std::vector<std::pair<std::string, std::string>> found;
    for (const core::Instruction& instruction : elaboration.program.code)
        if (instruction.op && instruction.op->name == "parameter")
            found.emplace_back(instruction.source.block, instruction.attributes.name);
    return found;
}

std::string placeFor(const Lab& lab, const Instrument& instrument)
{
    const core::Elaboration& elaboration = lab.elaboration();
    if (instrument.needs == Instrument::Needs::Wire) {
        const std::string port = lab.selectedPort();
        if (elaboration.types.contains(port)) return port;
        for (const core::Wire& wire : lab.diagram().wires)
            for (const auto& [block, parameter] : parametersOf(elaboration))
                if (wire.from.block == block) return wire.from.text();
        return elaboration.types.empty() ? std::string() : elaboration.types.begin()->first;
    }
    if (instrument.needs == Instrument::Needs::Parameter) {
        const auto parameters = parametersOf(elaboration);
        for (const auto& [block, parameter] : parameters)
            if (lab.selection().blocks.contains(block.substr(0, block.find('/')))) return parameter;
        return parameters.empty() ? std::string() : parameters.front().second;
    }
    return {};
}

bool appliesAt(const Lab& lab, const Instrument& instrument, const std::string& at)
{
    const auto& data = lab.snapshot().data;
    return data && instrument.applies(*data, lab.elaboration(), at);
}

std::vector<std::string> placesOf(const Lab& lab, const Instrument& instrument)
{
    std::vector<std::string> places;
    const auto add = [&](const std::string& at) {
        if (std::ranges::find(places, at) == places.end() && appliesAt(lab, instrument, at))
            places.push_back(at);
    };
    if (instrument.needs == Instrument::Needs::Parameter)
        for (const auto& [block, parameter] : parametersOf(lab.elaboration())) add(parameter);
    else if (instrument.needs == Instrument::Needs::Wire)
        for (const core::Wire& wire : lab.diagram().wires) add(wire.from.text());
    return places;
}

QString titleOf(const Instrument& instrument)
{
    return QString::fromUtf8(instrument.title.data(), qsizetype(instrument.title.size()));
}

QString helpOf(const Instrument& instrument)
{
    return QString::fromUtf8(instrument.help.data(), qsizetype(instrument.help.size()));
}

void chooseInstrument(Lab& lab, QWidget* parent, QPoint place, const std::string& at, InstrumentChosen chosen)
{
    QList<FinderEntry> entries;
    for (const Instrument& instrument : core::allInstruments())
        if (appliesAt(lab, instrument, at.empty() ? placeFor(lab, instrument) : at))
            entries << FinderEntry{
                titleOf(instrument), helpOf(instrument), {}, [chosen, &instrument] { chosen(instrument); }};
    new Finder(parent, place, QObject::tr("What to look at"), std::move(entries));
}

void choosePlace(Lab& lab, QWidget* parent, QPoint place, const Instrument& instrument,
                 std::function<void(const std::string&)> chosen)
{
    QList<FinderEntry> entries{{QObject::tr("where the selection is"), {}, {}, [chosen] { chosen({}); }}};
    for (const std::string& at : placesOf(lab, instrument)) {
        QString detail;
        if (const auto type = lab.elaboration().types.find(at); type != lab.elaboration().types.end())
            detail = QString::fromStdString(type->second.type.text());
        entries << FinderEntry{QString::fromStdString(at), detail, {}, [chosen, at] { chosen(at); }};
    }
    new Finder(parent, place, QObject::tr("Where to look"), std::move(entries));
}

std::string watchKey(const core::Lens& lens, const std::string& at, int64_t example)
{
    std::string key = lens.instrument + "|" + at + "|" + std::to_string(example);
    for (const auto& [name, setting] : lens.settings)
        key += "|" + name + "=" + setting.text +
               (setting.kind == core::Setting::Kind::Number ? std::to_string(setting.number)
                : setting.on                                ? "on"
                                                            : "");
    return key;
}

} // namespace widgets
