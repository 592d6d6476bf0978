#include "widgets/lenses/lensbox.h"

#include "widgets/lenses/places.h"
#include "widgets/views/readingview.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace widgets
{

constexpr const char* watcher = "inspector";

LensBox::LensBox(Lab& lab, std::string at, std::string& instrument, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_at(std::move(at))
    , m_instrument(instrument)
    , m_name(new QToolButton)
{
    m_name->setObjectName(QStringLiteral("chip"));
    m_name->setToolTip(tr("What to look at here"));
    m_name->setFocusPolicy(Qt::TabFocus);
    connect(m_name, &QToolButton::clicked, this, &LensBox::choose);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_name, 0, Qt::AlignLeft);
    setFixedHeight(lab.theme().size * 19);
    m_pace.setSingleShot(true);
    m_pace.setInterval(40);
    connect(&m_pace, &QTimer::timeout, this, &LensBox::refresh);
    connect(&lab, &Lab::snapshotChanged, this, &LensBox::refresh);
    connect(&lab, &Lab::elaborationChanged, this, &LensBox::watch);
}

LensBox::~LensBox() { m_lab.watch(QLatin1String(watcher), {}); }

const core::Instrument* LensBox::instrument() const
{
    const core::Instrument* last = core::findInstrument(m_instrument);
    if (last && appliesAt(m_lab, *last, m_at)) return last;
    for (const core::Instrument& one : core::allInstruments())
        if (one.needs == core::Instrument::Needs::Wire && appliesAt(m_lab, one, m_at)) return &one;
    return nullptr;
}

std::string LensBox::key() const
{
    const core::Instrument* what = instrument();
    return what ? watchKey({std::string(what->name), m_at, {}}, m_at, 0) : std::string();
}

void LensBox::choose()
{
    chooseInstrument(m_lab, window(), m_name->mapTo(window(), QPoint(0, m_name->height())), m_at,
                     [this](const core::Instrument& chosen) {
                         m_instrument = chosen.name;
                         watch();
                     });
}

void LensBox::watch()
{
    const core::Instrument* what = instrument();
    m_name->setText(what ? titleOf(*what) + QStringLiteral("  \u25be") : tr("Nothing to look at"));
    m_name->setEnabled(what);
    std::vector<core::Watch> watches;
    if (what && isVisible()) watches.push_back({key(), std::string(what->name), m_at, 0});
    m_lab.watch(QLatin1String(watcher), std::move(watches));
}

void LensBox::showEvent(QShowEvent*)
{
    watch();
    refresh();
}

void LensBox::hideEvent(QHideEvent*) { m_lab.watch(QLatin1String(watcher), {}); }

void LensBox::refresh()
{
    if (!isVisible() || m_pace.isActive() || m_shown == m_lab.snapshot().serial) return;
    m_shown = m_lab.snapshot().serial;
    m_pace.start();
    const std::string key = this->key();
    const auto found = m_lab.snapshot().readings.find(key);
    if (found == m_lab.snapshot().readings.end()) return;
    if (!m_view || !m_view->showReading(*found->second)) {
        delete m_view;
        m_view = makeView(*found->second, m_lab.theme(), this);
        static_cast<QVBoxLayout*>(layout())->addWidget(m_view, 1);
    }
    if (const auto trail = m_lab.snapshot().trails.find(key); trail != m_lab.snapshot().trails.end())
        m_view->showTrail(trail->second);
}

} // namespace widgets
