// A form made from parameter declarations: the same for a block, the data, the training.
#pragma once

#include "core/diagram/library.h"

#include <QDoubleSpinBox>

#include <functional>

class QFormLayout;

namespace widgets
{

class Lab;

/// Where one parameter lives in the document. `set` is one step of the history.
struct FormRow {
    core::ParameterDeclaration declaration;
    std::function<core::Setting(const core::Document&)> get;
    std::function<void(core::Document&, const core::Setting&)> set;
    QString label; ///< the parameter's name if empty
};

/// Keeps showing the document's values; what is typed is checked at every key and written when it is
/// finished.
class SettingForm : public QWidget
{
    Q_OBJECT
public:
    /// `name` tells the steps of this form from those of another.
    SettingForm(Lab&, const QString& name, std::vector<FormRow>, QWidget* parent = nullptr);

private:
    void addRow(const FormRow&);
    QWidget* makeNumber(const FormRow&);
    QWidget* makeSwitch(const FormRow&);
    QWidget* makeChoice(const FormRow&);
    QWidget* makeText(const FormRow&);
    void write(const FormRow&, const core::Setting&);

    Lab& m_lab;
    QString m_name;
    std::vector<FormRow> m_rows;
    QFormLayout* m_form;
};

/// A number with a range, shown as short as it can be; arrows change it by a tenth of its size, or by one if
/// whole.
class NumberBox : public QDoubleSpinBox
{
    Q_OBJECT
public:
    explicit NumberBox(bool whole, QWidget* parent = nullptr);
    QString textFromValue(double) const override;
    double valueFromText(const QString&) const override;
    QValidator::State validate(QString&, int&) const override;
    void stepBy(int steps) override;

private:
    bool m_whole;
};

} // namespace widgets
