#include "widgets/panels/inspector.h"

#include "core/diagram/costs.h"
#include "core/diagram/edit.h"
#include "widgets/forms/rows.h"
#include "widgets/lenses/lensbox.h"
#include "widgets/lenses/lensforms.h"
#include "widgets/views/colours.h"

#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QVBoxLayout>

namespace widgets
{
namespace
{

QLabel* words(const QString& text, const char* role)
{
    auto* label = new QLabel(text);
    label->setProperty("role", role);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

void addHeading(QVBoxLayout* page, const QString& text)
{
    auto* rule = new QFrame;
    rule->setProperty("role", "rule");
    page->addSpacing(4);
    page->addWidget(rule);
    page->addWidget(words(text, "heading"));
}

/// "batch 64  ·  channel 4*d = 512", or "scalar".
QString typeText(const core::WireType& wire)
{
    QStringList axes;
    for (size_t i = 0; i < wire.type.axes.size(); ++i) {
        const core::Axis& axis = wire.type.axes[i];
        const QString number = QString::number(axis.size);
        const QString formula = i < wire.sizes.size() ? QString::fromStdString(wire.sizes[i]) : number;
        axes << QString::fromStdString(axis.name) + QLatin1Char(' ') +
                    (formula == number || formula.isEmpty() || formula == QString::fromStdString(axis.name)
                         ? number
                         : formula + QStringLiteral(" = ") + number);
    }
    const QString element =
        wire.type.element == core::Element::Integer ? QObject::tr("whole numbers: ") : QString();
    return element + (axes.isEmpty() ? QObject::tr("one number") : axes.join(QStringLiteral("  \u00b7  ")));
}

QString grouped(double count) { return QLocale(QLocale::English).toString(qint64(count)); }

QString amount(double number, const std::string& formula)
{
    const QString text = QString::fromStdString(formula);
    return text.isEmpty() || text == QString::number(qint64(number))
               ? grouped(number)
               : grouped(number) + QStringLiteral("  =  ") + text;
}

} // namespace

InspectorPanel::InspectorPanel(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_scroll(new QScrollArea)
{
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 4);
    column->addWidget(m_scroll);
    // Queued: the page may be the sender of the change that replaces it.
    const auto update = [this] {
        if (subject() != m_subject)
            rebuild();
        else
            refreshFacts();
    };
    connect(&lab, &Lab::selectionChanged, this, update, Qt::QueuedConnection);
    connect(&lab, &Lab::documentChanged, this, update, Qt::QueuedConnection);
    connect(&lab, &Lab::elaborationChanged, this, &InspectorPanel::refreshFacts);
    connect(&lab, &Lab::snapshotChanged, this, [this] {
        if (m_lab.snapshot().data == m_data) return;
        m_data = m_lab.snapshot().data;
        refreshFacts();
    });
    connect(&lab, &Lab::themeChanged, this, &InspectorPanel::rebuild);
    connect(&lab, &Lab::documentOpened, this, &InspectorPanel::rebuild, Qt::QueuedConnection);
    rebuild();
}

QString InspectorPanel::subject() const
{
    const Selection& selection = m_lab.selection();
    if (selection.blocks.size() == 1 && selection.wires.empty()) {
        const core::Block* block = m_lab.diagram().find(*selection.blocks.begin());
        return QStringLiteral("block ") + QString::fromStdString(block->id + " " + block->kind);
    }
    if (selection.wires.size() == 1 && selection.blocks.empty())
        return QStringLiteral("wire ") +
               QString::fromStdString(selection.wires[0].from.text() + " " + selection.wires[0].to.text());
    if (!selection.empty())
        return QStringLiteral("several %1 %2").arg(selection.blocks.size()).arg(selection.wires.size());
    QString text = QStringLiteral("document ") + QString::fromStdString(m_lab.document().data.name + " " +
                                                                        m_lab.document().train.optimiser);
    for (const auto& [symbol, formula] : m_lab.diagram().sizes)
        text += QLatin1Char(' ') + QString::fromStdString(symbol);
    return text;
}

void InspectorPanel::rebuild()
{
    m_subject = subject();
    m_facts.clear();
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(12, 6, 12, 12);
    column->setSpacing(7);
    const Selection& selection = m_lab.selection();
    if (m_subject.startsWith(QLatin1String("block ")))
        addBlockPage(*m_lab.diagram().find(*selection.blocks.begin()), column);
    else if (m_subject.startsWith(QLatin1String("wire ")))
        addWirePage(selection.wires.front(), column);
    else if (!selection.empty())
        column->addWidget(words(tr("%n block(s)", nullptr, int(selection.blocks.size())) +
                                    QStringLiteral(", ") +
                                    tr("%n wire(s) selected", nullptr, int(selection.wires.size())),
                                "title"));
    else
        addDocumentPage(column);
    column->addStretch();
    m_scroll->setWidget(page);
    refreshFacts();
}

void InspectorPanel::addFacts(QVBoxLayout* page, const QString& title, std::function<QString()> text)
{
    addHeading(page, title);
    auto* label = words({}, "muted");
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    page->addWidget(label);
    m_facts.emplace_back(label, std::move(text));
}

void InspectorPanel::refreshFacts()
{
    for (const auto& [label, text] : m_facts)
        if (const QString now = text(); label->text() != now) label->setText(now);
}

void InspectorPanel::addBlockPage(const core::Block& block, QVBoxLayout* page)
{
    const auto declared = m_lab.library().declarationOf(block);
    const auto kind = declared ? std::make_shared<const core::BlockDeclaration>(*declared) : nullptr;
    const std::string id = block.id;
    page->addWidget(words(QString::fromStdString(kind ? kind->title : block.kind), "title"));
    auto* name = new QLineEdit(QString::fromStdString(id));
    name->setToolTip(tr("The name of the block: formulas, files and messages call it so"));
    name->setAccessibleName(tr("Name of the block"));
    connect(name, &QLineEdit::editingFinished, this, [this, name, id] {
        const std::string wanted = name->text().trimmed().toStdString();
        if (wanted == id || wanted.empty()) return;
        const bool renamed =
            m_lab.change(tr("Rename %1").arg(QString::fromStdString(id)),
                         [&](core::Document& document) { core::edit::renameBlock(document, id, wanted); });
        if (renamed)
            m_lab.select({{wanted}, {}});
        else
            name->setText(QString::fromStdString(id));
    });
    page->addWidget(name);
    if (!kind) return;
    page->addWidget(words(QString::fromStdString(kind->help), "muted"));
    if (!kind->parameters.empty()) {
        addHeading(page, tr("Settings"));
        page->addWidget(new SettingForm(m_lab, QString::fromStdString(id), blockRows(*kind, id)));
    }
    if (ChangeForm::fits(m_lab, id)) {
        addHeading(page, tr("Look at it changed"));
        page->addWidget(new ChangeForm(m_lab, id));
    }
    addFacts(page, tr("Types"), [this, id, kind] {
        QStringList lines;
        const auto& types = m_lab.elaboration().types;
        for (const core::PortDeclaration& port : kind->inputs)
            for (const core::Wire& wire : m_lab.diagram().wires)
                if (wire.to == core::PortRef{id, port.name})
                    if (const auto found = types.find(wire.from.text()); found != types.end())
                        lines << QString::fromStdString(port.name) + QStringLiteral("  \u2190  ") +
                                     typeText(found->second);
        for (const core::PortDeclaration& port : kind->outputs)
            if (const auto found = types.find(id + "." + port.name); found != types.end())
                lines << QString::fromStdString(port.name) + QStringLiteral("  \u2192  ") +
                             typeText(found->second);
        return lines.isEmpty() ? tr("Known when its inputs are connected.") : lines.join(QLatin1Char('\n'));
    });
    addFacts(page, tr("Cost of one batch"), [this, id] {
        const auto found = m_lab.elaboration().costs.find(id);
        if (found == m_lab.elaboration().costs.end()) return tr("Known when its inputs are connected.");
        const core::BlockCost& cost = found->second;
        return tr("parameters  %1\noperations  %2\nbytes  %3")
            .arg(amount(cost.parameters, core::factored(cost.parametersFormula)),
                 amount(cost.flops, core::factored(cost.flopsFormula)),
                 amount(cost.bytes, core::factored(cost.bytesFormula)));
    });
}

void InspectorPanel::addWirePage(const core::Wire& wire, QVBoxLayout* page)
{
    page->addWidget(words(tr("Wire"), "title"));
    page->addWidget(words(QString::fromStdString(wire.from.text() + " \u2192 " + wire.to.text()), "muted"));
    addFacts(page, tr("Type"), [this, port = wire.from.text()] {
        const auto found = m_lab.elaboration().types.find(port);
        return found == m_lab.elaboration().types.end() ? tr("Not known yet.") : typeText(found->second);
    });
    page->addWidget(new LensBox(m_lab, wire.from.text(), m_instrument));
    addHeading(page, tr("Look at it changed"));
    page->addWidget(new ChangeForm(m_lab, wire));
}

void InspectorPanel::addDocumentPage(QVBoxLayout* page)
{
    const core::Document& document = m_lab.document();
    page->addWidget(
        words(document.title.empty() ? tr("Untitled") : QString::fromStdString(document.title), "title"));
    if (!document.notes.empty()) page->addWidget(words(QString::fromStdString(document.notes), "muted"));
    if (!document.diagram.sizes.empty()) {
        addHeading(page, tr("Sizes"));
        page->addWidget(new SettingForm(m_lab, QStringLiteral("sizes"), sizeRows(document.diagram)));
    }
    addHeading(page, tr("Training"));
    page->addWidget(new SettingForm(m_lab, QStringLiteral("training"), trainingRows(document)));
    addHeading(page, tr("Data"));
    page->addWidget(new SettingForm(m_lab, QStringLiteral("data"), dataRows(document)));
    addFacts(page, tr("What was loaded"), [this] {
        const auto& data = m_lab.snapshot().data;
        if (!data) return tr("Nothing yet.");
        QString text = tr("%1 to train, %2 to validate, %3 to test\n")
                           .arg(grouped(double(data->train.size())), grouped(double(data->validation.size())),
                                grouped(double(data->test.size())));
        if (data->classes() > 0) text += tr("%1 classes\n").arg(data->classes());
        const core::Normalisation& n = data->normalisation;
        if (n.kind != "none" && !n.shift.empty() && !n.scale.empty())
            text += n.shift.size() == 1
                        ? tr("x' = (x \u2212 %1) / %2\n")
                              .arg(shortNumber(double(n.shift[0])), shortNumber(double(n.scale[0])))
                        : tr("x' = (x \u2212 mean) / deviation, %1 features\n").arg(n.shift.size());
        return text + QString::fromStdString(data->source);
    });
    addFacts(page, tr("The whole network"), [this] {
        double parameters = 0, flops = 0;
        for (const auto& [block, cost] : m_lab.elaboration().costs) {
            parameters += cost.parameters;
            flops += cost.flops;
        }
        return tr("parameters  %1\noperations a batch, forward  %2").arg(grouped(parameters), grouped(flops));
    });
}

} // namespace widgets
