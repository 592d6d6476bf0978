#include "widgets/panels/pictures.h"

#include "core/ops/op.h"
#include "widgets/icons.h"
#include "widgets/views/readingview.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>

namespace widgets
{
namespace
{

/// Smallest readable card, in pixels when the body text has 13.
constexpr int cardWidth = 220, cardHeight = 164, cardGap = 8;

/// Parameters in the order of the program, with the blocks they belong to.
std::vector<std::pair<std::string, std::string>> parametersOf(const core::Elaboration& elaboration)
{
    std::vector<std::pair<std::string, std::string>> found;
    for (const core::Instruction& instruction : elaboration.program.code)
        if (instruction.op && instruction.op->name == "parameter")
            found.emplace_back(instruction.source.block, instruction.attributes.name);
    return found;
}

/// Children in rows, as many as the width needs.
class FlowRows : public QWidget
{
public:
    void arrange()
    {
        constexpr int gap = 5;
        int x = 0, y = 0, line = 0;
        for (QObject* child : children()) {
            auto* widget = qobject_cast<QWidget*>(child);
            if (!widget || widget->isHidden()) continue;
            const QSize size = widget->sizeHint();
            if (x > 0 && x + size.width() > width()) x = 0, y += line + gap;
            widget->setGeometry(QRect({x, y}, size));
            x += size.width() + gap;
            line = size.height();
        }
        setFixedHeight(y + line);
    }

protected:
    void resizeEvent(QResizeEvent*) override { arrange(); }
    void showEvent(QShowEvent*) override { arrange(); }
};

/// One line that ends in dots where the width ends.
class ElidedLabel : public QLabel
{
public:
    explicit ElidedLabel(const QString& text)
        : QLabel(text)
    {
        setMinimumWidth(24);
    }
    QSize sizeHint() const override
    {
        return {fontMetrics().horizontalAdvance(text()) + 2, QLabel::sizeHint().height()};
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft,
                         fontMetrics().elidedText(text(), Qt::ElideRight, width()));
    }
};

} // namespace

PictureCard::PictureCard(Lab& lab, const core::Instrument& what, QWidget* parent)
    : QFrame(parent)
    , instrument(what)
    , m_lab(lab)
    , m_name(new ElidedLabel(QString()))
    , m_place(new ElidedLabel(QString()))
    , m_pin(new QToolButton)
    , m_close(new QToolButton)
{
    setObjectName(QStringLiteral("card"));
    const QString title = QString::fromUtf8(what.title.data(), qsizetype(what.title.size()));
    const QString help = QString::fromUtf8(what.help.data(), qsizetype(what.help.size()));
    setAccessibleName(title);
    m_name->setText(title);
    m_name->setProperty("role", "heading");
    m_name->setToolTip(QStringLiteral("<p>%1</p>").arg(help.toHtmlEscaped()));
    m_place->setProperty("role", "small");
    for (const auto& [button, tip] : {std::pair{m_close, tr("Close this picture")},
                                      {m_pin, tr("Keep looking here when the selection moves")}}) {
        button->setToolTip(tip);
        button->setAccessibleName(tip);
    }
    connect(m_close, &QToolButton::clicked, this, &PictureCard::closed);
    auto* head = new QHBoxLayout;
    head->setSpacing(4);
    head->addWidget(m_name);
    head->addWidget(m_place, 1);
    m_pin->setCheckable(true);
    connect(m_pin, &QToolButton::toggled, this, [this](bool on) {
        pinned = on;
        emit pinWished();
    });
    head->addWidget(m_pin);
    head->addWidget(m_close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 5, 8, 8);
    column->setSpacing(4);
    column->addLayout(head);
    m_pin->setVisible(what.needs != core::Instrument::Needs::Nothing); // not before it has its place
    applyTheme();
    showReading(core::TextReading{tr("Waiting for the first reading").toStdString()});
}

void PictureCard::lookAt(const std::string& place)
{
    at = place;
    m_place->setText(QString::fromStdString(place));
}

/// The icons, the smallest size, and no view: the next reading makes one with the new fonts.
void PictureCard::applyTheme()
{
    const Theme& theme = m_lab.theme();
    setMinimumSize(cardWidth * theme.size / 13, cardHeight * theme.size / 13);
    for (const auto& [button, symbol] : {std::pair{m_pin, Symbol::Pin}, {m_close, Symbol::Close}}) {
        button->setIcon(symbolIcon(symbol, theme.muted, theme.size + 1));
        button->setIconSize({theme.size + 1, theme.size + 1});
    }
    delete std::exchange(m_view, nullptr);
}

