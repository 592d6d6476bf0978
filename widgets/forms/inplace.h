// A line edit over the words that it changes: on the canvas, or wherever a thing has one text.
#pragma once

#include <QFont>
#include <QLineEdit>

#include <functional>

namespace widgets
{

struct InPlaceText {
    QString name, help, text;
    std::function<void(const QString&)> check = {}; ///< throws core::Error at what cannot be taken
    std::function<void(const QString&)> commit;
};

/// Return and leaving commit, Escape does not; deletes itself and gives the focus back to `owner`. There is
/// one at a time in an owner.
class InPlaceEditor : public QLineEdit
{
    Q_OBJECT
public:
    InPlaceEditor(QWidget* owner, QRect words, InPlaceText, const QFont&);

protected:
    void keyPressEvent(QKeyEvent*) override;

private:
    void judge();
    void finish(bool commit);

    const InPlaceText m_subject;
    bool m_finished = false;
};

} // namespace widgets
