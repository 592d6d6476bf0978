// The diagram as a module of PyTorch, to be read and copied. Made on a thread, and only while it is looked
// at.
#pragma once

#include "widgets/lab.h"

#include <QThreadPool>

class QLabel;

namespace widgets
{

class CodeEdit;

class PytorchPage : public QWidget
{
    Q_OBJECT
public:
    PytorchPage(Lab&, QWidget* parent);
    ~PytorchPage() override;

    QString text() const;

protected:
    void showEvent(QShowEvent*) override;

private:
    void refresh();
    void take(const QString& text, const QString& problem);

    Lab& m_lab;
    CodeEdit* m_text;
    QLabel* m_state;
    std::shared_ptr<std::atomic<uint64_t>> m_newest = std::make_shared<std::atomic<uint64_t>>(0);
    QThreadPool m_pool;
};

} // namespace widgets
