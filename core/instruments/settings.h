// Parameters of instruments: what they declare, and what was chosen.
#pragma once

#include "core/instruments/instrument.h"

namespace core::instruments
{

ParameterDeclaration numberSetting(std::string name, double initial, double low, double high,
                                   std::string help);
ParameterDeclaration wholeSetting(std::string name, int64_t initial, int64_t low, int64_t high,
                                  std::string help);
ParameterDeclaration switchSetting(std::string name, bool initial, std::string help);
ParameterDeclaration choiceSetting(std::string name, std::vector<std::string> choices,
                                   std::string help); ///< the first is the default

/// Overrides of what an instrument declares; unknown names, values of the wrong kind or out of range are
/// Errors.
class Settings
{
public:
    Settings(const Instrument&, const Observation&);
    double number(std::string_view name) const;
    int64_t whole(std::string_view name) const { return int64_t(number(name)); }
    bool on(std::string_view name) const;
    const std::string& choice(std::string_view name) const;

private:
    const Setting& at(std::string_view name) const;
    std::map<std::string, Setting, std::less<>> m_values;
};

} // namespace core::instruments
