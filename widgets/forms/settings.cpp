#include "widgets/forms/settings.h"

#include "core/picture/lanes.h"

#include <cmath>

namespace widgets
{

core::Setting readSetting(const core::ParameterDeclaration& parameter, const QString& text)
{
    using Kind = core::ParameterDeclaration::Kind;
    core::Setting setting;
    setting.text = text.trimmed().toStdString();
    switch (parameter.kind) {
    case Kind::Number:
    case Kind::Integer: {
        bool ok = false;
        setting.kind = core::Setting::Kind::Number;
        setting.number = text.toDouble(&ok);
        setting.text.clear();
        const bool whole = parameter.kind == Kind::Integer;
        if (!ok || !std::isfinite(setting.number) || (whole && std::floor(setting.number) != setting.number))
            throw core::Error{parameter.name,
                              "'" + text.toStdString() + "' is not a " + (whole ? "whole " : "") + "number",
                              parameter.help};
        const auto shown = [](double number) { return QString::number(number).toStdString(); };
        if (parameter.low && setting.number < *parameter.low)
            throw core::Error{parameter.name, shown(setting.number) + " is too small",
                              "at least " + shown(*parameter.low)};
        if (parameter.high && setting.number > *parameter.high)
            throw core::Error{parameter.name, shown(setting.number) + " is too large",
                              "at most " + shown(*parameter.high)};
        break;
    }
    case Kind::Switch:
        setting.kind = core::Setting::Kind::Switch;
        setting.on = setting.text == "on" || setting.text == "true" || setting.text == "1";
        setting.text.clear();
        break;
    case Kind::Choice:
        if (std::ranges::find(parameter.choices, setting.text) == parameter.choices.end()) {
            std::string all;
            for (const std::string& choice : parameter.choices) all += (all.empty() ? "" : ", ") + choice;
            throw core::Error{parameter.name, "there is no choice '" + setting.text + "'",
                              "choices are " + all};
        }
        break;
    case Kind::Formula:
        if (!setting.text.empty()) core::language::parseExpression(setting.text, parameter.name);
        break;
    case Kind::Axes: // several are a list, with or without its brackets
        if (!setting.text.empty() && setting.text.front() == '[')
            core::language::parseExpression(setting.text, parameter.name);
        else
            core::language::parseExpression("[" + setting.text + "]", parameter.name);
        break;
    case Kind::Text:
        break;
    }
    return setting;
}

QString settingText(const core::Setting& setting)
{
    return QString::fromStdString(core::picture::settingText(setting));
}

} // namespace widgets
