#include "widgets/lenses/changemarks.h"

#include "core/diagram/changes.h"
#include "core/instruments/edits.h"
#include "widgets/canvas/scene.h"
#include "widgets/canvas/view.h"
#include "widgets/commands.h"
#include "widgets/lenses/lensforms.h"

#include <QPainter>

namespace widgets
{

/// A few words in a frame of the colour of warnings: nothing of it is as it was trained.
class ChangeMark : public QGraphicsItem
{
public:
    ChangeMark(const Theme& theme, const QString& text)
        : m_theme(theme)
        , m_text(text)
    {
        setZValue(3.5); // above the lines of pictures
        setToolTip(QObject::tr("Pictures show the network as if it were so; training goes on without."));
    }
    const QString& text() const { return m_text; }
    QRectF frame() const
    {
        const double width = QFontMetricsF(font()).horizontalAdvance(m_text) + 14;
        return {-width / 2, -9, width, 18};
    }
    QRectF boundingRect() const override { return frame().adjusted(-2, -2, 2, 2); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override
    {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(m_theme.warn, 1.6));
        painter->setBrush(m_theme.panel);
        painter->drawRoundedRect(frame(), 9, 9);
        painter->setFont(font());
        painter->setPen(m_theme.text);
        painter->drawText(frame(), Qt::AlignCenter, m_text);
    }

private:
    QFont font() const
    {
        QFont font = m_theme.font();
        font.setPixelSize(11); // scene units: grows with the canvas
        font.setWeight(QFont::DemiBold);
        return font;
    }
    const Theme& m_theme;
    const QString m_text;
};

/// "= 0", "x 0.5": the edit without the wire that it stands at.
static QString wordsOf(core::WireEdit edit)
{
    edit.wire.clear();
    edit.into.clear();
    QString text = QString::fromStdString(core::textOf(edit)).trimmed();
    text.replace(QLatin1String("*="), QStringLiteral("\u00d7"));
    text.replace(QLatin1String("+="), QLatin1String("+"));
    return text;
}

ChangeMarks::ChangeMarks(Lab& lab, CanvasView& canvas)
    : QObject(&canvas)
    , m_lab(lab)
    , m_canvas(canvas)
{
    connect(&lab, &Lab::documentChanged, this, &ChangeMarks::sync);
    connect(&canvas.diagramScene(), &DiagramScene::routed, this, &ChangeMarks::place);
    connect(&canvas.diagramScene(), &DiagramScene::arranged, this, &ChangeMarks::place);
    connect(&lab, &Lab::themeChanged, this, &ChangeMarks::sync);
    sync();
}

QStringList ChangeMarks::texts() const
{
    QStringList texts;
    for (const Marked& mark : m_marks) texts << mark.item->text();
    return texts;
}

void ChangeMarks::sync()
{
    for (const Marked& mark : std::exchange(m_marks, {})) delete mark.item;
    const core::Changes changes = core::changesOf(m_lab.document());
    const auto add = [this](const QString& text, core::Wire wire, std::string block) {
        auto* item = new ChangeMark(m_lab.theme(), text);
        m_canvas.diagramScene().addItem(item);
        m_marks.push_back({item, std::move(wire), std::move(block)});
    };
    for (const std::string& text : changes.values) {
        try {
            const core::WireEdit edit = core::parseWireEdit(text);
            for (const core::Wire& wire : m_lab.diagram().wires)
                if (wire.from.text() == edit.wire && (edit.into.empty() || edit.into == wire.to.block))
                    add(wordsOf(edit), wire, {});
        } catch (const core::Error&) { // pictures say what is wrong with it
        }
    }
    for (const std::string& text : changes.gradients) {
        const size_t space = text.rfind(' ');
        if (space != std::string::npos && m_lab.diagram().find(text.substr(0, space)))
            add(QStringLiteral("\u2207 ") + QString::fromStdString(text.substr(space + 1)), {},
                text.substr(0, space));
    }
    place();
}

/// Above its wire, for pictures stand below; below its block, whose title is above.
void ChangeMarks::place()
{
    const DiagramScene& scene = m_canvas.diagramScene();
    for (const Marked& mark : m_marks) {
        const BlockItem* block = mark.block.empty() ? nullptr : scene.block(mark.block);
        const WireItem* wire = mark.block.empty() ? scene.wire(mark.wire) : nullptr;
        mark.item->setVisible((block && block->isVisible()) || (wire && wire->isVisible()));
        if (block) mark.item->setPos(block->pos() + QPointF(0, block->body().height() / 2 + 14));
        if (wire)
            mark.item->setPos(wire->middle() -
                              QPointF(0, core::picture::stackHeight(wire->lanes().size()) / 2 + 14));
    }
}

void addChangeCommands(Commands& commands, CanvasView& canvas)
{
    Lab& lab = canvas.lab();
    new ChangeMarks(lab, canvas);
    const auto ofBlock = [&lab] {
        const Selection& selection = lab.selection();
        return selection.wires.empty() && selection.blocks.size() == 1 ? *selection.blocks.begin()
                                                                       : std::string();
    };
    const auto isWire = [&lab] {
        return lab.selection().blocks.empty() && lab.selection().wires.size() == 1;
    };
    commands.add({"change.edit",
                  QObject::tr("&View"),
                  4,
                  QObject::tr("Look at it c&hanged\u2026"),
                  {Qt::Key_E},
                  [&lab, &canvas, ofBlock, isWire] {
                      const DiagramScene& scene = canvas.diagramScene();
                      QPointF place = canvas.mapToScene(canvas.viewport()->rect().center());
                      QWidget* form = nullptr;
                      if (isWire()) {
                          const core::Wire wire = lab.selection().wires.front();
                          if (const WireItem* item = scene.wire(wire)) place = item->middle();
                          form = new ChangeForm(lab, wire);
                      } else {
                          if (const BlockItem* item = scene.block(ofBlock()))
                              place = item->pos() + QPointF(0, item->body().height() / 2 + 24);
                          form = new ChangeForm(lab, ofBlock());
                      }
                      openPopup(lab, &canvas, form,
                                canvas.viewport()->mapToGlobal(canvas.mapFromScene(place) +
                                                               QPoint(0, 24))); // below it
                  },
                  [&lab, ofBlock, isWire] { return isWire() || ChangeForm::fits(lab, ofBlock()); },
                  true,
                  &canvas});
    commands.add({"change.none",
                  QObject::tr("&View"),
                  4,
                  QObject::tr("Look at it &unchanged"),
                  {QKeySequence(Qt::SHIFT | Qt::Key_E)},
                  [&lab] {
                      lab.change(QObject::tr("Look at it unchanged"),
                                 [](core::Document& document) { core::setChanges(document, {}); });
                  },
                  [&lab] { return !core::changesOf(lab.document()).empty(); },
                  false,
                  &canvas});
    commands.refresh();
}

} // namespace widgets
