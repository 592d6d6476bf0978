// The diagram as a term, beside the canvas: typing changes the diagram, the canvas changes the text. On a
// second page as a module of PyTorch, to be read.
#pragma once

#include "widgets/lab.h"

class QLabel;

namespace widgets
{

class CodeEdit;
class PytorchPage;

class TextPanel : public QWidget
{
    Q_OBJECT
public:
    TextPanel(Lab&, QWidget* parent);

protected:
    void showEvent(QShowEvent*) override;
    bool eventFilter(QObject*, QEvent*) override;

private:
    void refresh(); ///< from the diagram
    void apply();   ///< to the diagram
    void showState(const core::Errors&);
    void follow(); ///< the cursor's statement becomes the selection

    Lab& m_lab;
    CodeEdit* m_term;
    PytorchPage* m_pytorch;
    QLabel* m_state;
    QTimer m_pause;
    bool m_writing = false; ///< one side changes because of the other
    bool m_ahead = false;   ///< the text says more than the diagram: it has errors
    int m_edit = 0;         ///< typing without a break in between is one step of the history
};

} // namespace widgets
