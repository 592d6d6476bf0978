// Settings between the form and the document: what was typed, checked against the declaration.
#pragma once

#include "core/diagram/library.h"

#include <QString>

namespace widgets
{

/// The typed text as a setting of that parameter. Throws core::Error when it is none: not a number, out of
/// range, a formula that does not parse.
core::Setting readSetting(const core::ParameterDeclaration&, const QString& text);
/// A setting as the person would type it.
QString settingText(const core::Setting&);

} // namespace widgets