void PictureCard::showReading(const core::Reading& reading)
{
    if (m_view && m_view->showReading(reading)) return;
    delete m_view;
    m_view = makeView(reading, m_lab.theme(), this);
    static_cast<QVBoxLayout*>(layout())->addWidget(m_view, 1);
}

PicturesPanel::PicturesPanel(Lab& lab, QWidget* parent)
    : QWidget(parent)
    , m_lab(lab)
    , m_chips(new FlowRows)
    , m_example(new QSpinBox)
    , m_grid(new QGridLayout)
    , m_scroll(new QScrollArea)
    , m_empty(new QLabel(tr("Switch on a picture above.")))
{
    for (const core::Instrument& instrument : core::allInstruments()) {
        auto* chip = new QToolButton(m_chips);
        chip->setObjectName(QStringLiteral("chip"));
        chip->setText(QString::fromUtf8(instrument.title.data(), qsizetype(instrument.title.size())));
        chip->setToolTip(QStringLiteral("<p>%1</p>")
                             .arg(QString::fromUtf8(instrument.help.data(), qsizetype(instrument.help.size()))
                                      .toHtmlEscaped()));
        chip->setCheckable(true);
        chip->setFocusPolicy(Qt::TabFocus);
        m_switches[std::string(instrument.name)] = chip;
        connect(chip, &QToolButton::toggled, this, [this, &instrument](bool on) {
            if (on)
                addCard(instrument, placeFor(instrument));
            else
                std::erase_if(m_cards, [&](PictureCard* card) {
                    const bool gone = &card->instrument == &instrument && !card->pinned;
                    if (gone) card->deleteLater();
                    return gone;
                });
            arrange();
            watch();
        });
    }
    auto* exampleName = new QLabel(tr("example"));
    exampleName->setProperty("role", "small");
    m_example->setRange(0, 1'000'000);
    m_example->setFixedWidth(64);
    m_example->setToolTip(tr("Which example the activations are of"));
    m_example->setAccessibleName(tr("Observed example"));
    connect(m_example, &QSpinBox::valueChanged, this, &PicturesPanel::watch);
    auto* head = new QHBoxLayout;
    head->addWidget(m_chips, 1);
    auto* example = new QHBoxLayout;
    example->addWidget(exampleName);
    example->addWidget(m_example);
    head->addLayout(example);
    head->setAlignment(example, Qt::AlignTop);
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
    m_delay.setSingleShot(true);
    m_delay.setInterval(18);
    m_delay.setTimerType(Qt::PreciseTimer);
    connect(&m_delay, &QTimer::timeout, this, &PicturesPanel::refresh);
    connect(&lab, &Lab::snapshotChanged, this, [this] {
        if (!m_delay.isActive()) m_delay.start();
    });
    connect(&lab, &Lab::themeChanged, this, [this] {
        for (PictureCard* card : m_cards) card->applyTheme();
        static_cast<FlowRows*>(m_chips)->arrange();
        arrange();
        m_pace.stop();
        m_shown = 0;
        refresh();
    });
    m_pace.setSingleShot(true);
    m_pace.setInterval(40);
    connect(&m_pace, &QTimer::timeout, this, &PicturesPanel::refresh);
    connect(&lab, &Lab::documentOpened, this, &PicturesPanel::openFirst);
    openFirst();
    follow();
    arrange();
}

/// Four pictures to start with: what needs no place before what needs a parameter before what needs a wire.
/// Those that turn out not to apply to this document give way to the next.
void PicturesPanel::openFirst()
{
    m_candidates.clear();
    using Needs = core::Instrument::Needs;
    for (Needs needs : {Needs::Nothing, Needs::Parameter, Needs::Wire})
        for (const core::Instrument& instrument : core::allInstruments())
            if (instrument.needs == needs && instrument.cost == core::Instrument::Cost::Light)
                m_candidates.push_back(&instrument);
    for (PictureCard* card : m_cards)
        if (!card->automatic) return;
    m_choosing = true;
    for (const auto& [name, chip] : m_switches) chip->setChecked(false);
    m_choosing = false;
    openNext();
}

bool PicturesPanel::applies(const core::Instrument& instrument) const
{
    const auto& data = m_lab.snapshot().data;
    return data && instrument.applies(*data, m_lab.elaboration(), placeFor(instrument));
}

