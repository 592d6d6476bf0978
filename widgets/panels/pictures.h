// Live pictures: a card for every instrument that is switched on, at the selected wire or parameter or at a
// pinned one.
#pragma once

#include "core/instruments/instrument.h"
#include "widgets/lab.h"

#include <QFrame>

class QGridLayout;
class QLabel;
class QScrollArea;
class QSpinBox;
class QToolButton;

namespace widgets
{

class ReadingView;

/// One picture: title, what it looks at, the view of its reading.
class PictureCard : public QFrame
{
    Q_OBJECT
public:
    PictureCard(Lab&, const core::Instrument&, QWidget* parent);
    void lookAt(const std::string& at);
    void applyTheme();
    void showReading(const core::Reading&);

    const core::Instrument& instrument;
    std::string at;
    bool automatic = false; ///< opened by the panel: closes again if its instrument does not apply
    bool pinned = false;    ///< stays where it looks when the selection moves

signals:
    void closed();
    void pinWished();

private:
    Lab& m_lab;
    QLabel *m_name, *m_place;
    QToolButton *m_pin, *m_close;
    ReadingView* m_view = nullptr;
};

class PicturesPanel : public QWidget
{
    Q_OBJECT
public:
    PicturesPanel(Lab&, QWidget* parent);

protected:
    void resizeEvent(QResizeEvent*) override;
    void showEvent(QShowEvent*) override;

private:
    void openFirst(); ///< of the instruments that apply, while nobody has chosen
    void openNext();
    void offer(); ///< switches only of what has something to show
    bool applies(const core::Instrument&) const;
    void follow();  ///< the selection moved
    void watch();   ///< asks for what the cards want to show
    void refresh(); ///< new readings
    void arrange();
    void addCard(const core::Instrument&, const std::string& at);
    std::string placeFor(const core::Instrument&) const;
    std::string keyOf(const PictureCard&) const;

    Lab& m_lab;
    QWidget* m_chips;
    QSpinBox* m_example;
    QGridLayout* m_grid;
    QScrollArea* m_scroll;
    QLabel* m_empty;
    std::map<std::string, QToolButton*> m_switches; ///< by instrument
    std::vector<PictureCard*> m_cards;
    QTimer m_pace;  ///< pictures change at most 25 times a second
    QTimer m_delay; ///< so that charts and pictures are not painted in one go
    uint64_t m_shown = 0;
    std::shared_ptr<const core::Dataset> m_data;
    std::vector<const core::Instrument*> m_candidates; ///< not tried yet by openFirst
    bool m_choosing = false;                           ///< a switch moves by itself, not by the person
};

} // namespace widgets
