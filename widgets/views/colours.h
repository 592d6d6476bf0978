// Colour maps: perceptually uniform, safe for colour blindness.
#pragma once

#include <QColor>
#include <QImage>
#include <QString>

#include <span>

namespace widgets
{

/// 0..1 -> viridis (van der Walt and Smith 2015; polynomial fit by Zucker). Values outside are clamped, NaN
/// is grey.
QRgb sequentialColour(float t);
/// -1..1 -> blue, white, orange. Values outside are clamped, NaN is grey.
QRgb divergingColour(float t);
/// Classes: ten colours that differ in lightness too, after Okabe and Ito (2008); they repeat.
QColor categoryColour(int category);

/// What a range of values is mapped with.
struct ColourScale {
    float low = 0, high = 1;
    bool diverging = false;
    /// Colours by magnitude over four powers of ten below the largest; of both signs where it is diverging.
    bool logarithmic = false;

    /// Of the finite values; diverging ranges are symmetric about zero. Never empty.
    static ColourScale of(std::span<const float> values, bool diverging);
    QRgb operator()(float value) const;
    QRgb colourAt(float share) const; ///< of the scale's length, 0 to 1
    float valueAt(float share) const;
};

/// Rows by columns, one pixel an element.
QImage heatMap(std::span<const float> values, int rows, int columns, const ColourScale&);

/// At most four significant digits, no trailing noise: 0.0312, 128, 1.2e-5.
QString shortNumber(double);

} // namespace widgets