void PicturesPanel::offer()
{
    if (!m_lab.snapshot().data) return;
    for (const core::Instrument& instrument : core::allInstruments()) {
        QToolButton* chip = m_switches[std::string(instrument.name)];
        const bool offered = instrument.needs != core::Instrument::Needs::Nothing || applies(instrument);
        if (!offered) chip->setChecked(false);
        chip->setVisible(offered);
    }
    static_cast<FlowRows*>(m_chips)->arrange();
}

void PicturesPanel::openNext()
{
    const auto& running = m_lab.snapshot().document; // until it is this one, nothing is known of its data
    if (!m_lab.snapshot().data || !m_lab.elaboration().trainable() || !running ||
        *running != m_lab.document())
        return;
    m_choosing = true;
    while (m_cards.size() < 4 && !m_candidates.empty()) {
        const core::Instrument* next = m_candidates.front();
        m_candidates.erase(m_candidates.begin());
        if (applies(*next)) m_switches[std::string(next->name)]->setChecked(true);
    }
    m_choosing = false;
}

/// The selected wire; the selected block's first parameter; else the first of the diagram, so that there is
/// something.
std::string PicturesPanel::placeFor(const core::Instrument& instrument) const
{
    const core::Elaboration& elaboration = m_lab.elaboration();
    const Selection& selection = m_lab.selection();
    const auto parameters = parametersOf(elaboration);
    switch (instrument.needs) {
    case core::Instrument::Needs::Nothing:
    case core::Instrument::Needs::Wires:
        return {};
    case core::Instrument::Needs::Wire: {
        const std::string port = m_lab.selectedPort();
        if (elaboration.types.contains(port)) return port;
        for (const core::Wire& wire : m_lab.diagram().wires)
            for (const auto& [block, parameter] : parameters)
                if (wire.from.block == block) return wire.from.text();
        return elaboration.types.empty() ? std::string() : elaboration.types.begin()->first;
    }
    case core::Instrument::Needs::Parameter:
        for (const auto& [block, parameter] : parameters)
            if (selection.blocks.contains(block.substr(0, block.find('/')))) return parameter;
        return parameters.empty() ? std::string() : parameters.front().second;
    }
    return {};
}

void PicturesPanel::addCard(const core::Instrument& instrument, const std::string& at)
{
    auto* card = new PictureCard(m_lab, instrument, this);
    card->automatic = m_choosing;
    card->lookAt(at);
    m_cards.push_back(card);
    connect(card, &PictureCard::pinWished, this, &PicturesPanel::follow);
    connect(card, &PictureCard::closed, this, [this, card] {
        if (!card->pinned) return m_switches[std::string(card->instrument.name)]->setChecked(false);
        std::erase(m_cards, card);
        card->deleteLater();
        arrange();
        watch();
    });
}

void PicturesPanel::follow()
{
    for (PictureCard* card : m_cards)
        if (const std::string at = placeFor(card->instrument); !card->pinned && card->at != at)
            card->lookAt(at);
    offer();
    if (!m_candidates.empty()) openNext();
    watch();
}

std::string PicturesPanel::keyOf(const PictureCard& card) const
{
    return std::string(card.instrument.name) + "|" + card.at + "|" + std::to_string(m_example->value());
}

void PicturesPanel::watch()
{
    std::vector<core::Watch> watches;
    for (const PictureCard* card : m_cards) {
        if (card->at.empty() && card->instrument.needs != core::Instrument::Needs::Nothing) continue;
        core::Watch wish{keyOf(*card), std::string(card->instrument.name), card->at, m_example->value()};
        if (std::ranges::find(watches, wish) == watches.end()) watches.push_back(std::move(wish));
    }
    m_lab.watch(QStringLiteral("pictures"), std::move(watches));
}

void PicturesPanel::refresh()
{
    if (!isVisible() || m_pace.isActive() || m_shown == m_lab.snapshot().serial) return;
    m_shown = m_lab.snapshot().serial;
    m_pace.start();
    if (std::exchange(m_data, m_lab.snapshot().data) != m_data) follow();
    const auto& readings = m_lab.snapshot().readings;
    bool refused = false;
    for (PictureCard* card : std::vector(m_cards)) {
        const auto found = readings.find(keyOf(*card));
        if (found == readings.end()) continue;
        if (card->automatic && !card->pinned && std::holds_alternative<core::TextReading>(found->second)) {
            refused = true;
            m_switches[std::string(card->instrument.name)]->setChecked(false);
        } else {
            card->showReading(found->second);
        }
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
    const int least = cardWidth * m_lab.theme().size / 13 + cardGap, room = m_scroll->width();
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
void PicturesPanel::showEvent(QShowEvent*) { refresh(); }

} // namespace widgets
