#include "core/instruments/common.h"

#include "core/instruments/derivatives.h"
#include "core/instruments/wires.h"
#include "core/ops/op.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <limits>

namespace core::instruments
{

namespace
{

Array emptyBatch(Type type)
{
    const size_t count = size_t(type.count());
    if (type.element == Element::Integer) return Array::integer(type.axes, std::vector<int32_t>(count));
    return Array::real(type.axes, std::vector<float>(count));
}

void* dataOf(Array& array)
{
    return std::visit([](auto& values) -> void* { return values.data(); }, array.data);
}

/// The values in another memory order, of its first axis no more than so many: read one after the other, as
/// the writes of neighbours stay in cache.
std::vector<float> ordered(const Array& array, const std::vector<std::string>& order, int64_t mostOfFirst)
{
    const std::vector<Axis>& axes = array.type.axes;
    assert(order.size() == axes.size());
    const std::vector<int64_t> from = array.type.strides();
    std::vector<int64_t> sizes(axes.size()), to(axes.size()), index(axes.size());
    int64_t count = 1;
    for (size_t i = order.size(); i-- > 0;) {
        const auto at = size_t(array.type.find(order[i]));
        sizes[at] = i == 0 ? std::min(axes[at].size, mostOfFirst) : axes[at].size;
        to[at] = count;
        count *= sizes[at];
    }
    std::vector<float> values(static_cast<size_t>(count));
    if (axes.empty()) return array.reals();
    const size_t last = axes.size() - 1;
    int64_t read = 0, write = 0;
    for (int64_t lines = count / std::max<int64_t>(sizes[last], 1); lines > 0; --lines) {
        const float* const line = array.reals().data() + read;
        float* const target = values.data() + write;
        for (int64_t i = 0; i < sizes[last]; ++i) target[i * to[last]] = line[i];
        for (size_t k = last; k-- > 0;) {
            read += from[k], write += to[k];
            if (++index[k] < sizes[k]) break;
            read -= from[k] * sizes[k], write -= to[k] * sizes[k];
            index[k] = 0;
        }
    }
    return values;
}

std::string derivedFrom(const Type& type, const std::string& stem)
{
    if (type.has(stem)) return stem;
    for (const Axis& axis : type.axes) {
        if (axis.name.starts_with(stem)) return axis.name;
    }
    return {};
}

} // namespace

std::vector<int64_t> shownExamples(const Dataset& data, int64_t first, int64_t count)
{
    const std::vector<int64_t>& part = !data.test.empty()         ? data.test
                                       : !data.validation.empty() ? data.validation
                                                                  : data.train;
    const int64_t size = int64_t(part.size());
    std::vector<int64_t> chosen;
    for (int64_t i = 0; i < std::min(count, size); ++i) {
        chosen.push_back(part[size_t(((first + i) % size + size) % size)]);
    }
    return chosen;
}

Array inputsOf(const Dataset& data, std::span<const int64_t> examples)
{
    const DataSignature signature = data.signature(int64_t(examples.size()));
    Array x = emptyBatch(signature.x), y = emptyBatch(signature.y);
    fillBatch(data, examples, dataOf(x), dataOf(y));
    return x;
}

/// Without their inputs, which are larger.
Array targetsOf(const Dataset& data, std::span<const int64_t> examples)
{
    const DataSignature signature = data.signature(int64_t(examples.size()));
    Array y = emptyBatch(signature.y);
    if (data.task == Task::NextToken) {
        Array x = emptyBatch(signature.x);
        fillBatch(data, examples, dataOf(x), dataOf(y));
        return y;
    }
    std::visit(
        [&](auto& to) {
            const auto& from = std::get<std::decay_t<decltype(to)>>(data.y.data);
            const int64_t size = examples.empty() ? 0 : int64_t(to.size() / examples.size());
            for (size_t i = 0; i < examples.size(); ++i)
                std::copy_n(from.begin() + examples[i] * size, size, to.begin() + int64_t(i) * size);
        },
        y.data);
    return y;
}

Array wireValues(const Observation& o, const std::string& wire, std::span<const int64_t> examples)
{
    Array values = valuesOf(o.network, o.now, {wire}, examples).at(wire);
    if (values.type.element != Element::Real) {
        throw Error{"wire " + wire, "carries whole numbers", "choose a wire behind the embedding"};
    }
    return values;
}

const Array& parameterNamed(const Observation& o, const std::string& name)
{
    const auto found = o.now.values->find(name);
    if (found != o.now.values->end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [other, array] : *o.now.values) known.push_back(other);
    throw Error{"parameter " + name, "is not in the network that runs", nearestNames(name, known)};
}

Array inOrder(const Array& array, const std::vector<std::string>& order)
{
    std::vector<Axis> axes;
    for (const std::string& name : order) axes.push_back(array.type.axes[size_t(array.type.find(name))]);
    return Array::real(std::move(axes), ordered(array, order, std::numeric_limits<int64_t>::max()));
}

ImageAxes imageAxes(const Type& type)
{
    ImageAxes axes{derivedFrom(type, "row"), derivedFrom(type, "column")};
    return axes && type.size(axes.row) > 1 && type.size(axes.column) > 1 ? axes : ImageAxes{};
}

void setRange(ImageReading& reading)
{
    float low = INFINITY, high = -INFINITY;
    for (const ImageReading::Tile& tile : reading.tiles) {
        for (const float pixel : tile.pixels) {
            if (!std::isfinite(pixel)) continue;
            low = std::min(low, pixel);
            high = std::max(high, pixel);
        }
    }
    if (!(low < high)) high = (low = std::isfinite(low) ? low : 0) + 1;
    reading.diverging = low < 0;
    if (reading.diverging) high = std::max(high, -low), low = -high;
    reading.low = low;
    reading.high = high;
}

ImageReading tilesOf(const Array& array, const ImageAxes& image, int64_t most)
{
    std::vector<std::string> order;
    bool colours = false;
    for (const Axis& axis : array.type.axes) {
        if (axis.name == image.row || axis.name == image.column) continue;
        if (axis.name == "colour" && (axis.size == 3 || axis.size == 1)) {
            colours = true;
        } else {
            order.push_back(axis.name);
        }
    }
    const size_t outer = order.size();
    order.insert(order.end(), {image.row, image.column});
    if (colours) order.push_back("colour");
    // What is not shown is not sorted: so many of the first axis hold all tiles that are.
    int64_t inner = 1;
    for (size_t i = 1; i < outer; ++i) inner *= array.type.size(order[i]);
    const std::vector<float> sorted =
        ordered(array, order, outer > 0 ? (most + inner - 1) / inner : array.count());

    ImageReading reading;
    reading.height = int(array.type.size(image.row));
    reading.width = int(array.type.size(image.column));
    reading.channels = colours ? int(array.type.size("colour")) : 1;
    const int64_t size = int64_t(reading.height) * reading.width * reading.channels;
    int64_t tiles = int64_t(sorted.size()) / size;
    const std::string caption = outer == 1 ? order.front() + " " : "";
    tiles = std::min(tiles, most);
    for (int64_t i = 0; i < tiles; ++i) {
        const float* pixels = sorted.data() + i * size;
        reading.tiles.push_back({caption + std::to_string(i), 0, -1, {pixels, pixels + size}});
    }
    setRange(reading);
    return reading;
}

MatrixReading matrixOf(const Array& array, int64_t mostRows, int64_t mostColumns)
{
    const auto& axes = array.type.axes;
    int64_t columns = axes.empty() ? 1 : axes.back().size,
            rows = array.count() / std::max<int64_t>(columns, 1);
    MatrixReading reading;
    if (!axes.empty()) reading.columnLabel = axes.back().name;
    for (size_t i = 0; i + 1 < axes.size(); ++i) reading.rowLabel += (i ? ", " : "") + axes[i].name;
    if (rows == 1 && columns > 64) {
        // Wrapped by the widest divisor up to 64, so that every cell is a unit and none is padding.
        int64_t width = 64;
        while (width > 8 && columns % width) --width;
        if (columns % width == 0) rows = columns / width, columns = width;
    }
    const int64_t stride = columns;
    reading.rows = int(std::min(rows, mostRows));
    reading.columns = int(std::min(columns, mostColumns));
    for (int row = 0; row < reading.rows; ++row) {
        const float* from = array.reals().data() + row * stride;
        reading.values.insert(reading.values.end(), from, from + reading.columns);
    }
    reading.diverging =
        std::any_of(reading.values.begin(), reading.values.end(), [](float v) { return v < 0; });
    return reading;
}

HistogramReading histogramOf(std::span<const float> values, int bins, std::string label)
{
    double low = INFINITY, high = -INFINITY;
    for (const float value : values) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, double(value));
        high = std::max(high, double(value));
    }
    if (!std::isfinite(low))
        throw Error{label, "has no finite value", "look for the first wire that is not finite"};
    if (low == high) low -= 0.5, high += 0.5;
    HistogramReading reading;
    reading.label = std::move(label);
    reading.counts.assign(size_t(bins), 0);
    for (int i = 0; i <= bins; ++i) reading.edges.push_back(low + (high - low) * i / bins);
    // Several counts at a time: neighbours often fall into the same bin, and would wait for each other.
    constexpr size_t apart = 4;
    std::vector<int64_t> counts(size_t(bins) * apart);
    size_t at = 0;
    for (const float value : values) {
        if (!std::isfinite(value)) continue;
        const int bin = int((double(value) - low) / (high - low) * bins);
        ++counts[size_t(std::clamp(bin, 0, bins - 1)) * apart + at++ % apart];
    }
    for (size_t i = 0; i < counts.size(); ++i)
        reading.counts[i / apart] += static_cast<decltype(reading.counts)::value_type>(counts[i]);
    return reading;
}

bool answers(const Elaboration& elaboration)
{
    const std::vector<Result>& results = elaboration.program.results;
    return std::any_of(results.begin(), results.end(), [](const Result& result) {
        return result.name == "logits" || result.name == "prediction";
    });
}

bool carriesReals(const Elaboration& elaboration, const std::string& wire)
{
    const auto found = elaboration.wires.find(wire);
    return found != elaboration.wires.end() &&
           elaboration.program.type(found->second).element == Element::Real;
}

bool hasParameter(const Elaboration& elaboration, const std::string& name)
{
    const Op* const parameter = findOp("parameter");
    const std::vector<Instruction>& code = elaboration.program.code;
    return std::any_of(code.begin(), code.end(), [&](const Instruction& instruction) {
        return instruction.op == parameter && instruction.attributes.name == name;
    });
}

std::string percent(double share)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.0f %%", 100 * share);
    return text;
}

std::string number(double value, int digits)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    return text;
}

} // namespace core::instruments
