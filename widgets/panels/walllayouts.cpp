#include "widgets/panels/walllayouts.h"

#include "core/diagram/document.h"
#include "core/instruments/instrument.h"
#include "widgets/forms/finder.h"
#include "widgets/lab.h"
#include "widgets/lenses/places.h"

#include <QCoreApplication>
#include <QSettings>

#include <algorithm>

namespace widgets
{
namespace
{

constexpr const char* setting = "wallLayouts"; // name -> what a document would say of it

QString words(const char* text) { return QCoreApplication::translate("widgets::WallLayouts", text); }

QVariantMap kept() { return QSettings().value(setting).toMap(); }

void keep(const QString& name, const std::vector<core::Lens>& lenses)
{
    core::Document document;
    core::setLenses(document, core::LensPlace::Wall, lenses);
    QVariantMap all = kept();
    all[name] = QString::fromStdString(document.unknown);
    QSettings().setValue(setting, all);
}

void forget(const QString& name)
{
    QVariantMap all = kept();
    all.remove(name);
    QSettings().setValue(setting, all);
}

void apply(Lab& lab, const QString& name, const std::string& text)
{
    core::Document document;
    document.unknown = text;
    auto lenses = core::lensesOf(document, core::LensPlace::Wall);
    if (!lenses) return;
    for (core::Lens& lens : *lenses) {
        const core::Instrument* instrument = core::findInstrument(lens.instrument);
        const bool inside = lens.at.find('/') != std::string::npos;
        if (!instrument || inside || std::ranges::count(placesOf(lab, *instrument), lens.at)) continue;
        lens.at.clear();
    }
    lab.change(words("Layout \"%1\"").arg(name),
               [&](core::Document& changed) { core::setLenses(changed, core::LensPlace::Wall, *lenses); });
}

} // namespace

void chooseWallLayout(Lab& lab, QWidget* parent, QPoint place, const std::vector<core::Lens>& shown)
{
    QList<FinderEntry> entries;
    const QVariantMap all = kept();
    for (auto at = all.begin(); at != all.end(); ++at) {
        const QString name = at.key();
        const std::string text = at.value().toString().toStdString();
        entries.append({name, {}, {}, [&lab, name, text] { apply(lab, name, text); }});
    }
    for (const QString& name : all.keys())
        entries.append({words("Forget \"%1\"").arg(name), {}, {}, [name] { forget(name); }});
    auto* finder =
        new Finder(parent, place, words("A layout, or a new name to keep this one under"), entries);
    finder->setMeaning([shown, names = all.keys()](const QString& name) -> FinderEntry {
        const QString wanted = name.trimmed();
        if (wanted.isEmpty()) return {};
        return {names.contains(wanted) ? words("Keep this one as \"%1\" instead").arg(wanted)
                                       : words("Keep this one as \"%1\"").arg(wanted),
                {},
                {},
                [wanted, shown] { keep(wanted, shown); }};
    });
}

} // namespace widgets
