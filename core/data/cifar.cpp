#include "core/data/readers.h"

#include <filesystem>

namespace core::data
{

namespace
{

constexpr size_t side = 32, plane = side * side, record = 1 + 3 * plane;

void appendRecords(const std::string& path, std::vector<float>& x, std::vector<int32_t>& y)
{
    const std::string bytes = readPacked(path);
    if (bytes.empty() || bytes.size() % record != 0)
        throw Error{
            path, std::to_string(bytes.size()) + " bytes are not whole records of " + std::to_string(record),
            "the file is truncated or not CIFAR-10's binary version"};
    const size_t count = bytes.size() / record, before = y.size();
    if (int64_t((before + count) * 3 * plane) > elementLimit)
        throw Error{path, "too many images", "at most 2^30 values"};
    x.resize((before + count) * 3 * plane);
    for (size_t i = 0; i < count; ++i) {
        const char* from = bytes.data() + i * record;
        y.push_back(uint8_t(*from++));
        if (y.back() > 9)
            throw Error{path + ", record " + std::to_string(i),
                        "label " + std::to_string(y.back()) + " is out of range", "labels go from 0 to 9"};
        float* to = x.data() + (before + i) * 3 * plane;
        for (size_t pixel = 0; pixel < plane; ++pixel)
            for (size_t colour = 0; colour < 3; ++colour)
                *to++ = float(uint8_t(from[colour * plane + pixel]));
    }
}

} // namespace

Examples readCifar10(const std::string& path)
{
    std::vector<std::string> train, test;
    if (isFolder(path)) {
        for (const std::string& entry : listFolder(path)) {
            const std::string name = std::filesystem::path(entry).filename().string();
            if (!name.ends_with(".bin") && !name.ends_with(".bin.gz")) continue;
            if (name.starts_with("data_batch_")) train.push_back(entry);
            if (name.starts_with("test_batch")) test.push_back(entry);
        }
        if (train.empty())
            throw Error{path, "there is no data_batch_1.bin", "unpack CIFAR-10's binary version there"};
    } else {
        train.push_back(path);
    }
    std::vector<float> x;
    std::vector<int32_t> y;
    for (const std::string& file : train) appendRecords(file, x, y);
    const size_t trained = y.size();
    if (!test.empty()) appendRecords(test.front(), x, y);
    Examples result;
    result.officialTest = int64_t(y.size() - trained);
    const int64_t count = int64_t(y.size());
    result.set.x =
        Array::real({{"example", count}, {"row", side}, {"column", side}, {"colour", 3}}, std::move(x));
    result.set.y = Array::integer({{"example", count}}, std::move(y));
    result.set.classNames = {"airplane", "automobile", "bird",  "cat",  "deer",
                             "dog",      "frog",       "horse", "ship", "truck"};
    return result;
}

} // namespace core::data
