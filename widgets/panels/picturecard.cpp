#include "widgets/panels/picturecard.h"

#include "core/instruments/difference.h"
#include "widgets/icons.h"
#include "widgets/lenses/places.h"
#include "widgets/views/readingview.h"

#include <QApplication>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace widgets
{
namespace
{

/// Smallest readable card, in pixels when the body text has 13.
constexpr int cardWidth = 220, cardHeight = 164;

/// One line that ends in dots where the width ends.
class ElidedButton : public QToolButton
{
public:
    ElidedButton()
    {
        setAutoRaise(true);
        setFocusPolicy(Qt::TabFocus);
        setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
        setMinimumWidth(24);
    }
    QSize sizeHint() const override
    {
        return {fontMetrics().horizontalAdvance(text()) + 8, fontMetrics().height() + 4};
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        QFont font = painter.font();
        font.setUnderline(underMouse() || hasFocus());
        painter.setFont(font);
        painter.setPen(palette().color(foregroundRole()));
        painter.drawText(rect().adjusted(2, 0, -2, 0), Qt::AlignVCenter | Qt::AlignLeft,
                         fontMetrics().elidedText(text(), Qt::ElideRight, width() - 4));
    }
};

} // namespace

PictureCard::PictureCard(Lab& lab, const core::Instrument& what, QWidget* parent)
    : QFrame(parent)
    , instrument(&what)
    , m_lab(lab)
    , m_name(new ElidedButton)
    , m_place(new ElidedButton)
    , m_settings(new QToolButton)
    , m_pin(new QToolButton)
    , m_close(new QToolButton)
    , m_views(new QHBoxLayout)
    , m_gaze(std::make_shared<Gaze>())
{
    setObjectName(QStringLiteral("card"));
    setCursor(Qt::ArrowCursor);
    m_name->setProperty("role", "heading");
    m_place->setProperty("role", "small");
    m_place->setToolTip(tr("Look somewhere else"));
    m_settings->setText(QStringLiteral("\u22ef"));
    m_settings->setAutoRaise(true);
    connect(m_settings, &QToolButton::clicked, this,
            [this] { emit settingsWished(m_settings->mapToGlobal(QPoint(0, m_settings->height()))); });
    for (const auto& [button, tip] : {std::pair{m_close, tr("Close this picture")},
                                      {m_settings, tr("Settings of this picture")},
                                      {m_pin, tr("Keep looking here when the selection moves")}}) {
        button->setToolTip(tip);
        button->setAccessibleName(tip);
        button->setFocusPolicy(Qt::TabFocus);
    }
    connect(m_close, &QToolButton::clicked, this, &PictureCard::closed);
    connect(m_name, &QToolButton::clicked, this, [this] {
        chooseInstrument(m_lab, window(), m_name->mapTo(window(), QPoint(0, m_name->height())),
                         pinned ? at : std::string(), [this](const core::Instrument& chosen) {
                             instrument = &chosen;
                             settings.clear();
                             if (!pinned) at = placeFor(m_lab, chosen);
                             rename();
                             emit changed();
                         });
    });
    connect(m_place, &QToolButton::clicked, this, [this] {
        choosePlace(m_lab, window(), m_place->mapTo(window(), QPoint(0, m_place->height())), *instrument,
                    [this](const std::string& chosen) {
                        pinned = !chosen.empty();
                        at = pinned ? chosen : placeFor(m_lab, *instrument);
                        rename();
                        emit changed();
                    });
    });
    m_pin->setCheckable(true);
    connect(m_pin, &QToolButton::clicked, this, [this](bool on) {
        pinned = on;
        emit changed();
    });
    auto* head = new QHBoxLayout;
    head->setSpacing(2);
    head->addWidget(m_name);
    head->addWidget(m_place, 1);
    head->addStretch(0);
    head->addWidget(m_settings);
    head->addWidget(m_pin);
    head->addWidget(m_close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 5, 8, 8);
    column->setSpacing(4);
    column->addLayout(head);
    column->addLayout(m_views, 1);
    rename();
    applyTheme();
    show(std::make_shared<const core::Reading>(
             core::TextReading{tr("Waiting for the first reading").toStdString()}),
         nullptr, {});
}

void PictureCard::rename()
{
    setAccessibleName(titleOf(*instrument));
    m_name->setText(titleOf(*instrument));
    m_name->setToolTip(QStringLiteral("<p>%1</p>").arg(helpOf(*instrument).toHtmlEscaped()));
    using Needs = core::Instrument::Needs;
    const bool somewhere = instrument->needs == Needs::Wire || instrument->needs == Needs::Parameter;
    m_settings->setVisible(!instrument->parameters.empty());
    m_place->setText(QString::fromStdString(at));
    m_place->setVisible(somewhere);
    m_pin->setVisible(somewhere);
    m_pin->setChecked(pinned);
}

core::Lens PictureCard::lens() const
{
    return {std::string(instrument->name), pinned ? at : std::string(), settings};
}

void PictureCard::setLens(const core::Lens& lens)
{
    settings = lens.settings;
    pinned = !lens.at.empty();
    at = pinned ? lens.at : placeFor(m_lab, *instrument);
    rename();
}

void PictureCard::follow()
{
    if (pinned) return;
    const std::string place = placeFor(m_lab, *instrument);
    if (std::exchange(at, place) != place) rename();
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
    for (const Side& side : m_sides) {
        delete side.view;
        delete side.name;
    }
    m_sides.clear();
}

void PictureCard::showSide(size_t i, const Shared& reading, const QString& name)
{
    if (i >= m_sides.size()) {
        auto* column = new QVBoxLayout;
        column->setSpacing(0);
        Side side;
        side.name = new QLabel;
        side.name->setProperty("role", "small");
        side.name->setAlignment(Qt::AlignCenter);
        column->addWidget(side.name);
        m_views->addLayout(column, 1);
        m_sides.push_back(side);
    }
    Side& side = m_sides[i];
    side.name->setText(name);
    side.name->setVisible(!name.isEmpty() && reading);
    if (side.view) side.view->setVisible(bool(reading));
    if (std::exchange(side.shown, reading) == reading && side.view) return;
    if (!reading || (side.view && side.view->showReading(*reading))) return;
    delete side.view;
    side.view = makeView(*reading, m_lab.theme(), this);
    side.view->setGaze(m_gaze);
    connect(side.view, &ReadingView::gazeChanged, this, [this] {
        for (const Side& other : m_sides)
            if (other.view) other.view->update();
    });
    static_cast<QVBoxLayout*>(m_views->itemAt(int(i))->layout())->addWidget(side.view, 1);
}

void PictureCard::show(const Shared& reading, const Shared& other, const QStringList& names)
{
    if (!other) {
        if (reading) showSide(0, reading, {});
        for (size_t i = 1; i < m_sides.size(); ++i) showSide(i, nullptr, {});
        return;
    }
    showSide(0, other, names.value(0));
    if (!reading) return;
    showSide(1, reading, names.value(1));
    if (m_first != other || m_second != reading) {
        auto difference = core::differenceOf(*other, *reading);
        m_difference = difference ? std::make_shared<const core::Reading>(std::move(*difference)) : nullptr;
        m_first = other;
        m_second = reading;
    }
    if (m_difference || m_sides.size() > 2) showSide(2, m_difference, tr("difference"));
}

void PictureCard::showTrail(const std::shared_ptr<const core::Trail>& trail)
{
    if (!m_sides.empty() && m_sides.front().view) m_sides.front().view->showTrail(trail);
}

// ---- arranging ----

void PictureCard::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) m_pressed = event->globalPosition().toPoint();
}

void PictureCard::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint at = event->globalPosition().toPoint();
    if (!m_pressed || !(event->buttons() & Qt::LeftButton)) return;
    if (!m_dragging && (at - *m_pressed).manhattanLength() < QApplication::startDragDistance()) return;
    m_dragging = true;
    setCursor(Qt::ClosedHandCursor);
    emit dragged(at);
}

void PictureCard::mouseReleaseEvent(QMouseEvent*)
{
    if (m_dragging) emit dropped();
    setCursor(Qt::ArrowCursor);
    m_dragging = false;
    m_pressed.reset();
}

void PictureCard::keyPressEvent(QKeyEvent* event)
{
    const bool left = event->key() == Qt::Key_Left, right = event->key() == Qt::Key_Right;
    if (event->modifiers() == Qt::AltModifier && (left || right)) return emit shifted(left ? -1 : 1);
    if (event->key() == Qt::Key_Delete) return emit closed();
    QFrame::keyPressEvent(event);
}

} // namespace widgets
