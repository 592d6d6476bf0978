#include "widgets/canvas/accessible.h"

#include "widgets/canvas/view.h"

#include <QAccessibleWidget>

namespace widgets
{
namespace
{

/// A block by its id. Invalid once the block or the canvas is gone.
class BlockAccessible : public QAccessibleInterface, public QAccessibleActionInterface
{
public:
    BlockAccessible(CanvasView* canvas, std::string id)
        : m_canvas(canvas)
        , m_id(std::move(id))
    {
    }
    bool isValid() const override { return m_canvas && item(); }
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_canvas); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    void setText(QAccessible::Text, const QString&) override {}

    QAccessible::State state() const override
    {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.selectable = state.focusable = true;
        state.selected = m_canvas->lab().selection().blocks.contains(m_id);
        state.focused = state.selected && m_canvas->hasFocus();
        return state;
    }
    QRect rect() const override
    {
        if (!isValid()) return {};
        const QRect inView = m_canvas->mapFromScene(item()->sceneBoundingRect()).boundingRect();
        return {m_canvas->viewport()->mapToGlobal(inView.topLeft()), inView.size()};
    }
    QString text(QAccessible::Text kind) const override
    {
        if (!isValid()) return {};
        const BlockContent& picture = item()->content();
        if (kind == QAccessible::Name)
            return picture.title + QLatin1Char(' ') + QString::fromStdString(m_id) +
                   (picture.setting.isEmpty() ? QString() : QStringLiteral(", ") + picture.setting);
        if (kind == QAccessible::Description) return wires();
        return {};
    }
    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this)
                                                    : nullptr;
    }
    QStringList actionNames() const override { return {setFocusAction(), pressAction()}; }
    void doAction(const QString& name) override
    {
        if (!isValid()) return;
        m_canvas->reveal(m_id);
        if (name == pressAction()) m_canvas->editInPlace(m_id);
    }
    QStringList keyBindingsForAction(const QString&) const override { return {}; }

private:
    const BlockItem* item() const { return m_canvas->diagramScene().block(m_id); }
    QString wires() const
    {
        QStringList words;
        for (const core::Wire& wire : m_canvas->lab().diagram().wires) {
            const auto type = m_canvas->lab().elaboration().types.find(wire.from.text());
            const QString shape =
                type == m_canvas->lab().elaboration().types.end()
                    ? QString()
                    : QStringLiteral(", ") + QString::fromStdString(type->second.type.text());
            if (wire.to.block == m_id)
                words << QObject::tr("%1 from %2")
                                 .arg(QString::fromStdString(wire.to.port),
                                      QString::fromStdString(wire.from.text())) +
                             shape;
            if (wire.from.block == m_id)
                words << QObject::tr("%1 to %2")
                                 .arg(QString::fromStdString(wire.from.port),
                                      QString::fromStdString(wire.to.text())) +
                             shape;
        }
        return words.isEmpty() ? QObject::tr("no wires") : words.join(QStringLiteral("; "));
    }

    const QPointer<CanvasView> m_canvas;
    const std::string m_id;
};

class CanvasAccessible : public QAccessibleWidget
{
public:
    explicit CanvasAccessible(CanvasView* canvas)
        : QAccessibleWidget(canvas, QAccessible::List)
        , m_canvas(canvas)
    {
    }
    ~CanvasAccessible() override
    {
        for (const auto& [id, child] : m_children) QAccessible::deleteAccessibleInterface(child);
    }
    int childCount() const override { return int(blocks().size()); }
    QAccessibleInterface* child(int i) const override
    {
        if (i < 0 || size_t(i) >= blocks().size()) return nullptr;
        const std::string& id = blocks()[size_t(i)].id;
        auto found = m_children.find(id);
        if (found == m_children.end())
            found =
                m_children
                    .emplace(id, QAccessible::registerAccessibleInterface(new BlockAccessible(m_canvas, id)))
                    .first;
        return QAccessible::accessibleInterface(found->second);
    }
    int indexOfChild(const QAccessibleInterface* child) const override
    {
        for (int i = 0; i < childCount(); ++i)
            if (this->child(i) == child) return i;
        return -1;
    }
    QAccessibleInterface* childAt(int x, int y) const override
    {
        for (int i = 0; i < childCount(); ++i)
            if (child(i)->rect().contains(x, y)) return child(i);
        return nullptr;
    }
    QAccessibleInterface* focusChild() const override
    {
        const auto& selected = m_canvas->lab().selection().blocks;
        for (int i = 0; selected.size() == 1 && i < childCount(); ++i)
            if (selected.contains(blocks()[size_t(i)].id)) return child(i);
        return nullptr;
    }

private:
    const std::vector<core::Block>& blocks() const { return m_canvas->lab().diagram().blocks; }

    CanvasView* m_canvas;
    mutable std::map<std::string, QAccessible::Id> m_children;
};

} // namespace

void installCanvasAccessibility()
{
    QAccessible::installFactory([](const QString&, QObject* object) -> QAccessibleInterface* {
        auto* canvas = qobject_cast<CanvasView*>(object);
        return canvas ? new CanvasAccessible(canvas) : nullptr;
    });
}

} // namespace widgets
