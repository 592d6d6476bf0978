// The diagram as a picture, to a file or the clipboard: shown as it will be while its looks are chosen.
#pragma once

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;

namespace widgets
{

class CanvasView;

class ExportDialog : public QDialog
{
    Q_OBJECT
public:
    ExportDialog(const CanvasView&, QWidget* parent);

protected:
    void resizeEvent(QResizeEvent*) override;

private:
    QComboBox* addChoice(QFormLayout*, const QString& title, const char* key);
    void preview();
    void write();

    const CanvasView& m_canvas;
    QComboBox *m_format, *m_scale, *m_theme, *m_sizes;
    QCheckBox *m_costs, *m_lenses, *m_background;
    QLabel *m_preview, *m_error;
    QTimer m_soon;
};

/// With the looks that were chosen last.
void copyAsPicture(const CanvasView&);

} // namespace widgets
