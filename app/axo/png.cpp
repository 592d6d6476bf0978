#include "app/axo/png.h"

#include "core/error.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace axo
{

namespace
{

using Colour = std::array<float, 3>; // 0..1

struct Canvas {
    int width, height;
    std::vector<uint8_t> pixels; ///< rgba

    Canvas(int w, int h)
        : width(w)
        , height(h)
        , pixels(size_t(w) * size_t(h) * 4)
    {
    }
    void rectangle(int x, int y, int w, int h, const Colour& colour)
    {
        for (int row = std::max(y, 0); row < std::min(y + h, height); ++row) {
            for (int column = std::max(x, 0); column < std::min(x + w, width); ++column) {
                uint8_t* pixel = pixels.data() + (size_t(row) * size_t(width) + size_t(column)) * 4;
                for (size_t k = 0; k < 3; ++k)
                    pixel[k] = uint8_t(std::lround(255 * std::clamp(colour[k], 0.0f, 1.0f)));
                pixel[3] = 255;
            }
        }
    }
    std::string png() const
    {
        png_image image{};
        image.version = PNG_IMAGE_VERSION;
        image.width = png_uint_32(width);
        image.height = png_uint_32(height);
        image.format = PNG_FORMAT_RGBA;
        png_alloc_size_t size = 0;
        if (!png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr)) {
            throw core::Error{"picture", image.message, ""};
        }
        std::string bytes(size, '\0');
        if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr)) {
            throw core::Error{"picture", image.message, ""};
        }
        bytes.resize(size);
        return bytes;
    }
};

Colour mix(const Colour& a, const Colour& b, float t)
{
    return {a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])};
}

constexpr Colour blue{0.13f, 0.38f, 0.72f}, orange{0.88f, 0.42f, 0.12f}, white{0.97f, 0.97f, 0.97f};
constexpr std::array<Colour, 10> classColours{{{0.12f, 0.47f, 0.71f},
                                               {1.00f, 0.50f, 0.05f},
                                               {0.17f, 0.63f, 0.17f},
                                               {0.84f, 0.15f, 0.16f},
                                               {0.58f, 0.40f, 0.74f},
                                               {0.55f, 0.34f, 0.29f},
                                               {0.89f, 0.47f, 0.76f},
                                               {0.50f, 0.50f, 0.50f},
                                               {0.74f, 0.74f, 0.13f},
                                               {0.09f, 0.75f, 0.81f}}};

/// -1 blue, 0 white, 1 orange.
Colour diverging(float t)
{
    return t < 0 ? mix(white, blue, std::min(-t, 1.0f)) : mix(white, orange, std::min(t, 1.0f));
}

/// Dark violet to yellow, even in lightness.
Colour sequential(float t)
{
    static constexpr std::array<Colour, 5> stops{{{0.267f, 0.005f, 0.329f},
                                                  {0.230f, 0.322f, 0.546f},
                                                  {0.128f, 0.567f, 0.551f},
                                                  {0.369f, 0.789f, 0.383f},
                                                  {0.993f, 0.906f, 0.144f}}};
    const float at = std::clamp(t, 0.0f, 1.0f) * (stops.size() - 1);
    const size_t index = std::min(size_t(at), stops.size() - 2);
    return mix(stops[index], stops[index + 1], at - float(index));
}

} // namespace

std::string pngOf(const core::ImageReading& reading)
{
    const int count = int(reading.tiles.size());
    const int columns = std::max(1, int(std::ceil(std::sqrt(double(count)))));
    const int rows = std::max(1, (count + columns - 1) / columns);
    const int zoom = std::clamp(640 / std::max(1, columns * (reading.width + 2)), 1, 12);
    const int frame = 3, w = reading.width * zoom + 2 * frame, h = reading.height * zoom + 2 * frame;
    Canvas canvas(columns * w, rows * h);
    const float range = reading.high > reading.low ? reading.high - reading.low : 1;
    for (int i = 0; i < count; ++i) {
        const auto& tile = reading.tiles[size_t(i)];
        const int x = i % columns * w, y = i / columns * h;
        if (tile.mark != 0) {
            canvas.rectangle(x + 1, y + 1, w - 2, h - 2,
                             tile.mark > 0 ? Colour{0.25f, 0.65f, 0.35f} : Colour{0.85f, 0.2f, 0.2f});
        }
        for (int row = 0; row < reading.height; ++row) {
            for (int column = 0; column < reading.width; ++column) {
                const float* from = tile.pixels.data() + (row * reading.width + column) * reading.channels;
                const float t = (*from - reading.low) / range;
                Colour colour = reading.diverging ? diverging(2 * t - 1) : Colour{t, t, t};
                if (reading.channels == 3) {
                    for (size_t k = 0; k < 3; ++k) colour[k] = (from[k] - reading.low) / range;
                }
                canvas.rectangle(x + frame + column * zoom, y + frame + row * zoom, zoom, zoom, colour);
            }
        }
    }
    return canvas.png();
}

std::string pngOf(const core::MatrixReading& reading)
{
    const int zoom = std::clamp(480 / std::max({1, reading.rows, reading.columns}), 1, 40);
    Canvas canvas(std::max(1, reading.columns * zoom), std::max(1, reading.rows * zoom));
    float most = 0;
    for (const float value : reading.values) most = std::max(most, std::abs(value));
    for (int row = 0; row < reading.rows; ++row) {
        for (int column = 0; column < reading.columns; ++column) {
            const float t = reading.values[size_t(row * reading.columns + column)] / (most > 0 ? most : 1);
            // Counts differ by orders of magnitude: the root shows the few beside the many.
            canvas.rectangle(column * zoom, row * zoom, zoom, zoom,
                             reading.diverging ? diverging(t) : sequential(std::sqrt(t)));
        }
    }
    return canvas.png();
}

std::string pngOf(const core::PointsReading& reading)
{
    constexpr int zoom = 8;
    const int width = reading.fieldWidth * zoom, height = reading.fieldHeight * zoom;
    Canvas canvas(std::max(width, 1), std::max(height, 1));
    const auto classColour = [&](int label) {
        return classColours[size_t(std::max(label, 0)) % classColours.size()];
    };
    for (int row = 0; row < reading.fieldHeight; ++row) {
        for (int column = 0; column < reading.fieldWidth; ++column) {
            const float value = reading.field[size_t(row * reading.fieldWidth + column)];
            const int label = int(value);
            const Colour colour = reading.classes == 0
                                      ? diverging(0.8f * value)
                                      : mix(white, classColour(label), 0.7f * (value - float(label)));
            canvas.rectangle(column * zoom, row * zoom, zoom, zoom, colour);
        }
    }
    for (size_t i = 0; i < reading.x.size(); ++i) {
        const double u = (double(reading.x[i]) - reading.xLow) / (reading.xHigh - reading.xLow);
        const double v = (reading.yHigh - double(reading.y[i])) / (reading.yHigh - reading.yLow);
        const int x = int(u * width), y = int(v * height), label = reading.label[i];
        const Colour colour = label < 0              ? diverging(reading.value.empty() ? 0 : reading.value[i])
                              : reading.classes == 0 ? diverging(label > 0 ? 1.0f : -1.0f)
                                                     : classColour(label);
        canvas.rectangle(x - 3, y - 3, 7, 7, white);
        canvas.rectangle(x - 2, y - 2, 5, 5, colour);
    }
    return canvas.png();
}

} // namespace axo
