// Where an instrument can look, and choosing one: for the wall of pictures, the canvas and the inspector.
#pragma once

#include "core/diagram/lenses.h"
#include "core/instruments/instrument.h"
#include "widgets/lab.h"

#include <QPoint>

class QWidget;

namespace widgets
{

/// The selected wire; the selected block's first parameter; else the first of the diagram, so that there is
/// something.
std::string placeFor(const Lab&, const core::Instrument&);
/// All wires or parameters that it has something to show at.
std::vector<std::string> placesOf(const Lab&, const core::Instrument&);
bool appliesAt(const Lab&, const core::Instrument&, const std::string& at);

QString titleOf(const core::Instrument&);
QString helpOf(const core::Instrument&);

using InstrumentChosen = std::function<void(const core::Instrument&)>;
/// A list to type into: the instruments that apply at this place; at "" those that apply somewhere.
void chooseInstrument(Lab&, QWidget* parent, QPoint place, const std::string& at, InstrumentChosen);
void choosePlace(Lab&, QWidget* parent, QPoint place, const core::Instrument&,
                 std::function<void(const std::string&)>);

/// What a reading of it comes back under.
std::string watchKey(const core::Lens&, const std::string& at, int64_t example);

} // namespace widgets
