#include "widgets/theme.h"

#include "core/files/files.h"
#include "widgets/canvas/paint.h"

#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPalette>
#include <QRegularExpression>
#include <QStyleFactory>

namespace widgets
{
namespace
{

/// Every colour of a theme by the name that the files and the style sheet use.
struct NamedColour {
    const char* name;
    QColor Theme::*colour;
};
constexpr NamedColour namedColours[] = {
    {"window", &Theme::window},
    {"panel", &Theme::panel},
    {"field", &Theme::field},
    {"border", &Theme::border},
    {"strong", &Theme::strong},
    {"hover", &Theme::hover},
    {"text", &Theme::text},
    {"muted", &Theme::muted},
    {"faint", &Theme::faint},
    {"accent", &Theme::accent},
    {"accentText", &Theme::accentText},
    {"accentSoft", &Theme::accentSoft},
    {"canvas", &Theme::canvas},
    {"grid", &Theme::grid},
    {"wire", &Theme::wire},
    {"block", &Theme::block},
    {"blockEdge", &Theme::blockEdge},
    {"learned", &Theme::learned},
    {"good", &Theme::good},
    {"bad", &Theme::bad},
    {"warn", &Theme::warn},
};

QByteArray resourceBytes(const std::string& path)
{
    const std::string_view bytes = core::files::resource(path);
    return QByteArray(bytes.data(), qsizetype(bytes.size()));
}

QPalette paletteOf(const Theme& theme)
{
    QPalette palette(theme.text, theme.window);
    palette.setColor(QPalette::WindowText, theme.text);
    palette.setColor(QPalette::Base, theme.field);
    palette.setColor(QPalette::AlternateBase, theme.panel);
    palette.setColor(QPalette::Text, theme.text);
    palette.setColor(QPalette::Button, theme.panel);
    palette.setColor(QPalette::ButtonText, theme.text);
    palette.setColor(QPalette::Highlight, theme.accent);
    palette.setColor(QPalette::HighlightedText, theme.accentText);
    palette.setColor(QPalette::ToolTipBase, theme.panel);
    palette.setColor(QPalette::ToolTipText, theme.text);
    palette.setColor(QPalette::PlaceholderText, theme.faint);
    palette.setColor(QPalette::Link, theme.accent);
    palette.setColor(QPalette::Mid, theme.border);
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, theme.faint);
    return palette;
}

/// The style sheet with every @name replaced: colours, and @size(+n) for pixels relative to the body text.
QString styleSheetOf(const Theme& theme)
{
    QString sheet = QString::fromUtf8(resourceBytes("themes/style.qss"));
    QString result;
    qsizetype end = 0;
    static const QRegularExpression word(QStringLiteral("@(\\w+)(?:\\(([+-]?\\d+)\\))?"));
    for (auto match = word.globalMatch(sheet); match.hasNext();) {
        const auto found = match.next();
        result += QStringView(sheet).mid(end, found.capturedStart() - end);
        end = found.capturedEnd();
        const QString name = found.captured(1);
        if (name == QLatin1String("size"))
            result += QString::number(theme.size + found.captured(2).toInt()) + QLatin1String("px");
        for (const auto& [key, colour] : namedColours)
            if (name == QLatin1String(key)) result += (theme.*colour).name();
    }
    return result.append(QStringView(sheet).mid(end));
}

} // namespace

QFont Theme::font(double scale, QFont::Weight weight) const
{
    QFont font;
    font.setFamilies({family, QStringLiteral("DejaVu Sans")});
    font.setPixelSize(qMax(6, qRound(size * scale)));
    font.setWeight(weight);
    return font;
}

QFont Theme::mono(double scale) const
{
    QFont font = this->font(scale);
    font.setFamilies({monoFamily, QStringLiteral("monospace")});
    return font;
}

QStringList themeNames()
{
    QStringList names;
    for (const std::string& path : core::files::resourceNames("themes"))
        if (const QString name = QString::fromStdString(path); name.endsWith(QLatin1String(".json")))
            names << name.section(QLatin1Char('/'), -1).chopped(5);
    return names;
}

Theme loadTheme(const QString& name)
{
    if (!themeNames().contains(name))
        throw core::Error{"theme", "there is no theme '" + name.toStdString() + "'",
                          "themes are " + themeNames().join(QStringLiteral(", ")).toStdString()};
    const QJsonObject file =
        QJsonDocument::fromJson(resourceBytes("themes/" + name.toStdString() + ".json")).object();
    Theme theme;
    theme.name = name;
    theme.title = file[QStringLiteral("title")].toString(name);
    theme.dark = file[QStringLiteral("dark")].toBool();
    theme.family = file[QStringLiteral("font")].toString();
    theme.monoFamily = file[QStringLiteral("mono")].toString();
    theme.size = file[QStringLiteral("size")].toInt(13);
    const QJsonObject colours = file[QStringLiteral("colours")].toObject();
    for (const auto& [key, colour] : namedColours)
        theme.*colour = QColor(colours[QLatin1String(key)].toString());
    for (const QJsonValue& colour : file[QStringLiteral("series")].toArray())
        theme.series << QColor(colour.toString());
    return theme;
}

void applyTheme(QApplication& application, const Theme& theme)
{
    registerFonts();
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setPalette(paletteOf(theme));
    application.setFont(theme.font());
    application.setStyleSheet(styleSheetOf(theme));
}

} // namespace widgets
