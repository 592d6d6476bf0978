#include "core/files/files.h"

#include <QtTest>

#include <bit>
#include <cmath>
#include <cstring>
#include <random>
#include <zlib.h>

using namespace core;
using namespace core::files;

namespace
{

template<class Function> std::string errorOf(Function function)
{
    try {
        function();
    } catch (const Error& error) {
        return error.text();
    }
    return "";
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

std::string little(uint64_t value, int bytes)
{
    std::string text;
    for (int i = 0; i < bytes; ++i) text += char(value >> (8 * i));
    return text;
}

template<class Value> std::string raw(std::initializer_list<Value> values)
{
    return {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(Value)};
}

std::string tensorFile(const std::string& header, const std::string& data)
{
    return little(header.size(), 8) + header + data;
}

std::string npy(const std::string& dictionary, const std::string& data, int version = 1)
{
    const std::string header = dictionary + "\n";
    return "\x93NUMPY" + std::string{char(version), 0} + little(header.size(), version == 1 ? 2 : 4) +
           header + data;
}

std::string npyOf(const std::string& descr, const std::string& shape, const std::string& data,
                  const char* fortran = "False")
{
    return npy("{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }",
               data);
}

/// A zip of one entry, as numpy.savez (stored) and numpy.savez_compressed (deflated) write it.
std::string zip(const std::string& name, const std::string& content, bool deflated)
{
    std::string packed = content;
    if (deflated) {
        z_stream stream{};
        deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
        packed.resize(content.size() * 2 + 64);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
        stream.avail_in = uInt(content.size());
        stream.next_out = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_out = uInt(packed.size());
        deflate(&stream, Z_FINISH);
        packed.resize(stream.total_out);
        deflateEnd(&stream);
    }
    const uint64_t sum = crc32(0, reinterpret_cast<const Bytef*>(content.data()), uInt(content.size()));
    const std::string common = little(20, 2) + little(0, 2) + little(deflated ? 8 : 0, 2) + little(0, 4) +
                               little(sum, 4) + little(packed.size(), 4) + little(content.size(), 4) +
                               little(name.size(), 2) + little(0, 2);
    const std::string local = "PK\3\4" + common + name + packed;
    const std::string central = "PK\1\2" + little(20, 2) + common + little(0, 2) + little(0, 2) +
                                little(0, 2) + little(0, 4) + little(0, 4) + name;
    return local + central + "PK\5\6" + little(0, 4) + little(1, 2) + little(1, 2) +
           little(central.size(), 4) + little(local.size(), 4) + little(0, 2);
}

/// Every truncation, and damage of a few bytes at fixed random places: an Error or a result, nothing else.
template<class Parse> void harass(const std::string& valid, Parse parse)
{
    for (size_t length = 0; length < valid.size(); ++length)
        QVERIFY2(!errorOf([&] { parse(valid.substr(0, length)); }).empty(),
                 qPrintable(QString::number(length)));
    std::mt19937 random(7);
    for (int variant = 0; variant < 4000; ++variant) {
        std::string damaged = valid;
        for (size_t i = 0; i <= random() % 4; ++i) damaged[random() % damaged.size()] = char(random());
        if (variant % 7 == 0) damaged.insert(random() % damaged.size(), 1 + random() % 20, char(random()));
        errorOf([&] { parse(damaged); });
    }
}

} // namespace

class TestArrays : public QObject
{
    Q_OBJECT

private slots:
    void safetensorsRoundTripWithNamesOfAxesAndMetadata()
    {
        Safetensors file;
        file.tensors["w"] = Array::real({{"in", 2}, {"out", 3}}, {1, -2, 3, NAN, INFINITY, -0.f});
        file.tensors["step"] = Array::integer({}, {-7});
        file.tensors["plain"] = Array::integer({{"axis0", 2}}, {1, 2});
        file.tensors["empty"] = Array::real({{"n", 0}, {"m", 5}}, {});
        file.metadata["document"] = "{\"a\": \"\xc3\xa4\"}";
        const Safetensors read = parseSafetensors(writeSafetensors(file), "t");
        QCOMPARE(read.metadata, file.metadata);
        QCOMPARE(read.tensors.size(), size_t(4));
        for (const auto& [name, array] : file.tensors) {
            QCOMPARE(read.tensors.at(name).type, array.type);
            if (name != "w") QCOMPARE(read.tensors.at(name), array);
        }
        for (size_t i = 0; i < 6; ++i)
            QCOMPARE(std::bit_cast<uint32_t>(read.tensors.at("w").reals()[i]),
                     std::bit_cast<uint32_t>(file.tensors["w"].reals()[i]));
        QCOMPARE(writeSafetensors(read), writeSafetensors(file));
        QCOMPARE(parseSafetensors(writeSafetensors({}), "t").tensors.size(), size_t(0));
    }

