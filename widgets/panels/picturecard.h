// One picture on the wall: what it looks at and where, the view of its reading; beside another time if asked.
#pragma once

#include "core/diagram/lenses.h"
#include "core/instruments/instrument.h"
#include "widgets/lab.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace widgets
{

class ReadingView;
struct Gaze;

class PictureCard : public QFrame
{
    Q_OBJECT
public:
    PictureCard(Lab&, const core::Instrument&, QWidget* parent);

    core::Lens lens() const; ///< "" as place where it follows the selection
    void setLens(const core::Lens&);
    void follow(); ///< to where the selection is, unless it is pinned
    void applyTheme();
    using Shared = std::shared_ptr<const core::Reading>;
    /// Its reading; `other` is the one that it is compared with, if any. What it shows already is left alone.
    void show(const Shared&, const Shared& other, const QStringList& names);
    void showTrail(const std::shared_ptr<const core::Trail>&);

    const core::Instrument* instrument;
    std::string at;
    bool automatic = false; ///< opened by the panel: closes again if its instrument does not apply
    bool pinned = false;    ///< stays where it looks when the selection moves
    std::map<std::string, core::Setting> settings; ///< of the instrument, where they differ from its own

signals:
    void closed();
    void settingsWished(QPoint at); ///< in global coordinates
    void changed();                 ///< what it looks at, or where
    void dragged(QPoint at);        ///< in global coordinates
    void shifted(int places);       ///< by the keyboard
    void dropped();

protected:
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void keyPressEvent(QKeyEvent*) override;

private:
    struct Side {
        QLabel* name = nullptr;
        ReadingView* view = nullptr;
        Shared shown;
    };
    void showSide(size_t, const Shared&, const QString& name);
    void rename();

    Lab& m_lab;
    QToolButton *m_name, *m_place, *m_settings, *m_pin, *m_close;
    QHBoxLayout* m_views;
    std::vector<Side> m_sides;
    Shared m_difference, m_first, m_second; ///< the difference is of these two
    std::shared_ptr<Gaze> m_gaze;           ///< of all its views
    std::optional<QPoint> m_pressed;
    bool m_dragging = false;
};

} // namespace widgets
