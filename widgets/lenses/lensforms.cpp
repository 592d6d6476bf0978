#include "widgets/lenses/lensforms.h"

#include "core/diagram/changes.h"
#include "core/instruments/edits.h"
#include "core/instruments/instrument.h"
#include "widgets/lab.h"
#include "widgets/lenses/places.h"

#include <QLabel>
#include <QVBoxLayout>

namespace widgets
{

namespace
{

using core::Document;
using core::Setting;
using core::WireEdit;

const std::string asItIs = "as they are";

Setting textSetting(std::string_view text) { return {Setting::Kind::Text, 0, std::string(text), false}; }

std::vector<core::Lens> lensesAt(const Document& document, core::LensPlace place)
{
    return core::lensesOf(document, place).value_or(std::vector<core::Lens>());
}

std::vector<FormRow> settingRows(const core::Instrument& instrument, core::LensPlace place, size_t index)
{
    std::vector<FormRow> rows;
    for (const core::ParameterDeclaration& declaration : instrument.parameters)
        rows.push_back({declaration,
                        [=](const Document& document) {
                            const auto lenses = lensesAt(document, place);
                            if (index >= lenses.size()) return declaration.initial;
                            const auto found = lenses[index].settings.find(declaration.name);
                            return found == lenses[index].settings.end() ? declaration.initial
                                                                         : found->second;
                        },
                        [=](Document& document, const Setting& setting) {
                            auto lenses = lensesAt(document, place);
                            if (index >= lenses.size()) return;
                            lenses[index].settings[declaration.name] = setting;
                            core::setLenses(document, place, lenses);
                        },
                        {}});
    return rows;
}

/// What can be read of the document's changes of values.
std::vector<WireEdit> editsIn(const Document& document)
{
    std::vector<WireEdit> edits;
    for (const std::string& text : core::changesOf(document).values) {
        try {
            edits.push_back(core::parseWireEdit(text));
        } catch (const core::Error&) { // somebody wrote it by hand: pictures say what is wrong with it
        }
    }
    return edits;
}

/// The one of a wire: of this edge before that of all edges of its source.
std::optional<WireEdit> editOfWire(const Document& document, const core::Wire& wire)
{
    std::optional<WireEdit> found;
    for (const WireEdit& edit : editsIn(document))
        if (edit.wire == wire.from.text() && (edit.into == wire.to.block || (edit.into.empty() && !found)))
            found = edit;
    return found;
}

/// In the place of the one of that wire, if there is one.
void setEditOfWire(Document& document, const core::Wire& wire, const std::optional<WireEdit>& edit)
{
    const auto before = editOfWire(document, wire);
    core::Changes changes = core::changesOf(document);
    if (before) std::erase(changes.values, core::textOf(*before));
    if (edit) changes.values.push_back(core::textOf(*edit));
    core::setChanges(document, changes);
}

std::string ruleOfBlock(const Document& document, const std::string& block)
{
    for (const std::string& text : core::changesOf(document).gradients)
        if (text.starts_with(block + " ")) return text.substr(block.size() + 1);
    return asItIs;
}

std::vector<FormRow> wireRows(const Lab& lab, const core::Wire& wire)
{
    const auto now = editOfWire(lab.document(), wire);
    const core::EditKind* kind = now ? core::kindOf(*now) : nullptr;
    std::vector<FormRow> rows;
    core::ParameterDeclaration values{"values", core::ParameterDeclaration::Kind::Choice,
                                      textSetting(asItIs)};
    values.choices.push_back(asItIs);
    for (const core::EditKind& one : core::editKinds()) {
        values.choices.emplace_back(one.name);
        values.help +=
            (values.help.empty() ? "" : "; ") + std::string(one.name) + ": " + std::string(one.help);
    }
    rows.push_back({values,
                    [wire](const Document& document) {
                        const auto edit = editOfWire(document, wire);
                        if (!edit) return textSetting(asItIs);
                        const core::EditKind* one = core::kindOf(*edit);
                        return textSetting(one ? std::string(one->name) : core::textOf(*edit));
                    },
                    [wire, step = double(lab.snapshot().step)](Document& document, const Setting& setting) {
                        const auto before = editOfWire(document, wire);
                        std::optional<WireEdit> edit;
                        for (const core::EditKind& one : core::editKinds())
                            if (one.name == setting.text)
                                edit = core::editOf(one, wire.from.text(), before ? before->into : "");
                        if (edit && edit->from == WireEdit::From::Moment) core::setNumber(*edit, step);
                        setEditOfWire(document, wire, edit);
                    },
                    {}});
    if (!now) return rows;
    if (kind && !kind->number.empty()) {
        const bool whole = kind->from == WireEdit::From::Moment;
        core::ParameterDeclaration number{std::string(kind->number),
                                          whole ? core::ParameterDeclaration::Kind::Integer
                                                : core::ParameterDeclaration::Kind::Number,
                                          {Setting::Kind::Number, kind->initial, {}, false},
                                          kind->low,
                                          kind->high,
                                          {},
                                          std::string(kind->help)};
        rows.push_back({number,
                        [wire, number](const Document& document) {
                            const auto edit = editOfWire(document, wire);
                            return edit ? Setting{Setting::Kind::Number, core::numberOf(*edit), {}, false}
                                        : number.initial;
                        },
                        [wire](Document& document, const Setting& setting) {
                            auto edit = editOfWire(document, wire);
                            if (!edit) return;
                            core::setNumber(*edit, setting.number);
                            setEditOfWire(document, wire, edit);
                        },
                        {}});
    }
    const auto receivers = std::ranges::count_if(
        lab.diagram().wires, [&](const core::Wire& other) { return other.from == wire.from; });
    if (receivers < 2) return rows;
    const std::string everywhere = "wherever it goes", here = "only into " + wire.to.block;
    core::ParameterDeclaration where{"where", core::ParameterDeclaration::Kind::Choice,
                                     textSetting(everywhere)};
    where.choices = {everywhere, here};
    where.help = "all that read this output, or one edge alone";
    rows.push_back({where,
                    [=](const Document& document) {
                        const auto edit = editOfWire(document, wire);
                        return textSetting(edit && !edit->into.empty() ? here : everywhere);
                    },
                    [=](Document& document, const Setting& setting) {
                        auto edit = editOfWire(document, wire);
                        if (!edit) return;
                        setEditOfWire(document, wire, {});
                        edit->into = setting.text == here ? wire.to.block : std::string();
                        setEditOfWire(document, wire, edit);
                    },
                    {}});
    return rows;
}

std::vector<FormRow> ruleRows(const std::string& block)
{
    core::ParameterDeclaration rule{"gradients", core::ParameterDeclaration::Kind::Choice,
                                    textSetting(asItIs)};
    rule.choices.push_back(asItIs);
    for (const core::RuleKind& one : core::ruleKinds()) {
        rule.choices.emplace_back(one.name);
        rule.help += (rule.help.empty() ? "" : "; ") + std::string(one.name) + ": " + std::string(one.help);
    }
    return {{rule,
             [block](const Document& document) { return textSetting(ruleOfBlock(document, block)); },
             [block](Document& document, const Setting& setting) {
                 core::Changes changes = core::changesOf(document);
                 std::erase_if(changes.gradients,
                               [&](const std::string& text) { return text.starts_with(block + " "); });
                 if (setting.text != asItIs) changes.gradients.push_back(block + " " + setting.text);
                 core::setChanges(document, changes);
             },
             {}}};
}

} // namespace

void openPopup(Lab& lab, QWidget* parent, QWidget* content, QPoint global)
{
    auto* popup = new QFrame(parent, Qt::Popup);
    popup->setObjectName(QStringLiteral("dockBody"));
    popup->setAttribute(Qt::WA_DeleteOnClose);
    auto* column = new QVBoxLayout(popup);
    column->addWidget(content);
    popup->setMinimumWidth(20 * lab.theme().size);
    popup->move(global);
    popup->show();
    content->setFocus();
}

void openLensForms(Lab& lab, QWidget* parent, core::LensPlace place, const std::vector<size_t>& indices,
                   QPoint global)
{
    auto* all = new QWidget;
    auto* column = new QVBoxLayout(all);
    column->setContentsMargins(0, 0, 0, 0);
    const std::vector<core::Lens> lenses = lensesAt(lab.document(), place);
    for (const size_t index : indices) {
        const core::Instrument* instrument =
            index < lenses.size() ? core::findInstrument(lenses[index].instrument) : nullptr;
        if (!instrument || instrument->parameters.empty()) continue;
        auto* name = new QLabel(titleOf(*instrument));
        name->setProperty("role", "heading");
        column->addWidget(name);
        auto* form = new SettingForm(lab, QStringLiteral("lens %1").arg(index),
                                     settingRows(*instrument, place, index));
        column->addWidget(form);
        if (!all->focusProxy()) all->setFocusProxy(form->findChild<QWidget*>());
    }
    if (column->count() == 0) column->addWidget(new QLabel(QObject::tr("There is nothing to set here.")));
    openPopup(lab, parent, all, global);
}

ChangeForm::ChangeForm(Lab& lab, core::Wire wire)
    : m_lab(lab)
    , m_wire(std::move(wire))
{
    rebuild();
}

ChangeForm::ChangeForm(Lab& lab, std::string block)
    : m_lab(lab)
    , m_block(std::move(block))
{
    rebuild();
}

bool ChangeForm::fits(const Lab& lab, const std::string& block)
{
    const core::Block* found = lab.diagram().find(block);
    const auto declared = found ? lab.library().declarationOf(*found) : nullptr;
    return declared && declared->outputs.size() == 1 && !declared->inputs.empty();
}

std::vector<FormRow> ChangeForm::rows() const
{
    return m_block.empty() ? wireRows(m_lab, m_wire) : ruleRows(m_block);
}

void ChangeForm::rebuild()
{
    if (!layout()) {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        auto* words = new QLabel(tr("Pictures show the network as if it were so; training goes on without."));
        words->setProperty("role", "small");
        words->setWordWrap(true);
        column->addWidget(words);
        // Queued: a field of the form is the sender.
        connect(&m_lab, &Lab::documentChanged, this, &ChangeForm::rebuild, Qt::QueuedConnection);
    }
    std::vector<FormRow> wanted = rows();
    std::string shape;
    for (const FormRow& row : wanted) shape += row.declaration.name + "|";
    if (m_form && shape == m_shape) return;
    m_shape = shape;
    const bool focused = m_form && m_form->isAncestorOf(QApplication::focusWidget());
    delete m_form;
    m_form = new SettingForm(m_lab, QStringLiteral("change"), std::move(wanted));
    static_cast<QVBoxLayout*>(layout())->insertWidget(0, m_form);
    auto* first = m_form->findChild<QWidget*>(m_block.empty() ? QStringLiteral("change.values")
                                                              : QStringLiteral("change.gradients"));
    setFocusProxy(first);
    if (focused && first) first->setFocus();
    if (QWidget* popup = window(); popup && popup->windowType() == Qt::Popup) popup->adjustSize();
}

} // namespace widgets
