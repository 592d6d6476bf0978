// A numbered axis: from values to shares of its length and back, and where its ticks stand.
#pragma once

#include <QRectF>
#include <QString>

#include <span>
#include <string>
#include <vector>

class QPainter;

namespace widgets
{

struct Theme;

/// Round numbers around [low, high] with at most `most` intervals between them.
struct NiceRange {
    double low, high, step;
};
NiceRange niceRange(double low, double high, int most);

struct Axis {
    double low = 0, high = 1;
    bool logarithmic = false;

    double shareOf(double value) const; ///< 0 at `low`, 1 at `high`; NaN for what a logarithm does not know
    double valueAt(double share) const;
    Axis part(double from, double to) const; ///< between two shares
    std::vector<double> ticks(int most) const;

    /// Round ends; never empty. Logarithmic axes look at positive values alone.
    static Axis around(double low, double high, bool logarithmic, bool round);
};

/// Where the lines of a plot go, once labels have their room; without words where there is none.
struct Frame {
    QRectF area;
    bool words = true;
    /// `named`: x has a name, below; `head`: there is a line above, of the name of y or of more.
    static Frame of(QSizeF, const Theme&, const Axis& x, const Axis& y, bool named, bool head);
};

/// Grid, ticks and names around `frame.area`. `places` are names of x = 0, 1, ...: none for plain numbers.
void paintAxes(QPainter&, const Frame&, const Theme&, const Axis& x, const Axis& y, const QString& xName,
               const QString& yName, std::span<const std::string> places = {});

QString tickText(double value);

} // namespace widgets
