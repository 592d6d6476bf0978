#include "widgets/forms/exportdialog.h"

#include "widgets/canvas/export.h"
#include "widgets/canvas/view.h"
#include "widgets/lenses/exported.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

namespace widgets
{

using core::picture::Paper, core::picture::Picture;

namespace
{

struct Format {
    const char *name, *title, *suffix;
    void (*write)(const Picture&, const Paper&, const core::Document&, const QString& path);
};
constexpr Format formats[] = {
    {"svg", "SVG, opens again as a document", "svg",
     [](auto& picture, auto& paper, auto& document, auto& path) {
         exportSvg(picture, paper, document, path);
     }},
    {"pdf", "PDF", "pdf",
     [](auto& picture, auto& paper, auto&, auto& path) { exportPdf(picture, paper, path); }},
    {"png", "PNG", "png",
     [](auto& picture, auto& paper, auto&, auto& path) { exportPng(picture, paper, path); }},
    {"tikz", "TikZ for LaTeX", "tex",
     [](auto& picture, auto& paper, auto&, auto& path) { exportTikz(picture, paper, path); }},
};

/// A choice is kept in the settings under its key; these are what a new installation begins with.
QString chosen(const char* key)
{
    static const std::map<QString, QString> first{
        {"format", "svg"},  {"scale", "2"},      {"theme", "print"},    {"sizes", "on"},
        {"costs", "false"}, {"lenses", "false"}, {"background", "true"}};
    const QString name = QLatin1String(key);
    return QSettings().value(QStringLiteral("export/") + name, first.at(name)).toString();
}

void choose(const char* key, const QVariant& value)
{
    QSettings().setValue(QStringLiteral("export/") + QLatin1String(key), value.toString());
}

const Format& chosenFormat()
{
    const auto found = std::ranges::find_if(formats, [name = chosen("format")](const Format& format) {
        return name == QLatin1String(format.name);
    });
    return found == std::end(formats) ? formats[0] : *found;
}

Picture chosenPicture(const CanvasView& canvas)
{
    const Lab& lab = canvas.lab();
    core::picture::DrawOptions options;
    options.sizes = core::picture::sizesFrom(chosen("sizes").toStdString());
    options.costs = chosen("costs") == QLatin1String("true");
    if (chosen("lenses") == QLatin1String("true")) {
        const QString theme = chosen("theme");
        options.lenses = exportedLenses(canvas, loadTheme(theme == QLatin1String("print") ? "light" : theme));
    }
    options.before = canvas.diagramScene().precedent();
    return core::picture::draw(lab.document(), lab.library(), lab.signature(), options);
}

/// `scale` in pixels a unit.
Paper chosenPaper(double scale)
{
    return {.theme = chosen("theme").toStdString(),
            .background = chosen("background") == QLatin1String("true"),
            .scale = scale};
}

} // namespace

ExportDialog::ExportDialog(const CanvasView& canvas, QWidget* parent)
    : QDialog(parent)
    , m_canvas(canvas)
    , m_preview(new QLabel)
    , m_error(new QLabel)
{
    setWindowTitle(tr("Export"));
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("exportDialog"));
    auto* form = new QFormLayout;
    m_format = addChoice(form, tr("Format"), "format");
    for (const Format& format : formats) m_format->addItem(tr(format.title), QLatin1String(format.name));
    m_scale = addChoice(form, tr("Scale"), "scale");
    for (int scale = 1; scale <= 4; ++scale) m_scale->addItem(tr("%1x").arg(scale), QString::number(scale));
    m_theme = addChoice(form, tr("Theme"), "theme");
    m_theme->addItem(tr("Print"), QStringLiteral("print"));
    for (const QString& name : themeNames()) m_theme->addItem(loadTheme(name).title, name);
    m_sizes = addChoice(form, tr("Sizes of axes"), "sizes");
    m_sizes->addItem(tr("As formulas"), QStringLiteral("on"));
    m_sizes->addItem(tr("As numbers"), QStringLiteral("numeric"));
    m_sizes->addItem(tr("None"), QStringLiteral("off"));
    m_costs = new QCheckBox(tr("Costs under the columns"));
    m_lenses = new QCheckBox(tr("What is watched of wires, as small pictures"));
    m_background = new QCheckBox(tr("Background"));
    for (const auto& [box, key] :
         {std::pair(m_costs, "costs"), {m_lenses, "lenses"}, {m_background, "background"}}) {
        box->setObjectName(QLatin1String("export.") + QLatin1String(key));
        box->setChecked(chosen(key) == QLatin1String("true"));
        form->addRow(QString(), box);
        connect(box, &QCheckBox::toggled, this, [this, key = key](bool on) {
            choose(key, on);
            m_soon.start();
        });
    }
    for (const auto& [box, key] :
         {std::pair(m_format, "format"), {m_scale, "scale"}, {m_theme, "theme"}, {m_sizes, "sizes"}}) {
        box->setCurrentIndex(std::max(0, box->findData(chosen(key))));
        connect(box, &QComboBox::currentIndexChanged, this, [this, box = box, key = key] {
            choose(key, box->currentData());
            m_soon.start();
        });
    }
    m_preview->setObjectName(QStringLiteral("export.preview"));
    m_preview->setAlignment(Qt::AlignCenter);
    m_preview->setMinimumSize(560, 260);
    m_preview->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    m_preview->setAccessibleName(tr("The picture as it will be"));
    m_error->setProperty("role", "error");
    m_error->setWordWrap(true);
    m_error->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    auto* save = buttons->addButton(tr("Export\u2026"), QDialogButtonBox::AcceptRole);
    save->setDefault(true);
    auto* copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    connect(save, &QPushButton::clicked, this, &ExportDialog::write);
    connect(copy, &QPushButton::clicked, this, [this] { copyAsPicture(m_canvas); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);

    auto* column = new QVBoxLayout(this);
    column->addWidget(m_preview, 1);
    column->addLayout(form);
    column->addWidget(m_error);
    column->addWidget(buttons);
    resize(760, 620);
    m_soon.setSingleShot(true);
    m_soon.setInterval(0);
    connect(&m_soon, &QTimer::timeout, this, &ExportDialog::preview);
    connect(&canvas.lab(), &Lab::elaborationChanged, &m_soon, qOverload<>(&QTimer::start));
    m_soon.start();
}

QComboBox* ExportDialog::addChoice(QFormLayout* form, const QString& title, const char* key)
{
    auto* box = new QComboBox;
    box->setObjectName(QLatin1String("export.") + QLatin1String(key));
    form->addRow(title, box);
    return box;
}

void ExportDialog::resizeEvent(QResizeEvent* event)
{
    QDialog::resizeEvent(event);
    m_soon.start();
}

void ExportDialog::preview()
{
    m_scale->setEnabled(chosenFormat().name == QLatin1String("png"));
    try {
        const Picture picture = chosenPicture(m_canvas);
        Paper paper = chosenPaper(1);
        const double width = std::max(1.0, picture.bounds.width() + 2 * paper.margin),
                     height = std::max(1.0, picture.bounds.height() + 2 * paper.margin);
        paper.scale =
            devicePixelRatioF() * std::min({m_preview->width() / width, m_preview->height() / height, 2.0});
        QPixmap pixmap = QPixmap::fromImage(imageOf(picture, paper));
        pixmap.setDevicePixelRatio(devicePixelRatioF());
        m_preview->setPixmap(pixmap);
        m_error->hide();
    } catch (const core::Error& error) {
        m_error->setText(QString::fromStdString(error.text()));
        m_error->show();
    }
}

void ExportDialog::write()
{
    const Format& format = chosenFormat();
    const QString suffix = QLatin1Char('.') + QLatin1String(format.suffix);
    Lab& lab = m_canvas.lab();
    const QFileInfo document(lab.path());
    QString name = document.completeBaseName();
    if (name.isEmpty()) name = QString::fromStdString(lab.document().title);
    if (name.isEmpty()) name = tr("diagram");
    QString path = QFileDialog::getSaveFileName(this, tr("Export"), document.dir().filePath(name + suffix),
                                                tr(format.title) + QStringLiteral(" (*%1)").arg(suffix));
    if (path.isEmpty()) return;
    if (QFileInfo(path).suffix().isEmpty()) path += suffix;
    try {
        const double scale = m_scale->isEnabled() ? chosen("scale").toDouble() : 1;
        format.write(chosenPicture(m_canvas), chosenPaper(scale), lab.document(), path);
        emit lab.messageShown(tr("Exported to %1").arg(path));
        close();
    } catch (const core::Error& error) {
        m_error->setText(QString::fromStdString(error.text()));
        m_error->show();
    }
}

void copyAsPicture(const CanvasView& canvas)
{
    Lab& lab = canvas.lab();
    try {
        copyPicture(chosenPicture(canvas), chosenPaper(chosen("scale").toDouble()), lab.document());
        emit lab.messageShown(QObject::tr("Copied as a picture"));
    } catch (const core::Error& error) {
        emit lab.messageShown(QString::fromStdString(error.text()));
    }
}

} // namespace widgets
