#include "core/data/readers.h"

#include <algorithm>
#include <cmath>

namespace core::data
{

namespace
{

Array asReal(Array array)
{
    if (array.type.element == Element::Real) return array;
    const auto& values = array.integers();
    return Array::real(array.type.axes, std::vector<float>(values.begin(), values.end()));
}

Array asInteger(Array array, const std::string& source)
{
    if (array.type.element == Element::Integer) return array;
    std::vector<int32_t> values;
    for (const float value : array.reals()) {
        if (!(std::abs(value) < 0x1p24f) || value != std::floor(value))
            throw Error{source + ", example " + std::to_string(values.size()),
                        "the label is not a whole number", "set task to regression if these are not classes"};
        values.push_back(int32_t(value));
    }
    return Array::integer(array.type.axes, std::move(values));
}

void nameInputAxes(std::vector<Axis>& axes)
{
    axes.front().name = "example";
    const size_t rank = axes.size();
    if (rank == 1) axes.push_back({"feature", 1});
    if (rank == 2) axes[1].name = "feature";
    if (rank == 3 || (rank == 4 && (axes[3].size == 1 || axes[3].size == 3))) {
        axes[1].name = "row";
        axes[2].name = "column";
        if (rank == 3) axes.push_back({"colour", 1});
        axes[3].name = "colour";
    }
}

} // namespace

Examples examplesOf(Array x, Array y, int64_t classes, const std::string& task, const std::string& source)
{
    if (x.type.axes.empty() || y.type.axes.empty())
        throw Error{source, "a single number is not a data set", ""};
    const int64_t count = x.type.axes.front().size;
    if (y.type.axes.front().size != count)
        throw Error{source,
                    std::to_string(count) + " examples but " + std::to_string(y.type.axes.front().size) +
                        " labels",
                    "the files must belong together"};
    Examples result;
    Dataset& set = result.set;
    set.x = asReal(std::move(x));
    nameInputAxes(set.x.type.axes);
    auto& axes = y.type.axes;
    while (axes.size() > 1 && axes.back().size == 1) axes.pop_back();
    const bool labels = task == "classification" || (task == "auto" && y.type.element == Element::Integer);
    if (labels) {
        if (axes.size() != 1)
            throw Error{source, "labels must be one number an example", "set task to regression"};
        set.y = asInteger(std::move(y), source);
        const auto& values = set.y.integers();
        const int64_t largest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
        if (classes == 0 && largest >= 100'000)
            throw Error{source, "label " + std::to_string(largest) + " is too large",
                        "set task to regression?"};
        if (classes == 0) classes = largest + 1;
        checkLabels(set.y, classes, source);
        set.classNames = numberNames(classes);
    } else {
        set.task = Task::Regression;
        set.y = asReal(std::move(y));
        if (count > 0 && set.y.count() == 0) throw Error{source, "there are no targets", "y has a size of 0"};
        for (size_t i = 1; i < axes.size(); ++i)
            set.y.type.axes[i].name = i == 1 ? "target" : "target" + std::to_string(i);
    }
    set.y.type.axes.front().name = "example";
    return result;
}

} // namespace core::data
