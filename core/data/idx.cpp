#include "core/data/readers.h"
#include "core/files/elements.h"

#include <algorithm>
#include <filesystem>

namespace core::data
{

namespace
{

struct Idx {
    files::Stored stored;
    std::vector<int64_t> sizes;
    std::string_view data;
};

/// The header, checked against the number of bytes.
Idx openIdx(std::string_view bytes, const std::string& source)
{
    const auto fail = [&](const std::string& what) {
        return Error{source, what, "the file is truncated or not IDX"};
    };
    if (bytes.size() < 4) throw fail("too short for an IDX file");
    static constexpr std::pair<uint8_t, files::Stored> types[] = {
        {0x08, files::Stored::U8},  {0x09, files::Stored::I8},  {0x0b, files::Stored::I16},
        {0x0c, files::Stored::I32}, {0x0d, files::Stored::F32}, {0x0e, files::Stored::F64}};
    const auto byte = [&](size_t i) { return uint8_t(bytes[i]); };
    const auto type =
        std::find_if(std::begin(types), std::end(types), [&](auto& row) { return row.first == byte(2); });
    const size_t rank = byte(3);
    if (byte(0) || byte(1) || type == std::end(types) || rank == 0 || rank > 8)
        throw fail("its first four bytes are not the magic number of IDX");
    const size_t header = 4 + 4 * rank;
    if (bytes.size() < header) throw fail("the header is truncated");
    std::vector<int64_t> sizes;
    for (size_t i = 4; i < header; i += 4)
        sizes.push_back(int64_t(byte(i)) << 24 | byte(i + 1) << 16 | byte(i + 2) << 8 | byte(i + 3));
    const std::string_view data = bytes.substr(header);
    const auto count = files::boundedCount(sizes, elementLimit);
    if (!count || uint64_t(*count) * files::bytesOf(type->second) != data.size()) {
        std::string text;
        for (const int64_t size : sizes) text += (text.empty() ? "" : " x ") + std::to_string(size);
        throw fail("its header says " + text + " elements, but " + std::to_string(data.size()) +
                   " bytes follow");
    }
    return {type->second, std::move(sizes), data};
}

std::optional<std::string> replaced(std::string name, std::string_view from, std::string_view to)
{
    const size_t at = name.rfind(from);
    if (at == std::string::npos) return std::nullopt;
    return name.replace(at, from.size(), to);
}

std::string withoutGz(const std::string& path)
{
    return path.ends_with(".gz") ? path.substr(0, path.size() - 3) : path;
}

/// The file beside `path` whose name has `to` in place of `from`, packed or not.
std::optional<std::string> sibling(const std::string& path, std::string_view from, std::string_view to)
{
    const std::filesystem::path whole(withoutGz(path));
    const auto name = replaced(whole.filename().string(), from, to);
    return name ? existing((whole.parent_path() / *name).string()) : std::nullopt;
}

std::string labelsOf(const std::string& images)
{
    for (const auto& [from, to] :
         {std::pair{"images-idx3", "labels-idx1"}, {"images.idx3", "labels.idx1"}, {"images", "labels"}})
        if (auto found = sibling(images, from, to)) return *found;
    throw Error{images, "there are no labels beside it",
                "labels of train-images-idx3-ubyte are train-labels-idx1-ubyte"};
}

Array readLabels(const std::string& imagesPath, const Idx& images)
{
    const std::string path = labelsOf(imagesPath);
    Array labels = parseIdx(readPacked(path), path);
    if (labels.type.axes.size() != 1 || labels.type.element != Element::Integer)
        throw Error{path, "labels must be one whole number an example", ""};
    if (images.sizes.front() != labels.count())
        throw Error{imagesPath,
                    std::to_string(images.sizes.front()) + " images but " + std::to_string(labels.count()) +
                        " labels",
                    "the files must belong together"};
    return labels;
}

} // namespace

Array parseIdx(std::string_view bytes, const std::string& source)
{
    const Idx idx = openIdx(bytes, source);
    return files::decodeElements(idx.data, idx.stored, std::endian::big, files::numberedAxes(idx.sizes),
                                 source);
}

Examples readIdxPair(const std::string& imagesPath, int64_t classes)
{
    const std::string bytes = readPacked(imagesPath);
    const Idx images = openIdx(bytes, imagesPath);
    Array labels = readLabels(imagesPath, images);
    auto testPath = sibling(imagesPath, "train", "t10k");
    if (!testPath) testPath = sibling(imagesPath, "train", "test");
    std::string testBytes;
    Idx test{images.stored, images.sizes, {}};
    test.sizes.front() = 0;
    if (testPath) {
        testBytes = readPacked(*testPath);
        test = openIdx(testBytes, *testPath);
        append(labels, readLabels(*testPath, test), *testPath);
    }
    std::vector<int64_t> sizes = test.sizes;
    sizes.front() = images.sizes.front();
    if (sizes != images.sizes)
        throw Error{*testPath, "the examples of the test have another shape than those to train on",
                    "they must belong together"};
    sizes.front() += test.sizes.front();
    // As floats they are four times as large: converted once, into their place.
    const auto count = files::boundedCount(sizes, elementLimit);
    if (!count) throw Error{imagesPath, "too many examples", "at most 2^30 values"};
    std::vector<float> x;
    x.reserve(size_t(*count));
    files::appendReals(x, images.data, images.stored, std::endian::big);
    files::appendReals(x, test.data, test.stored, std::endian::big);
    Examples examples = examplesOf(Array::real(files::numberedAxes(sizes), std::move(x)), std::move(labels),
                                   classes, "classification", imagesPath);
    examples.officialTest = test.sizes.front();
    return examples;
}

} // namespace core::data
