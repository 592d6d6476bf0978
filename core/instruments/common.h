// What several instruments need: which examples to look at, and arrays laid out for pictures.
#pragma once

#include "core/instruments/instrument.h"
#include "core/instruments/network.h"

#include <span>

namespace core::instruments
{

/// The examples that pictures show: the test part, else validation, else training; `count` of them from
/// `first` on, going round.
std::vector<int64_t> shownExamples(const Dataset&, int64_t first, int64_t count);

/// Inputs and targets of examples, as a batch has them.
Array inputsOf(const Dataset&, std::span<const int64_t> examples);
Array targetsOf(const Dataset&, std::span<const int64_t> examples);

/// One wire for some examples, reals. Error for a wire of whole numbers.
Array wireValues(const Observation&, const std::string& wire, std::span<const int64_t> examples);
/// A parameter or running statistic. Error with the nearest names.
const Array& parameterNamed(const Observation&, const std::string& name);

/// The same elements in another memory order; `order` names all axes.
Array inOrder(const Array&, const std::vector<std::string>& order);

/// Axes of a picture's rows and columns: those called so, or derived from them ("row'", "row_offset"); empty
/// if none.
struct ImageAxes {
    std::string row, column;
    explicit operator bool() const { return !row.empty() && !column.empty(); }
};
ImageAxes imageAxes(const Type&);

/// Real [rows, columns, channels] -> a tile each along all other axes, at most `most`. Three colours stay
/// together.
ImageReading tilesOf(const Array&, const ImageAxes&, int64_t most);
/// Real, leading axes as rows, the last as columns; a vector is wrapped so that it is not too wide.
MatrixReading matrixOf(const Array&, int64_t mostRows = 256, int64_t mostColumns = 1024);
HistogramReading histogramOf(std::span<const float> values, int bins, std::string label);
/// Range and sign of the values: diverging colours where some are negative.
void setRange(ImageReading&);

/// What applies() of instruments is made of: a loss that compares answers; a wire of reals; a parameter.
bool answers(const Elaboration&);
bool carriesReals(const Elaboration&, const std::string& wire);
bool hasParameter(const Elaboration&, const std::string& name);

std::string percent(double share);                ///< "98 %"
std::string number(double value, int digits = 3); ///< so many significant digits

} // namespace core::instruments
