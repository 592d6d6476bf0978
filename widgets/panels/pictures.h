// The wall of live pictures: a card for every lens, at the selected wire or parameter or at a pinned one.
#pragma once

#include "core/diagram/lenses.h"
#include "core/instruments/instrument.h"
#include "widgets/lab.h"

#include <QWidget>

class QGridLayout;
class QLabel;
class QScrollArea;
class QSpinBox;
class QToolButton;

namespace widgets
{

class PictureCard;

/// Until the person chooses, it chooses; what the person chose is kept with the document.
class PicturesPanel : public QWidget
{
    Q_OBJECT
public:
    PicturesPanel(Lab&, QWidget* parent);

protected:
    void resizeEvent(QResizeEvent*) override;
    void showEvent(QShowEvent*) override;
    void hideEvent(QHideEvent*) override;

private:
    void sync();      ///< the cards with the document's lenses
    void openFirst(); ///< of the instruments that apply, while nobody has chosen
    void openNext();
    std::vector<core::Lens> lenses() const; ///< of its cards
    void store();                           ///< what there is becomes the document's
    void follow();                          ///< the selection moved
    void watch();                           ///< asks for what the cards want to show
    void refresh();                         ///< new readings
    void arrange();
    void showShare(); ///< how much of the processors' time looking takes, and may
    void chooseShare();
    void add();
    PictureCard* addCard(const core::Instrument&, const std::string& at);
    void close(PictureCard*);
    void openSettings(PictureCard*, QPoint at);
    void move(PictureCard*, size_t to);
    std::string keyOf(const PictureCard&) const;
    bool pairs(const PictureCard&) const; ///< it shows two readings and their difference

    Lab& m_lab;
    QToolButton *m_add, *m_layouts, *m_changed, *m_beside, *m_share;
    QSpinBox* m_example;
    QGridLayout* m_grid;
    QScrollArea* m_scroll;
    QLabel* m_empty;
    std::vector<PictureCard*> m_cards;
    QTimer m_pace;  ///< pictures change at most 30 times a second
    QTimer m_delay; ///< so that charts and pictures are not painted in one go
    uint64_t m_shown = 0;
    std::shared_ptr<const core::Dataset> m_data;
    std::vector<const core::Instrument*> m_candidates; ///< not tried yet by openFirst
};

} // namespace widgets
