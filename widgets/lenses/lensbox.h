// A large live picture of one place, its instrument to be chosen: for the inspector.
#pragma once

#include "core/instruments/instrument.h"
#include "widgets/lab.h"

#include <QWidget>

class QToolButton;

namespace widgets
{

class ReadingView;

class LensBox : public QWidget
{
    Q_OBJECT
public:
    /// `instrument` is the caller's: which one was looked at last.
    LensBox(Lab&, std::string at, std::string& instrument, QWidget* parent = nullptr);
    ~LensBox() override;

protected:
    void showEvent(QShowEvent*) override;
    void hideEvent(QHideEvent*) override;

private:
    void choose();
    void watch();
    void refresh();
    const core::Instrument* instrument() const; ///< null: none applies here
    std::string key() const;

    Lab& m_lab;
    std::string m_at;
    std::string& m_instrument;
    QToolButton* m_name;
    ReadingView* m_view = nullptr;
    QTimer m_pace; ///< at most 25 times a second
    uint64_t m_shown = 0;
};

} // namespace widgets
