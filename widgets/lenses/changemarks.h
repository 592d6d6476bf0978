// Marks on the canvas: what is looked at as if it were different.
#pragma once

#include "widgets/lab.h"

namespace widgets
{

class CanvasView;
class ChangeMark;
class Commands;

/// One beside every wire and block that the document says something of.
class ChangeMarks : public QObject
{
    Q_OBJECT
public:
    ChangeMarks(Lab&, CanvasView&);
    QStringList texts() const; ///< what the marks say, in the order of the document

private:
    void sync();
    void place();

    Lab& m_lab;
    CanvasView& m_canvas;
    struct Marked {
        ChangeMark* item;
        core::Wire wire;
        std::string block; ///< "": the mark is of the wire
    };
    std::vector<Marked> m_marks;
};

/// The form of the selected wire or block, at it.
void addChangeCommands(Commands&, CanvasView&);

} // namespace widgets
