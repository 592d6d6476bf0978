// Every text of a picture can be read: none lies over another one, and no line of the picture runs through
// it.
#include "core/picture/draw.h"
#include "core/trainers/run.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace core;
using namespace core::picture;

namespace
{

/// Where its ink is: from the capitals' height to the descenders it has.
Rect inkOf(const Mark& mark)
{
    const double size = styleOf(mark.role).size, left = mark.textLeft();
    Rect box;
    for (const picture::Run& run : mark.text) {
        const bool deep = run.text.find_first_of("gjpqy,()[]{}_;") != std::string::npos;
        const double base = mark.place.y - run.rise * size;
        box = box.united(Rect{left, base - 0.74 * run.scale * size, left + mark.textWidth(),
                              base + (deep ? 0.2 : 0.02) * run.scale * size});
    }
    return box;
}

bool meets(Point a, Point b, const Rect& box)
{
    double from = 0, to = 1; // the part of the line that is between the edges
    const auto clip = [&](double start, double way, double low, double high) {
        if (std::abs(way) < 1e-12) return start > low && start < high;
        double first = (low - start) / way, last = (high - start) / way;
        if (first > last) std::swap(first, last);
        from = std::max(from, first);
        to = std::min(to, last);
        return from < to;
    };
    return clip(a.x, b.x - a.x, box.left, box.right) && clip(a.y, b.y - a.y, box.top, box.bottom);
}

/// A mark with what is asked of it again and again.
struct Shape {
    const Mark* mark;
    Rect bounds;
    std::vector<std::vector<Point>> lines;
    bool ground;
};

bool drawnOver(const Shape& shape, const Rect& box)
{
    const Rect near = box.grown(styleOf(shape.mark->role).width / 2);
    if (!shape.bounds.overlaps(near)) return false;
    for (const std::vector<Point>& line : shape.lines)
        for (size_t i = 1; i < line.size(); ++i)
            if (meets(line[i - 1], line[i], near)) return true;
    return false;
}

bool isGround(Role role)
{
    return role == Role::Symbol || role == Role::Learned || role == Role::Side || role == Role::Frame ||
           role == Role::FarBlock;
}

/// What cannot be read at this zoom: pairs of texts, and texts with the line through them.
QStringList illegible(const Picture& picture, double zoom)
{
    std::vector<const Mark*> texts;
    std::vector<Shape> shapes;
    for (const Mark& mark : picture.marks)
        if (shown(mark.detail, zoom)) {
            if (!mark.text.empty())
                texts.push_back(&mark);
            else
                shapes.push_back({&mark, mark.bounds(), mark.path.flattened(0.5), isGround(mark.role)});
        }
    QStringList found;
    const auto name = [&](const Mark& mark) {
        const std::string owner = mark.owner < 0 ? std::string() : picture.owners[size_t(mark.owner)].id;
        return QString::fromStdString(plainText(mark.text) + " (" + owner + ")");
    };
    for (size_t i = 0; i < texts.size(); ++i) {
        const Rect box = inkOf(*texts[i]);
        for (size_t k = 0; k < i; ++k)
            if (box.grown(1).overlaps(inkOf(*texts[k])))
                found << name(*texts[i]) + " over " + name(*texts[k]);
        const auto hidden = [&](const Mark* line) { // something filled lies between the line and the text
            return std::ranges::any_of(shapes, [&](const Shape& ground) {
                return ground.ground && ground.mark > line && ground.mark < texts[i] &&
                       ground.bounds.contains(box);
            });
        };
        for (const Shape& shape : shapes) {
            if (!shape.bounds.overlaps(box.grown(4))) continue;
            if (drawnOver(shape, box.grown(0.5)) && !hidden(shape.mark))
                found << name(*texts[i]) + " crossed by " + name(*shape.mark);
            else if (shape.mark > texts[i] && shape.ground && shape.bounds.overlaps(box))
                found << name(*texts[i]) + " under " + name(*shape.mark);
            else if (!shape.ground && styleOf(shape.mark->role).fill != Ink::None &&
                     box.contains(shape.bounds.centre()) && !hidden(shape.mark))
                found << name(*texts[i]) + " on a dot";
        }
    }
    return found;
}

/// Every block that the picture shows, so that all of them open.
std::set<std::string> blocksOf(const Picture& picture)
{
    std::set<std::string> ids;
    for (const Owner& owner : picture.owners)
        if (owner.kind == Owner::Kind::Block) ids.insert(owner.id);
    return ids;
}

} // namespace

class TestLegible : public QObject
{
    Q_OBJECT

private slots:
    void everyTextCanBeRead_data()
    {
        QTest::addColumn<QString>("preset");
        for (const std::string& name : presetNames())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void everyTextCanBeRead()
    {
        QFETCH(QString, preset);
        const Document document = core::preset(preset.toStdString());
        DataSignature data;
        try {
            data = loadDataset(document.data).signature(document.train.batch > 0 ? document.train.batch : 32);
        } catch (const Error&) {
            QSKIP("its data are not on this machine");
        }
        static const BlockLibrary library = BlockLibrary::builtIn();
        QStringList found;
        const auto look = [&](const QString& how, const DrawOptions& options) {
            const Picture picture = draw(document, library, data, options);
            for (const double zoom : {0.25, 1.0, 2.0})
                for (const QString& what : illegible(picture, zoom))
                    found << QString("%1 at %2: %3").arg(how).arg(zoom).arg(what);
            return blocksOf(picture);
        };
        DrawOptions open;
        const std::set<std::string> blocks = look("as it is", {});
        look("numbers", {.sizes = Sizes::Numeric});
        look("costs", {.costs = true, .title = "Title"});
        open.open = blocks;
        for (int depth = 1; depth <= 3; ++depth) {
            const std::set<std::string> inner = look(QString("opened %1").arg(depth), open);
            if (inner.size() == open.open.size()) break;
            open.open.insert(inner.begin(), inner.end());
        }
        if (!found.isEmpty()) qWarning().noquote() << found.size() << "\n" << found.mid(0, 60).join("\n");
        QVERIFY(found.isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestLegible)
#include "test_legible.moc"
