#include "widgets/canvas/costs.h"

#include <QAction>
#include <QPainter>
#include <QSettings>
#include <QStyleOptionGraphicsItem>

namespace widgets
{

CostsItem::CostsItem(Lab& lab, DiagramScene& scene)
    : m_lab(lab)
    , m_scene(scene)
{
    setZValue(-1);
    setAcceptedMouseButtons(Qt::NoButton);
    hide();
    m_soon.setSingleShot(true); // when pictures beside the diagram have their places
    connect(&m_soon, &QTimer::timeout, this, &CostsItem::follow);
    const auto later = [this] {
        if (isVisible()) m_soon.start(0);
    };
    connect(&scene, &DiagramScene::arranged, this, later);
    connect(&lab, &Lab::documentChanged, this, later);
    connect(&lab, &Lab::elaborationChanged, this, later);
    connect(&lab, &Lab::themeChanged, this, [this] { update(); });
    connect(this, &QGraphicsObject::visibleChanged, this, &CostsItem::follow);
    scene.addItem(this);
}

void CostsItem::follow()
{
    core::picture::Picture picture;
    const QRectF around = m_scene.drawnRect();
    const core::Diagram& diagram = m_lab.diagram();
    core::picture::Cells cells;
    std::vector<core::Point> centres;
    if (isVisible())
        for (const core::Block& block : diagram.blocks)
            if (const BlockItem* item = m_scene.block(block.id); item && item->place()) {
                cells.blocks.push_back(item->content().cell);
                centres.push_back({item->place()->x(), item->place()->y()});
            }
    m_columns.clear();
    if (!cells.blocks.empty() && cells.blocks.size() == diagram.blocks.size()) {
        m_columns = columnsOf(diagram, cells, centres, m_lab.elaboration());
        picture.bounds = {around.left(), around.top(), around.right(), around.bottom()};
        addColumns(picture, m_columns);
    }
    const core::picture::Rect taken = boundsOf(picture.marks);
    prepareGeometryChange();
    m_marks = PaintedMarks(picture.marks);
    m_bounds =
        taken.empty() ? QRectF() : QRectF(QPointF(taken.left, taken.top), QPointF(taken.right, taken.bottom));
    m_scene.setCosts(m_bounds);
    update();
}

void CostsItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    m_marks.paint(*painter, core::picture::paletteOf(m_lab.theme().name.toStdString()),
                  option->levelOfDetailFromTransform(painter->worldTransform()));
}

QAction* costsAction(Lab& lab, DiagramScene& scene, QObject* parent)
{
    auto* item = new CostsItem(lab, scene);
    auto* action = new QAction(parent);
    action->setCheckable(true);
    QObject::connect(action, &QAction::toggled, item, [item](bool shown) {
        item->setVisible(shown);
        QSettings().setValue(QStringLiteral("costs"), shown);
    });
    action->setChecked(QSettings().value(QStringLiteral("costs")).toBool());
    return action;
}

} // namespace widgets
