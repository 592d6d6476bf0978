// What instruments produce and views draw: one struct per kind, one view per struct.
#pragma once

#include "core/array.h"

#include <string>
#include <variant>
#include <vector>

namespace core
{

struct ScalarReading {
    double value = 0;
    std::string unit;
};
struct SeriesReading {
    struct Line {
        std::string name;
        std::vector<double> x, y; ///< NaN in y parts a line
        bool theory = false;      ///< what a limit predicts: drawn dashed
    };
    std::string xLabel, yLabel;
    std::vector<Line> lines;
    bool logX = false, logY = false;
    std::vector<std::string> xNames; ///< of x = 0, 1, ...: wires by depth; empty: plain numbers
    enum class Form : uint8_t {
        Lines,
        Areas ///< stacked, the first at the bottom: shares of a whole
    } form = Form::Lines;
};
/// Rows by columns, shown as a heat map; `diverging` centres the colours at zero.
struct MatrixReading {
    int rows = 0, columns = 0;
    std::vector<float> values;
    std::vector<std::string> rowNames, columnNames;
    std::string rowLabel, columnLabel;
    bool diverging = false;
};
struct HistogramReading {
    std::vector<double> edges; ///< one more than counts
    std::vector<double> counts;
    std::string label;
};
/// Points in the plane, over an optional background field (decision boundary), or in space.
struct PointsReading {
    std::vector<float> x, y;
    std::vector<int> label;   ///< class, or -1
    std::vector<float> value; ///< regression: target, or what the network says; empty for classes
    std::vector<bool> wrong;  ///< the network says otherwise; empty where that is not judged
    double xLow = -1, xHigh = 1, yLow = -1, yHigh = 1;
    int fieldWidth = 0, fieldHeight = 0;
    std::vector<float> field; ///< row 0 at yHigh; per cell: signed value, or class + confidence in 0..1 below
    int classes = 0;          ///< 0: field is a value in -1..1
    std::vector<std::string> classNames;
    std::string xLabel, yLabel;
    std::vector<float> z; ///< empty: in the plane
};
/// A grid of pictures of one size: weight tiles, feature maps, test samples.
struct ImageReading {
    struct Tile {
        std::string caption;
        int mark = 0; ///< 1 right, -1 wrong, 0 neither
        double confidence = -1;
        std::vector<float> pixels; ///< height * width * channels
    };
    int width = 0, height = 0, channels = 1;
    bool diverging = false;
    float low = 0, high = 1;
    std::vector<Tile> tiles;
};
struct TableReading {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
};
/// Nodes where they say, x to the right and y upwards, joined by edges that lead rightwards.
struct GraphReading {
    struct Node {
        std::string name;
        double x = 0, y = 0;
        float value = 0;
    };
    struct Edge {
        int from = 0, to = 0; ///< indices of nodes
        double weight = 0;
    };
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::string valueLabel, weightLabel;
    bool diverging = false; ///< values and weights of both signs
};
struct TextReading {
    std::string text;
};

using Reading = std::variant<TextReading, ScalarReading, SeriesReading, MatrixReading, HistogramReading,
                             PointsReading, ImageReading, TableReading, GraphReading>;

} // namespace core
