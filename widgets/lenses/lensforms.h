// Forms over what the document says of looking: settings of pictures, changes of wires and gradients.
#pragma once

#include "core/diagram/lenses.h"
#include "widgets/forms/settingform.h"

namespace widgets
{

/// A popup with the settings of these lenses; every change is a step of the history.
void openLensForms(Lab&, QWidget* parent, core::LensPlace, const std::vector<size_t>& lenses, QPoint global);

/// What is looked at as if it were different: the values of a wire, or the gradients that pass a block. Made
/// of what editKinds() and ruleKinds() declare.
class ChangeForm : public QWidget
{
    Q_OBJECT
public:
    ChangeForm(Lab&, core::Wire);
    ChangeForm(Lab&, std::string block);
    /// Whether gradients through the block can go by another rule at all.
    static bool fits(const Lab&, const std::string& block);

private:
    void rebuild(); ///< where there are other rows
    std::vector<FormRow> rows() const;

    Lab& m_lab;
    core::Wire m_wire;
    std::string m_block; ///< "": of the wire
    std::string m_shape; ///< of what is shown
    QWidget* m_form = nullptr;
};

/// A popup around a form, closed by a click beside it or Escape.
void openPopup(Lab&, QWidget* parent, QWidget* content, QPoint global);

} // namespace widgets
