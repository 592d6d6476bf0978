// Readings made of words and numbers, painted: a number (over time as a line), text, the top of a table.
#pragma once

#include "widgets/views/linefigure.h"

namespace widgets
{

class TextFigure : public Figure
{
public:
    using Figure::Figure;
    bool show(const core::Reading&) override;
    void paint(QPainter&, QSizeF, const Gaze&) const override;

private:
    QString m_text;
};

class ScalarFigure : public Figure
{
public:
    explicit ScalarFigure(const Theme& theme)
        : Figure(theme)
        , m_line(theme)
    {
    }
    bool show(const core::Reading&) override;
    void showTrail(std::shared_ptr<const core::Trail>) override;
    void paint(QPainter&, QSizeF, const Gaze&) const override;
    QRectF area(QSizeF, const Gaze&) const override;
    int abilities() const override { return m_trail ? m_line.abilities() | OverTime : 0; }

private:
    core::ScalarReading m_reading;
    LineFigure m_line;
    bool m_trail = false;
};

class TableFigure : public Figure
{
public:
    using Figure::Figure;
    bool show(const core::Reading&) override;
    void paint(QPainter&, QSizeF, const Gaze&) const override;

private:
    core::TableReading m_reading;
};

} // namespace widgets
