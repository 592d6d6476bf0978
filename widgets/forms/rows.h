// The rows of the forms: of a block, of the data, of the training.
#pragma once

#include "widgets/forms/settingform.h"

namespace widgets
{

class Lab;

std::vector<FormRow> blockRows(const core::BlockDeclaration&, const std::string& block);
std::vector<FormRow> dataRows(const core::Document&);
std::vector<FormRow> trainingRows(const core::Document&);
/// A line for every named size: "d" = "128".
std::vector<FormRow> sizeRows(const core::Diagram&);

} // namespace widgets
