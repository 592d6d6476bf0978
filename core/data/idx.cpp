#include "core/data/readers.h"
#include "core/files/elements.h"

#include <algorithm>
#include <filesystem>

namespace core::data
{

Array parseIdx(std::string_view bytes, const std::string& source)
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
    return files::decodeElements(data, type->second, std::endian::big, files::numberedAxes(sizes), source);
}

namespace
{

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

struct Pair {
    Array images, labels;
};

Pair readPair(const std::string& imagesPath)
{
    const std::string labelsPath = labelsOf(imagesPath);
    Pair pair{parseIdx(readPacked(imagesPath), imagesPath), parseIdx(readPacked(labelsPath), labelsPath)};
    if (pair.labels.type.axes.size() != 1 || pair.labels.type.element != Element::Integer)
        throw Error{labelsPath, "labels must be one whole number an example", ""};
    if (pair.images.type.axes.front().size != pair.labels.count())
        throw Error{imagesPath,
                    std::to_string(pair.images.type.axes.front().size) + " images but " +
                        std::to_string(pair.labels.count()) + " labels",
                    "the files must belong together"};
    return pair;
}

} // namespace

Examples readIdxPair(const std::string& imagesPath, int64_t classes)
{
    Pair pair = readPair(imagesPath);
    int64_t officialTest = 0;
    for (const char* name : {"t10k", "test"})
        if (const auto testImages = sibling(imagesPath, "train", name); testImages && !officialTest) {
            const Pair test = readPair(*testImages);
            append(pair.images, test.images, *testImages);
            append(pair.labels, test.labels, *testImages);
            officialTest = test.labels.count();
        }
    Examples examples =
        examplesOf(std::move(pair.images), std::move(pair.labels), classes, "classification", imagesPath);
    examples.officialTest = officialTest;
    return examples;
}

} // namespace core::data
