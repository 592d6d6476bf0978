#include "widgets/panels/pictures.h"

#include "core/diagram/changes.h"
#include "widgets/lenses/lensforms.h"
#include "widgets/lenses/places.h"
#include "widgets/panels/picturecard.h"
#include "widgets/panels/walllayouts.h"

#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QSettings>
#include <QSpinBox>
#include <QToolButton>

namespace widgets
{

constexpr int cardGap = 8;
constexpr size_t automaticCards = 4;
constexpr const char* shareSetting = "lookingShare";

using Needs = core::Instrument::Needs;

PicturesPanel::PicturesPanel(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_add(new QToolButton)
    , m_layouts(new QToolButton)
    , m_changed(new QToolButton)
    , m_beside(new QToolButton)
    , m_share(new QToolButton)
    , m_example(new QSpinBox)
    , m_grid(new QGridLayout)
    , m_scroll(new QScrollArea)
    , m_empty(new QLabel(tr("Add a picture of what the network does.")))
{
    m_add->setObjectName(QStringLiteral("chip"));
    m_add->setText(tr("+  Add a picture"));
    m_add->setFocusPolicy(Qt::TabFocus);
    m_add->setToolTip(
        tr("<p>Instruments that have something to show at the selected wire or block; a card's name "
           "and place can be clicked to change them, and cards can be dragged</p>"));
    connect(m_add, &QToolButton::clicked, this, &PicturesPanel::add);
    m_layouts->setObjectName(QStringLiteral("chip"));
    m_layouts->setText(tr("Layouts"));
    m_layouts->setFocusPolicy(Qt::TabFocus);
    m_layouts->setToolTip(tr("<p>Keep these pictures under a name, or show those that were kept</p>"));
    connect(m_layouts, &QToolButton::clicked, this, [this] {
        chooseWallLayout(m_lab, window(), m_layouts->mapTo(window(), QPoint(0, m_layouts->height() + 2)),
                         lenses());
    });
    m_share->setObjectName(QStringLiteral("looking"));
    m_share->setAutoRaise(true);
    m_share->setFocusPolicy(Qt::TabFocus);
    m_share->setToolTip(
        tr("<p>Share of the processors' time that looking takes; pictures come less often rather than take "
           "more than what is chosen here</p>"));
    connect(m_share, &QToolButton::clicked, this, &PicturesPanel::chooseShare);
    m_lab.setLookingShare(qBound(0.0, QSettings().value(shareSetting, m_lab.lookingShare()).toDouble(), 1.0));
    m_changed->setObjectName(QStringLiteral("chip"));
    m_changed->setFocusPolicy(Qt::TabFocus);
    m_changed->setToolTip(tr("<p>What is seen is of a network that is changed where the canvas says so; "
                             "a click looks at it as it is</p>"));
    connect(m_changed, &QToolButton::clicked, this, [this] {
        m_lab.change(tr("Look at it unchanged"),
                     [](core::Document& document) { core::setChanges(document, {}); });
    });
    m_beside->setObjectName(QStringLiteral("chip"));
    m_beside->setFocusPolicy(Qt::TabFocus);
    m_beside->setCheckable(true);
    m_beside->setText(tr("Beside unchanged"));
    m_beside->setToolTip(tr(
        "<p>Each picture of the network as it is, beside that of the changed one, and the difference</p>"));
    connect(m_beside, &QToolButton::toggled, this, [this] {
        watch();
        m_shown = 0;
        refresh();
    });
    auto* exampleName = new QLabel(tr("example"));
    exampleName->setProperty("role", "small");
    m_example->setRange(0, 1'000'000);
    m_example->setFixedWidth(64);
    m_example->setToolTip(tr("Which example the activations are of"));
    m_example->setAccessibleName(tr("Observed example"));
    connect(m_example, &QSpinBox::valueChanged, this, &PicturesPanel::watch);
    auto* head = new QHBoxLayout;
    head->addWidget(m_add);
    head->addWidget(m_layouts);
    head->addWidget(m_changed);
    head->addWidget(m_beside);
    head->addStretch(1);
    head->addWidget(m_share);
    head->addSpacing(8);
    head->addWidget(exampleName);
    head->addWidget(m_example);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("role", "muted");
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(cardGap);
    auto* cards = new QWidget;
    cards->setLayout(m_grid);
    m_scroll->setWidget(cards);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored); // the dock keeps its height

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(6);
    column->addLayout(head);
    column->addWidget(m_scroll, 1);
    column->addWidget(m_empty, 1);

    connect(&lab, &Lab::selectionChanged, this, &PicturesPanel::follow);
    connect(&lab, &Lab::elaborationChanged, this, &PicturesPanel::follow);
    connect(&lab, &Lab::timeChanged, this, [this] {
        watch();
        m_shown = 0;
    });
    m_delay.setSingleShot(true);
    m_delay.setInterval(18);
    m_delay.setTimerType(Qt::PreciseTimer);
    connect(&m_delay, &QTimer::timeout, this, &PicturesPanel::refresh);
    connect(&lab, &Lab::snapshotChanged, this, [this] {
        if (m_lab.time()) { // somebody moves a slider and waits; what stays the same costs nothing
            m_pace.stop();
            refresh();
        } else if (!m_delay.isActive()) {
            m_delay.start();
        }
    });
    connect(&lab, &Lab::themeChanged, this, [this] {
        for (PictureCard* card : m_cards) card->applyTheme();
        arrange();
        m_pace.stop();
        m_shown = 0;
        refresh();
    });
    m_pace.setSingleShot(true);
    m_pace.setInterval(33); // shorter than readings come, so that none is left out
    connect(&m_pace, &QTimer::timeout, this, &PicturesPanel::refresh);
    connect(&lab, &Lab::documentOpened, this, [this] { // they show the one before
        for (PictureCard* card : std::exchange(m_cards, {})) card->deleteLater();
        sync();
    });
    connect(&lab, &Lab::documentChanged, this, &PicturesPanel::sync);
    sync();
}

/// Cards of lenses that stay keep their views.
void PicturesPanel::sync()
{
    const core::Changes changes = core::changesOf(m_lab.document());
    m_changed->setVisible(!changes.empty());
    m_beside->setVisible(!changes.empty());
    if (changes.empty()) m_beside->setChecked(false);
    const size_t count = changes.values.size() + changes.gradients.size();
    m_changed->setText((count == 1 ? tr("1 change") : tr("%1 changes").arg(count)) +
                       QStringLiteral("  \u00d7"));
    const auto stored = core::lensesOf(m_lab.document(), core::LensPlace::Wall);
    if (!stored) {
        const bool chosen =
            std::ranges::any_of(m_cards, [](const PictureCard* card) { return !card->automatic; });
        if (chosen || m_cards.empty()) openFirst();
        return;
    }
    if (lenses() == *stored) {
        for (PictureCard* card : m_cards) card->automatic = false;
        return;
    }
    std::vector<PictureCard*> before = std::exchange(m_cards, {});
    m_candidates.clear();
    for (const core::Lens& lens : *stored) {
        const core::Instrument* instrument = core::findInstrument(lens.instrument);
        if (!instrument) continue;
        const auto known = std::ranges::find_if(before, [&](const PictureCard* card) {
            const core::Lens other = card->lens();
            return other.instrument == lens.instrument && other.at == lens.at;
        });
        if (known != before.end()) {
            m_cards.push_back(*known);
            before.erase(known);
        } else {
            addCard(*instrument, {});
        }
        m_cards.back()->setLens(lens);
        m_cards.back()->automatic = false;
    }
    for (PictureCard* card : before) card->deleteLater();
    arrange();
    watch();
}

std::vector<core::Lens> PicturesPanel::lenses() const
{
    std::vector<core::Lens> all;
    for (const PictureCard* card : m_cards) all.push_back(card->lens());
    return all;
}

void PicturesPanel::store()
{
    for (PictureCard* card : m_cards) card->automatic = false;
    m_candidates.clear();
    arrange();
    watch();
    m_lab.change(
        tr("Arrange pictures"),
        [&](core::Document& document) { core::setLenses(document, core::LensPlace::Wall, lenses()); },
        QStringLiteral("wall"));
}

/// Four pictures to start with: what needs no place before what needs a parameter before what needs a wire.
/// Those that turn out not to apply to this document give way to the next.
void PicturesPanel::openFirst()
{
    for (PictureCard* card : std::exchange(m_cards, {})) card->deleteLater();
    m_candidates.clear();
    for (Needs needs : {Needs::Nothing, Needs::Parameter, Needs::Wire})
        for (const core::Instrument& instrument : core::allInstruments())
            if (instrument.needs == needs && instrument.cost == core::Instrument::Cost::Light)
                m_candidates.push_back(&instrument);
    openNext();
    arrange();
    watch();
}

void PicturesPanel::openNext()
{
    const auto& running = m_lab.snapshot().document; // until it is this one, nothing is known of its data
    if (!m_lab.snapshot().data || !m_lab.elaboration().trainable() || !running ||
        running->data != m_lab.document().data)
        return;
    while (m_cards.size() < automaticCards && !m_candidates.empty()) {
        const core::Instrument* next = m_candidates.front();
        m_candidates.erase(m_candidates.begin());
        const std::string at = placeFor(m_lab, *next);
        if (appliesAt(m_lab, *next, at)) addCard(*next, at)->automatic = true;
    }
    arrange();
    watch();
}

static QString percent(double share) { return QString::number(share * 100, 'g', 2) + QStringLiteral(" %"); }

void PicturesPanel::showShare()
{
    const double takes = m_lab.snapshot().observationShare, most = m_lab.lookingShare();
    m_share->setText(takes > 0 && most > 0 ? tr("looking takes %1 of %2").arg(percent(takes), percent(most))
                     : most > 0            ? tr("looking: at most %1").arg(percent(most))
                                           : tr("looking while it rests"));
}

void PicturesPanel::chooseShare()
{
    QMenu menu(this);
    for (const double share : {0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5}) {
        QAction* action =
            menu.addAction(share > 0 ? tr("at most %1").arg(percent(share)) : tr("only while it rests"));
        action->setCheckable(true);
        action->setChecked(share == m_lab.lookingShare());
        connect(action, &QAction::triggered, this, [this, share] {
            m_lab.setLookingShare(share);
            QSettings().setValue(shareSetting, share);
            showShare();
        });
    }
    menu.exec(m_share->mapToGlobal(QPoint(0, m_share->height())));
}

void PicturesPanel::add()
{
    chooseInstrument(m_lab, window(), m_add->mapTo(window(), QPoint(0, m_add->height() + 2)), {},
                     [this](const core::Instrument& instrument) {
                         const std::string at = placeFor(m_lab, instrument);
                         PictureCard* card = addCard(instrument, at);
                         card->setLens({std::string(instrument.name), at, {}});
                         store();
                     });
}

PictureCard* PicturesPanel::addCard(const core::Instrument& instrument, const std::string& at)
{
    auto* card = new PictureCard(m_lab, instrument, this);
    card->at = at;
    card->setLens(card->lens());
    m_cards.push_back(card);
    connect(card, &PictureCard::changed, this, &PicturesPanel::store);
    connect(card, &PictureCard::closed, this, [this, card] { close(card); });
    connect(card, &PictureCard::settingsWished, this, [this, card](QPoint at) { openSettings(card, at); });
    connect(card, &PictureCard::dropped, this, &PicturesPanel::store);
    connect(card, &PictureCard::shifted, this, [this, card](int places) {
        const auto here = std::ranges::find(m_cards, card) - m_cards.begin();
        move(card, size_t(qBound(0, int(here) + places, int(m_cards.size()) - 1)));
        store();
    });
    connect(card, &PictureCard::dragged, this, [this, card](QPoint at) {
        for (size_t i = 0; i < m_cards.size(); ++i)
            if (m_cards[i] != card && m_cards[i]->rect().contains(m_cards[i]->mapFromGlobal(at)))
                return move(card, i);
    });
    return card;
}

void PicturesPanel::close(PictureCard* card)
{
    std::erase(m_cards, card);
    card->deleteLater();
    store();
}

/// A form over the document's own copy of the lens, so that every change is a step of the history.
void PicturesPanel::openSettings(PictureCard* card, QPoint at)
{
    store();
    const size_t index = size_t(std::ranges::find(m_cards, card) - m_cards.begin());
    openLensForms(m_lab, this, core::LensPlace::Wall, {index}, at);
}

void PicturesPanel::move(PictureCard* card, size_t to)
{
    std::erase(m_cards, card);
    m_cards.insert(m_cards.begin() + ptrdiff_t(to), card);
    arrange();
}

void PicturesPanel::follow()
{
    for (PictureCard* card : m_cards) card->follow();
    if (!m_candidates.empty()) openNext();
    watch();
}

std::string PicturesPanel::keyOf(const PictureCard& card) const
{
    return watchKey(card.lens(), card.at, m_example->value());
}

/// Of instruments of two networks one picture says how they stand to each other.
bool PicturesPanel::pairs(const PictureCard& card) const
{
    return m_beside->isChecked() || (m_lab.comparison() && card.instrument->of == core::Instrument::Of::One);
}

void PicturesPanel::watch()
{
    std::vector<core::Watch> watches;
    const auto add = [&](core::Watch wish) {
        if (std::ranges::find(watches, wish) == watches.end()) watches.push_back(std::move(wish));
    };
    for (const PictureCard* card : m_cards) {
        if (!isVisible() || (card->at.empty() && (card->instrument->needs == Needs::Wire ||
                                                  card->instrument->needs == Needs::Parameter)))
            continue;
        core::Watch wish{keyOf(*card),  std::string(card->instrument->name), card->at, m_example->value(), {},
                         card->settings};
        const auto& other = m_lab.comparison();
        const bool ofTwo = card->instrument->of == core::Instrument::Of::Two;
        if (ofTwo) wish.other = other;
        add(wish);
        if (!pairs(*card)) continue;
        wish.key += "|other";
        if (!ofTwo) wish.time = other;
        if (m_beside->isChecked()) wish.changes = core::Changes();
        add(wish);
    }
    m_lab.watch(QStringLiteral("pictures"), std::move(watches));
}

void PicturesPanel::refresh()
{
    if (!isVisible() || m_pace.isActive() || m_shown == m_lab.snapshot().serial) return;
    const core::Snapshot& now = m_lab.snapshot();
    m_shown = now.serial;
    m_pace.start();
    if (std::exchange(m_data, now.data) != m_data) follow();
    showShare();
    const auto find = [&](const std::string& key) {
        const auto found = now.readings.find(key);
        return found == now.readings.end() ? PictureCard::Shared() : found->second.reading;
    };
    const auto nameOf = [&](const std::optional<core::Place>& place) {
        if (!place) return tr("now");
        return (place->run == now.run ? QString() : tr("run %1, ").arg(place->run)) +
               tr("step %1").arg(place->step);
    };
    const auto& other = m_lab.comparison();
    QStringList names{nameOf(other ? other : m_lab.time()), nameOf(m_lab.time())};
    if (m_beside->isChecked()) {
        names[0] += tr(", unchanged");
        names[1] += tr(", changed");
    }
    bool refused = false;
    for (PictureCard* card : std::vector(m_cards)) {
        const std::string key = keyOf(*card);
        const PictureCard::Shared reading = find(key);
        if (reading && card->automatic && !m_lab.time() &&
            std::holds_alternative<core::TextReading>(*reading)) {
            refused = true;
            std::erase(m_cards, card);
            card->deleteLater();
            continue;
        }
        card->show(reading, pairs(*card) ? find(key + "|other") : nullptr, names);
        if (const auto trail = now.trails.find(key); trail != now.trails.end())
            card->showTrail(trail->second);
    }
    if (refused) openNext();
}

/// As many columns as make the squares that fit into the cards largest; more than fit are scrolled to.
void PicturesPanel::arrange()
{
    m_empty->setVisible(m_cards.empty());
    m_scroll->setVisible(!m_cards.empty());
    const int count = int(m_cards.size());
    int columns = 1;
    double best = -INFINITY;
    const int least = (m_cards.empty() ? 220 : m_cards.front()->minimumWidth()) + cardGap,
              room = m_scroll->width();
    for (int c = 1; c <= qBound(1, (room + cardGap) / least, qMax(1, count)); ++c) {
        const int rows = (count + c - 1) / c;
        const double side =
            qMin(room / double(c), m_scroll->height() / double(rows) - 2.5 * m_lab.theme().size);
        if (side > best) best = side, columns = c;
    }
    for (int i = 0; i < count; ++i) m_grid->addWidget(m_cards[size_t(i)], i / columns, i % columns);
    for (int c = 0; c < 12; ++c) m_grid->setColumnStretch(c, c < columns ? 1 : 0);
}

void PicturesPanel::resizeEvent(QResizeEvent*)
{
    layout()->activate();
    arrange();
}

void PicturesPanel::showEvent(QShowEvent*)
{
    watch();
    refresh();
}

void PicturesPanel::hideEvent(QHideEvent*) { watch(); }

} // namespace widgets
