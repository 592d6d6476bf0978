#include "widgets/canvas/wiring.h"

#include "core/diagram/connection.h"
#include "core/diagram/edit.h"
#include "widgets/forms/finder.h"

#include <QElapsedTimer>

namespace widgets
{
namespace
{

constexpr int judgingTime = 60; ///< milliseconds; what is farther away is judged when it is chosen

struct Candidate {
    core::Wire wire;
    double distance;
};

/// From any output of the block to any input of another, and the other way round; not those that are there.
std::vector<Candidate> candidatesOf(const Lab& lab, const DiagramScene& scene, const std::string& id)
{
    std::vector<Candidate> found;
    const core::Block* block = lab.diagram().find(id);
    const auto kind = block ? lab.library().declarationOf(*block) : nullptr;
    if (!kind) return found;
    std::set<std::pair<core::PortRef, core::PortRef>> drawn;
    for (const core::Wire& wire : lab.diagram().wires) drawn.emplace(wire.from, wire.to);
    const auto add = [&](core::Wire wire, double distance) {
        if (!drawn.contains({wire.from, wire.to})) found.push_back({std::move(wire), distance});
    };
    for (const core::Block& other : lab.diagram().blocks) {
        const auto otherKind = other.id == id ? nullptr : lab.library().declarationOf(other);
        if (!otherKind) continue;
        const double distance = QLineF(scene.placeOf(id), scene.placeOf(other.id)).length();
        for (const core::PortDeclaration& output : kind->outputs)
            for (const core::PortDeclaration& input : otherKind->inputs)
                add({{id, output.name}, {other.id, input.name}}, distance);
        for (const core::PortDeclaration& output : otherKind->outputs)
            for (const core::PortDeclaration& input : kind->inputs)
                add({{other.id, output.name}, {id, input.name}}, distance);
    }
    std::ranges::stable_sort(found, {}, &Candidate::distance);
    return found;
}

QString wordsOf(const core::Wire& wire)
{
    return QString::fromStdString(wire.from.text() + " \u2192 " + wire.to.text());
}

void draw(CanvasView& canvas, QPoint at, const core::Wire& wire)
{
    Lab& lab = canvas.lab();
    if (const auto reason = core::ConnectionCheck(lab.diagram(), lab.library(), lab.signature())(wire)) {
        emit lab.messageShown(QString::fromStdString(reason->what + "  " + reason->hint));
        return offerFixes(canvas, at, lab.document(), wire);
    }
    lab.change(QObject::tr("Connect"),
               [&](core::Document& document) { core::edit::connect(document, lab.library(), wire); });
}

} // namespace

void openWiring(CanvasView& canvas)
{
    Lab& lab = canvas.lab();
    if (lab.selection().blocks.size() != 1) return;
    const std::string id = *lab.selection().blocks.begin();
    const BlockItem* item = canvas.diagramScene().block(id);
    const QPoint at = item ? canvas.mapFromScene(item->sceneBoundingRect()).boundingRect().bottomLeft()
                           : canvas.viewport()->rect().center();
    const core::ConnectionCheck check(lab.diagram(), lab.library(), lab.signature());
    QElapsedTimer time;
    time.start();
    QList<FinderEntry> fitting, others;
    for (const Candidate& candidate : candidatesOf(lab, canvas.diagramScene(), id)) {
        const bool judged = time.elapsed() < judgingTime;
        const auto reason = judged ? check(candidate.wire) : std::nullopt;
        (reason || !judged ? others : fitting)
            << FinderEntry{wordsOf(candidate.wire),
                           reason ? QString::fromStdString(reason->what) : QString(),
                           {},
                           [&canvas, at, wire = candidate.wire] { draw(canvas, at, wire); }};
    }
    QList<FinderEntry> entries = fitting;
    for (const core::Wire& wire : lab.diagram().wires) {
        if (wire.from.block != id && wire.to.block != id) continue;
        const auto cut = [&lab, wire] {
            lab.change(QObject::tr("Cut a wire"),
                       [&](core::Document& document) { core::edit::disconnect(document, wire); });
        };
        entries << FinderEntry{QObject::tr("cut %1").arg(wordsOf(wire)), {}, {}, cut};
    }
    entries += others;
    new Finder(&canvas, at, QObject::tr("Wire %1 to what?").arg(QString::fromStdString(id)),
               std::move(entries));
}

void offerFixes(CanvasView& canvas, QPoint at, const core::Document& document, const core::Wire& wanted)
{
    Lab& lab = canvas.lab();
    QList<FinderEntry> entries;
    for (const core::edit::Fix& fix :
         core::edit::fixesFor(document, lab.library(), lab.signature(), wanted)) {
        const auto apply = [&lab, fix, document] {
            lab.change(QString::fromStdString(fix.title),
                       [&](core::Document& now) { now = fix.apply(document); });
        };
        entries << FinderEntry{QString::fromStdString(fix.title), {}, {}, apply};
    }
    if (entries.isEmpty()) return;
    new Finder(&canvas, at - QPoint(20, 14), QObject::tr("It does not fit. Choose a way out"),
               std::move(entries));
}

} // namespace widgets
