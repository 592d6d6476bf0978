#include "widgets/forms/settingform.h"

#include "widgets/forms/settings.h"
#include "widgets/lab.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QStyle>
#include <cmath>

namespace widgets
{

using Kind = core::ParameterDeclaration::Kind;

NumberBox::NumberBox(bool whole, QWidget* parent)
    : QDoubleSpinBox(parent)
    , m_whole(whole)
{
    setDecimals(whole ? 0 : 15);
    setKeyboardTracking(false);
    setFocusPolicy(Qt::StrongFocus); // a wheel that scrolls the form must not change numbers on its way
}

QString NumberBox::textFromValue(double value) const
{
    return m_whole ? QString::number(value, 'f', 0) : QString::number(value, 'g', 8);
}
double NumberBox::valueFromText(const QString& text) const { return text.toDouble(); }

QValidator::State NumberBox::validate(QString& text, int&) const
{
    bool ok = false;
    const double value = text.toDouble(&ok);
    if (!ok) return QValidator::Intermediate;
    if (m_whole && value != std::floor(value)) return QValidator::Invalid;
    return value < minimum() || value > maximum() ? QValidator::Intermediate : QValidator::Acceptable;
}

void NumberBox::stepBy(int steps)
{
    const double size = m_whole        ? 1
                        : value() == 0 ? 0.1
                                       : std::pow(10, std::floor(std::log10(std::abs(value()))) - 1);
    setValue(m_whole ? value() + steps : std::round(value() / size + steps) * size);
    selectAll();
}

SettingForm::SettingForm(Lab& lab, const QString& name, std::vector<FormRow> rows, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_name(name)
    , m_rows(std::move(rows))
    , m_form(new QFormLayout(this))
{
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setHorizontalSpacing(10);
    m_form->setVerticalSpacing(5);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_form->setLabelAlignment(Qt::AlignLeft);
    for (const FormRow& row : m_rows) addRow(row);
}

void SettingForm::addRow(const FormRow& row)
{
    const Kind kind = row.declaration.kind;
    QWidget* field = kind == Kind::Number || kind == Kind::Integer ? makeNumber(row)
                     : kind == Kind::Switch                        ? makeSwitch(row)
                     : kind == Kind::Choice                        ? makeChoice(row)
                                                                   : makeText(row);
    const QString name = QString::fromStdString(row.declaration.name);
    QString shown = row.label.isEmpty() ? name : row.label;
    auto* label = new QLabel(shown.replace(QLatin1Char('_'), QLatin1Char(' ')));
    const QString help =
        QStringLiteral("<p>%1</p>").arg(QString::fromStdString(row.declaration.help).toHtmlEscaped());
    label->setToolTip(help);
    label->setProperty("role", "muted");
    label->setFixedWidth(84 * m_lab.theme().size / 13);
    label->setWordWrap(true);
    label->setBuddy(field);
    field->setToolTip(help);
    field->setAccessibleName(shown);
    field->setObjectName(m_name + QLatin1Char('.') + name);
    m_form->addRow(label, field);
}

void SettingForm::write(const FormRow& row, const core::Setting& setting)
{
    const QString name = QString::fromStdString(row.declaration.name);
    m_lab.change(
        tr("Set %1").arg(name), [&](core::Document& document) { row.set(document, setting); },
        m_name + QLatin1Char('.') + name);
}

QWidget* SettingForm::makeNumber(const FormRow& row)
{
    auto* box = new NumberBox(row.declaration.kind == Kind::Integer);
    box->setRange(row.declaration.low.value_or(-1e15), row.declaration.high.value_or(1e15));
    const auto refresh = [this, box, &row] {
        const core::Setting setting = row.get(m_lab.document());
        if (setting.kind == core::Setting::Kind::Number && setting.number != box->value())
            box->setValue(setting.number);
    };
    refresh();
    connect(box, &QDoubleSpinBox::valueChanged, this, [this, &row](double value) {
        if (row.get(m_lab.document()).number == value) return;
        write(row, {core::Setting::Kind::Number, value, {}, false});
    });
    connect(&m_lab, &Lab::documentChanged, box, refresh);
    return box;
}

QWidget* SettingForm::makeSwitch(const FormRow& row)
{
    auto* box = new QCheckBox;
    const auto refresh = [this, box, &row] { box->setChecked(row.get(m_lab.document()).on); };
    refresh();
    connect(box, &QCheckBox::clicked, this, [this, &row](bool on) {
        write(row, {core::Setting::Kind::Switch, 0, {}, on});
    });
    connect(&m_lab, &Lab::documentChanged, box, refresh);
    return box;
}

QWidget* SettingForm::makeChoice(const FormRow& row)
{
    auto* box = new QComboBox;
    box->setFocusPolicy(Qt::StrongFocus);
    box->setMinimumWidth(60);
    for (const std::string& choice : row.declaration.choices) box->addItem(QString::fromStdString(choice));
    const auto refresh = [this, box, &row] {
        const QString text = QString::fromStdString(row.get(m_lab.document()).text);
        if (box->findText(text) < 0) box->addItem(text);
        box->setCurrentText(text);
    };
    refresh();
    connect(box, &QComboBox::textActivated, this, [this, &row](const QString& text) {
        write(row, {core::Setting::Kind::Text, 0, text.toStdString(), false});
    });
    connect(&m_lab, &Lab::documentChanged, box, refresh);
    return box;
}

/// A line, and below it what is wrong with it while it is typed.
QWidget* SettingForm::makeText(const FormRow& row)
{
    auto* field = new QWidget;
    auto* line = new QLineEdit;
    auto* error = new QLabel;
    error->setProperty("role", "error");
    error->setWordWrap(true);
    error->hide();
    if (row.declaration.kind != Kind::Text) line->setFont(m_lab.theme().mono(0.92));
    auto* column = new QVBoxLayout(field);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(line);
    column->addWidget(error);
    field->setFocusProxy(line);
    line->setAccessibleName(QString::fromStdString(row.declaration.name));
    const auto refresh = [this, line, &row] {
        const QString text = settingText(row.get(m_lab.document()));
        if (line->text() != text && !line->isModified()) line->setText(text);
        line->setCursorPosition(0);
    };
    refresh();
    connect(&m_lab, &Lab::documentChanged, line, refresh);
    connect(line, &QLineEdit::textEdited, this, [line, error, &row](const QString& text) {
        QString reason;
        try {
            readSetting(row.declaration, text);
        } catch (const core::Error& wrong) {
            reason = QString::fromStdString(wrong.what);
        }
        error->setText(reason);
        error->setVisible(!reason.isEmpty());
        line->setProperty("wrong", !reason.isEmpty());
        line->style()->polish(line);
    });
    connect(line, &QLineEdit::editingFinished, this, [this, line, error, &row] {
        if (!line->isModified() || error->isVisible()) return;
        line->setModified(false);
        write(row, readSetting(row.declaration, line->text()));
    });
    return field;
}

} // namespace widgets
