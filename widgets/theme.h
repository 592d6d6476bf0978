// How the window looks: colours, fonts, style sheet. Read from resources/themes/*.json; a value.
#pragma once

#include <QColor>
#include <QFont>
#include <QList>
#include <QString>
#include <QStringList>

class QApplication;

namespace widgets
{

struct Theme {
    QString name, title;
    bool dark = false;
    QString family, monoFamily;
    int size = 13; ///< of body text, in device-independent pixels

    QColor window, panel, field; ///< from the frame inwards
    QColor border, strong, hover;
    QColor text, muted, faint;
    QColor accent, accentText, accentSoft;
    QColor canvas, grid, wire, block, blockEdge, learned;
    QColor good, bad, warn;
    QList<QColor> series; ///< lines of charts, in order of use

    QFont font(double scale = 1, QFont::Weight weight = QFont::Normal) const;
    QFont mono(double scale = 1) const;
};

/// "light", "dark", "projector", or any other file of resources/themes. Error lists the names there are.
Theme loadTheme(const QString& name);
QStringList themeNames();

/// Sets style, palette, font and style sheet of the whole program.
void applyTheme(QApplication&, const Theme&);

} // namespace widgets