    void safetensorsOfOtherTypesAreConverted()
    {
        const std::string header = R"({"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},)"
                                   R"("b":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]},)"
                                   R"("l":{"dtype":"I64","shape":[],"data_offsets":[6,14]},)"
                                   R"("o":{"dtype":"BOOL","shape":[2],"data_offsets":[14,16]}})";
        // 1.5 and the smallest half 2^-24; bfloat 0x3fc0 = 1.5 (IEEE 754 layouts)
        const std::string data =
            raw<uint16_t>({0x3e00, 0x0001, 0x3fc0}) + raw<int64_t>({-5}) + std::string("\0\1", 2);
        const auto tensors = parseSafetensors(tensorFile(header, data), "t").tensors;
        QCOMPARE(tensors.at("h").reals(), (std::vector<float>{1.5f, 0x1p-24f}));
        QCOMPARE(tensors.at("b").reals(), std::vector<float>{1.5f});
        QCOMPARE(tensors.at("l").integers(), std::vector<int32_t>{-5});
        QCOMPARE(tensors.at("o").integers(), (std::vector<int32_t>{0, 1}));
    }

    void hostileSafetensorsHeadersAreErrors_data()
    {
        QTest::addColumn<QString>("header");
        QTest::addColumn<int>("bytes");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* header, int bytes, const char* message) {
            QTest::newRow(name) << QString(header) << bytes << QString(message);
        };
        row("not JSON", "hello", 0, "JSON");
        row("an array", "[]", 0, "JSON");
        row("no dtype", R"({"a":{}})", 0, "dtype");
        row("unknown dtype", R"({"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}})", 4, "F8_E4M3");
        row("sizes overflow",
            R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}})", 4,
            "shape");
        row("size 2^63", R"({"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}})", 4,
            "9223372036854775808");
        row("size 2^64", R"({"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}})", 4,
            "shape");
        row("zero hides overflow",
            R"({"a":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}})", 0, "shape");
        row("negative size", R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4, "-1");
        row("beyond the end", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4, "outside");
        row("backwards", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4, "outside");
        row("offset 2^64-1", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551615,4]}})",
            4, "outside");
        row("shape too small", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})", 8, "agree");
        row("gap", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8, "gap");
        row("overlap",
            R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
            12, "overlaps");
        row("left over", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 8, "no tensor");
        row("metadata", R"({"__metadata__":{"a":1}})", 0, "not text");
    }
    void hostileSafetensorsHeadersAreErrors()
    {
        QFETCH(QString, header);
        QFETCH(int, bytes);
        QFETCH(QString, message);
        const std::string file = tensorFile(header.toStdString(), std::string(size_t(bytes), '\0'));
        const std::string error = errorOf([&] { parseSafetensors(file, "t"); });
        QVERIFY2(contains(error, message.toStdString()), error.c_str());
    }

    void aHeaderLengthBeyondTheFileIsAnError()
    {
        for (const uint64_t size : {uint64_t(3), uint64_t(1) << 40, UINT64_MAX, UINT64_MAX - 7})
            QVERIFY(contains(errorOf([&] { parseSafetensors(little(size, 8) + "{}", "t"); }), "header"));
        QVERIFY(
            !errorOf([&] { parseSafetensors(little(1 << 20, 8) + std::string(1 << 20, '['), "t"); }).empty());
    }

    void damagedSafetensorsNeverCrash()
    {
        Safetensors file;
        file.tensors["weight"] = Array::real({{"a", 3}, {"b", 2}}, {1, 2, 3, 4, 5, 6});
        file.tensors["label"] = Array::integer({{"n", 2}}, {1, 2});
        file.metadata["k"] = "v";
        harass(writeSafetensors(file), [](const std::string& bytes) { parseSafetensors(bytes, "t"); });
    }

    /// A file of another program: torch's, 1509296 bytes, when the shared models are there.
    void aForeignFileIsRead()
    {
        for (const char* up : {"/../shared", "/../../shared"}) {
            const std::string path = AXO_SOURCE_DIR + std::string(up) + "/models/onnx/burn-mnist.safetensors";
            if (!QFile::exists(QString::fromStdString(path))) continue;
            const Safetensors file = parseSafetensors(readFile(path), path);
            QCOMPARE(file.tensors.size(), size_t(20));
            QCOMPARE(file.tensors.at("fc1.weight").type.text(), std::string("real[axis0=32, axis1=11616]"));
            QCOMPARE(file.tensors.at("norm1.num_batches_tracked").type.element, Element::Integer);
            return;
        }
        qInfo("the foreign safetensors file is absent; not read");
    }

    void npyReadsTypesAndByteOrders()
    {
        QCOMPARE(parseNpy(npyOf("<f4", "(2,)", raw<float>({1, 2})), "t"),
                 Array::real({{"axis0", 2}}, {1, 2}));
        QCOMPARE(parseNpy(npyOf("<f8", "(2,)", raw<double>({1, 2})), "t"),
                 Array::real({{"axis0", 2}}, {1, 2}));
        QCOMPARE(parseNpy(npyOf(">f4", "(1,)", std::string("\x3f\xc0\0\0", 4)), "t"),
                 Array::real({{"axis0", 1}}, {1.5f}));
        QCOMPARE(parseNpy(npyOf("<i8", "()", raw<int64_t>({-3})), "t"), Array::integer({}, {-3}));
        QCOMPARE(parseNpy(npyOf(">i4", "(1,)", std::string("\0\0\1\2", 4)), "t"),
                 Array::integer({{"axis0", 1}}, {258}));
        QCOMPARE(parseNpy(npyOf("|u1", "(2,)", "\xff\1"), "t"), Array::integer({{"axis0", 2}}, {255, 1}));
        QCOMPARE(parseNpy(npyOf("|b1", "(2,)", std::string("\0\1", 2)), "t"),
                 Array::integer({{"axis0", 2}}, {0, 1}));
        QCOMPARE(parseNpy(npyOf("<f4", "(0, 3)", ""), "t"), Array::real({{"axis0", 0}, {"axis1", 3}}, {}));
        for (const int version : {1, 2, 3})
            QCOMPARE(parseNpy(npy("{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }",
                                  raw<int32_t>({9}), version),
                              "t"),
                     Array::integer({{"axis0", 1}}, {9}));
    }

    void fortranOrderIsTurned()
    {
        const auto column = npyOf("<i4", "(2, 3)", raw<int32_t>({1, 4, 2, 5, 3, 6}), "True");
        QCOMPARE(parseNpy(column, "t"), Array::integer({{"axis0", 2}, {"axis1", 3}}, {1, 2, 3, 4, 5, 6}));
    }

    void badNpyIsAnError()
    {
        const std::string four(4, '\0');
        const auto error = [&](const std::string& bytes) { return errorOf([&] { parseNpy(bytes, "t"); }); };
        QVERIFY(contains(error("NUMPY" + four), "start"));
        QVERIFY(contains(error(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", four, 4)),
                         "version 4"));
        QVERIFY(contains(error(npyOf("<f4", "(2,)", four)), "agree"));
        QVERIFY(contains(error(npyOf("<f4", "(4611686018427387904, 4)", four)), "agree"));
        QVERIFY(contains(error(npyOf("<f4", "(99999999999999999999,)", four)), "not a number"));
        QVERIFY(contains(error(npyOf("<f4", "(-1,)", four)), "not a number"));
        QVERIFY(contains(error(npyOf("<c8", "(1,)", four)), "c8"));
        QVERIFY(contains(error(npyOf("|O", "(1,)", four)), "|O"));
        QVERIFY(
            contains(error(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", four)),
                     "named fields"));
        QVERIFY(contains(error(npy("{'descr': '<f4', 'shape': (1,), }", four)), "missing"));
        QVERIFY(contains(error(npyOf("<i8", "(1,)", raw<int64_t>({int64_t(1) << 40}))),
                         "1099511627776 does not fit"));
    }

    void npzUnpacksStoredAndDeflated()
    {
        const std::string array = npyOf("<f4", "(3,)", raw<float>({1, 2, 3}));
        for (const bool deflated : {false, true}) {
            const auto arrays = parseNpz(zip("x.npy", array, deflated), "t");
            QCOMPARE(arrays.size(), size_t(1));
            QCOMPARE(arrays.at("x"), Array::real({{"axis0", 3}}, {1, 2, 3}));
        }
        std::string wrongSum = zip("x.npy", array, false);
        wrongSum[30 + 5 + array.size() - 1] ^= 1;
        QVERIFY(contains(errorOf([&] { parseNpz(wrongSum, "t"); }), "checksum"));
        QVERIFY(contains(errorOf([&] { parseNpz(zip("readme.txt", "hello", false), "t"); }), "no array"));
    }

    void damagedNpyAndNpzNeverCrash()
    {
        const std::string array = npyOf("<f4", "(3, 2)", raw<float>({1, 2, 3, 4, 5, 6}), "True");
        const auto parse = [](const std::string& bytes) { parseNpz(bytes, "t"); };
        harass(array, [](const std::string& bytes) { parseNpy(bytes, "t"); });
        harass(zip("x.npy", array, false), parse);
        harass(zip("x.npy", array, true), parse);
    }
};

QTEST_APPLESS_MAIN(TestArrays)
#include "test_arrays.moc"
