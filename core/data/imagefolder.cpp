#include "core/data/picture.h"
#include "core/data/readers.h"

#include <algorithm>
#include <filesystem>

namespace core::data
{

namespace
{

namespace fs = std::filesystem;

bool isPicture(const fs::path& path)
{
    std::string end = path.extension().string();
    std::transform(end.begin(), end.end(), end.begin(),
                   [](unsigned char c) { return char(std::tolower(c)); });
    return end == ".png" || end == ".jpg" || end == ".jpeg";
}

std::vector<std::string> classFolders(const std::string& path)
{
    std::vector<std::string> names;
    for (const std::string& entry : listFolder(path))
        if (isFolder(entry)) names.push_back(fs::path(entry).filename().string());
    return names;
}

struct Labelled {
    std::string path;
    int32_t label;
};

std::vector<Labelled> picturesIn(const std::string& path, const std::vector<std::string>& classes)
{
    std::vector<Labelled> pictures;
    for (size_t label = 0; label < classes.size(); ++label)
        for (const std::string& entry : listFolder(path + "/" + classes[label]))
            if (isPicture(entry)) pictures.push_back({entry, int32_t(label)});
    return pictures;
}

/// Brings a picture to the wanted number of colours; grey by the weights of BT.601.
void convert(Picture& picture, int64_t colours)
{
    if (picture.colours == colours) return;
    std::vector<uint8_t> bytes;
    bytes.reserve(size_t(picture.rows * picture.columns * colours));
    const auto& from = picture.bytes;
    for (size_t i = 0; i < from.size(); i += size_t(picture.colours))
        if (colours == 3)
            bytes.insert(bytes.end(), 3, from[i]);
        else
            bytes.push_back(uint8_t((299 * from[i] + 587 * from[i + 1] + 114 * from[i + 2] + 500) / 1000));
    picture.bytes = std::move(bytes);
    picture.colours = colours;
}

} // namespace

bool isImageFolder(const std::string& path)
{
    const std::string root = isFolder(path + "/train") ? path + "/train" : path;
    for (const std::string& name : classFolders(root)) {
        const auto entries = listFolder(root + "/" + name);
        if (std::any_of(entries.begin(), entries.end(), isPicture)) return true;
    }
    return false;
}

Examples readImageFolder(const std::string& path, const std::string& colour)
{
    const bool parted = isFolder(path + "/train");
    const std::string root = parted ? path + "/train" : path;
    const std::vector<std::string> classes = classFolders(root);
    std::vector<Labelled> files = picturesIn(root, classes);
    if (files.empty())
        throw Error{path, "there is no picture in its folders",
                    "one folder a class, PNG or JPEG files in it"};
    const size_t trained = files.size();
    if (parted && isFolder(path + "/test")) {
        for (const std::string& name : classFolders(path + "/test"))
            if (std::find(classes.begin(), classes.end(), name) == classes.end())
                throw Error{path + "/test/" + name, "there is no folder of this class in train", "remove it"};
        for (const std::string& name : classes)
            if (!isFolder(path + "/test/" + name))
                throw Error{path + "/test", "the folder of class " + name + " is missing",
                            "make it, if need be empty"};
        for (Labelled& file : picturesIn(path + "/test", classes)) files.push_back(std::move(file));
    }

    std::vector<Picture> pictures;
    int64_t colours = colour == "colour" ? 3 : 1, total = 0;
    for (const Labelled& file : files) {
        pictures.push_back(readPicture(file.path));
        const Picture &first = pictures.front(), &last = pictures.back();
        if (last.rows != first.rows || last.columns != first.columns)
            throw Error{file.path,
                        "it has " + std::to_string(last.columns) + " x " + std::to_string(last.rows) +
                            " pixels, others " + std::to_string(first.columns) + " x " +
                            std::to_string(first.rows),
                        "scale all pictures to one size"};
        if (colour == "auto") colours = std::max(colours, last.colours);
        total += last.rows * last.columns * colours;
        if (total > elementLimit)
            throw Error{path, "the pictures are too many or too large", "at most 2^30 values"};
    }
    const int64_t rows = pictures.front().rows, columns = pictures.front().columns,
                  count = int64_t(files.size());
    if (rows * columns * colours > elementLimit / count)
        throw Error{path, "the pictures are too many or too large", "at most 2^30 values"};
    std::vector<float> x;
    x.reserve(size_t(count * rows * columns * colours));
    std::vector<int32_t> y;
    for (size_t i = 0; i < files.size(); ++i) {
        convert(pictures[i], colours);
        x.insert(x.end(), pictures[i].bytes.begin(), pictures[i].bytes.end());
        pictures[i] = {};
        y.push_back(files[i].label);
    }
    Examples result;
    result.officialTest = int64_t(files.size() - trained);
    result.set.x = Array::real({{"example", count}, {"row", rows}, {"column", columns}, {"colour", colours}},
                               std::move(x));
    result.set.y = Array::integer({{"example", count}}, std::move(y));
    result.set.classNames = classes;
    return result;
}

} // namespace core::data
