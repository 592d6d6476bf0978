#include "widgets/panels/pictures.h"

#include "core/ops/op.h"
#include "widgets/icons.h"
#include "widgets/views/readingview.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QSpinBox>
#include <QToolButton>

namespace widgets
{
namespace
{

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
            if (!widget) continue;
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
    , m_place(new ElidedLabel(QString()))
{
    setObjectName(QStringLiteral("card"));
    setMinimumSize(120, 90);
    const QString title = QString::fromUtf8(what.title.data(), qsizetype(what.title.size()));
    const QString help = QString::fromUtf8(what.help.data(), qsizetype(what.help.size()));
    setAccessibleName(title);
    auto* name = new ElidedLabel(title);
    name->setProperty("role", "heading");
    name->setToolTip(QStringLiteral("<p>%1</p>").arg(help.toHtmlEscaped()));
    m_place->setProperty("role", "small");
    const auto button = [&](Symbol symbol, const QString& tip) {
        auto* made = new QToolButton;
        made->setIcon(symbolIcon(symbol, lab.theme().muted, 14));
        made->setIconSize({14, 14});
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        return made;
    };
    auto* close = button(Symbol::Close, tr("Close this picture"));
    connect(close, &QToolButton::clicked, this, &PictureCard::closed);
    auto* head = new QHBoxLayout;
    head->setSpacing(4);
    head->addWidget(name);
    head->addWidget(m_place, 1);
    if (what.needs != core::Instrument::Needs::Nothing) {
        auto* pin = button(Symbol::Pin, tr("Keep looking here when the selection moves"));
        pin->setCheckable(true);
        connect(pin, &QToolButton::toggled, this, [this](bool on) {
            pinned = on;
            emit pinWished();
        });
        head->addWidget(pin);
    }
    head->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 5, 8, 8);
    column->setSpacing(4);
    column->addLayout(head);
    showReading(core::TextReading{tr("Waiting for the first reading").toStdString()});
}

void PictureCard::lookAt(const std::string& place)
{
    at = place;
    m_place->setText(QString::fromStdString(place));
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
    m_grid->setSpacing(8);
    auto* cards = new QWidget;
    cards->setLayout(m_grid);
    cards->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored); // the dock keeps its height

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(6);
    column->addLayout(head);
    column->addWidget(cards, 1);
    column->addWidget(m_empty, 1);

    connect(&lab, &Lab::selectionChanged, this, &PicturesPanel::follow);
    connect(&lab, &Lab::elaborationChanged, this, &PicturesPanel::follow);
    connect(&lab, &Lab::snapshotChanged, this, &PicturesPanel::refresh);
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
            if (instrument.needs == needs) m_candidates.push_back(&instrument);
    for (PictureCard* card : m_cards)
        if (!card->automatic) return;
    m_choosing = true;
    for (const auto& [name, chip] : m_switches) chip->setChecked(false);
    m_choosing = false;
    openNext();
}

void PicturesPanel::openNext()
{
    m_choosing = true;
    while (m_cards.size() < 4 && !m_candidates.empty()) {
        const core::Instrument* next = m_candidates.front();
        m_candidates.erase(m_candidates.begin());
        m_switches[std::string(next->name)]->setChecked(true);
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

/// As many columns as give every card about the same, readable width.
void PicturesPanel::arrange()
{
    m_empty->setVisible(m_cards.empty());
    m_grid->parentWidget()->setVisible(!m_cards.empty());
    const int count = int(m_cards.size());
    int columns = 1;
    double best = 0;
    for (int c = 1; c <= count; ++c) {
        const int rows = (count + c - 1) / c;
        const double side = qMin(width() / double(c), (height() - 40) / double(rows) * 1.25);
        if (side > best) best = side, columns = c;
    }
    for (int i = 0; i < count; ++i) m_grid->addWidget(m_cards[size_t(i)], i / columns, i % columns);
    for (int c = 0; c < 12; ++c) m_grid->setColumnStretch(c, c < columns ? 1 : 0);
}

void PicturesPanel::resizeEvent(QResizeEvent*) { arrange(); }
void PicturesPanel::showEvent(QShowEvent*) { refresh(); }

} // namespace widgets
