// Event files, read back by a reader written from the formats alone.
#include "core/files/events.h"

#include <QtTest>

#include <cstring>

using namespace core::files;

namespace
{

struct Field {
    int number = 0;
    uint64_t whole = 0;
    std::string bytes; ///< of fixed and delimited fields
};

std::vector<Field> fieldsOf(std::string_view message)
{
    std::vector<Field> fields;
    const auto varint = [&] {
        uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const uint8_t byte = uint8_t(message.front());
            message.remove_prefix(1);
            value |= uint64_t(byte & 127) << shift;
            if (byte < 128) return value;
        }
    };
    while (!message.empty()) {
        const uint64_t key = varint();
        Field field{int(key >> 3), 0, {}};
        const size_t length = (key & 7) == 1 ? 8 : (key & 7) == 5 ? 4 : 0;
        if ((key & 7) == 0) {
            field.whole = varint();
        } else {
            const size_t size = length ? length : size_t(varint());
            field.bytes = message.substr(0, size);
            message.remove_prefix(size);
        }
        fields.push_back(field);
    }
    return fields;
}

template<typename T> T valueOf(const std::string& bytes, size_t index = 0)
{
    T value{};
    std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
    return value;
}

const Field& field(const std::vector<Field>& fields, int number)
{
    for (const Field& one : fields)
        if (one.number == number) return one;
    throw std::runtime_error("no such field");
}

uint32_t unmasked(uint32_t masked)
{
    const uint32_t rotated = masked - 0xa282ead8u;
    return rotated >> 17 | rotated << 15;
}

/// The frames of a file; throws where a sum is wrong.
std::vector<std::string> recordsOf(std::string_view file)
{
    std::vector<std::string> records;
    while (!file.empty()) {
        const std::string length(file.substr(0, 8));
        const size_t size = size_t(valueOf<uint64_t>(length));
        const std::string record(file.substr(12, size));
        if (unmasked(valueOf<uint32_t>(std::string(file.substr(8, 4)))) != crc32c(length) ||
            unmasked(valueOf<uint32_t>(std::string(file.substr(12 + size, 4)))) != crc32c(record))
            throw std::runtime_error("a check sum is wrong");
        records.push_back(record);
        file.remove_prefix(16 + size);
    }
    return records;
}

} // namespace

class TestEvents : public QObject
{
    Q_OBJECT
private slots:
    /// RFC 3720 section B.4.
    void checkSumsAreThoseOfTheStandard()
    {
        QCOMPARE(crc32c(std::string(32, '\0')), 0x8a9136aau);
        QCOMPARE(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
        QCOMPARE(crc32c("123456789"), 0xe3069283u);
    }

    void scalarsAndHistogramsComeBack()
    {
        Events events(1700000000.5);
        events.addScalar("loss/train", 300, 1700000001.0, 0.25);
        const double edges[] = {-1, 0, 2}, counts[] = {3, 5};
        events.addHistogram("hidden.y", 7, 1700000002.0, edges, counts);
        const auto records = recordsOf(events.bytes());
        QCOMPARE(records.size(), size_t(3));
        QCOMPARE(field(fieldsOf(records[0]), 3).bytes, std::string("brain.Event:2"));

        const auto scalarEvent = fieldsOf(records[1]);
        QCOMPARE(valueOf<double>(field(scalarEvent, 1).bytes), 1700000001.0);
        QCOMPARE(field(scalarEvent, 2).whole, uint64_t(300));
        const auto scalar = fieldsOf(field(fieldsOf(field(scalarEvent, 5).bytes), 1).bytes);
        QCOMPARE(field(scalar, 1).bytes, std::string("loss/train"));
        QCOMPARE(valueOf<float>(field(scalar, 2).bytes), 0.25f);

        const auto value = fieldsOf(field(fieldsOf(field(fieldsOf(records[2]), 5).bytes), 1).bytes);
        const auto histogram = fieldsOf(field(value, 5).bytes);
        QCOMPARE(valueOf<double>(field(histogram, 1).bytes), -1.0);
        QCOMPARE(valueOf<double>(field(histogram, 2).bytes), 2.0);
        QCOMPARE(valueOf<double>(field(histogram, 3).bytes), 8.0);
        QCOMPARE(valueOf<double>(field(histogram, 4).bytes), 3 * -0.5 + 5 * 1.0);
        QCOMPARE(valueOf<double>(field(histogram, 5).bytes), 3 * 0.25 + 5 * 1.0);
        QCOMPARE(valueOf<double>(field(histogram, 6).bytes, 1), 2.0);
        QCOMPARE(valueOf<double>(field(histogram, 7).bytes, 0), 3.0);
    }

    void piecesMakeUpTheWholeFile()
    {
        Events whole(1), pieces(1);
        whole.addScalar("a", 1, 2, 3);
        std::string file = pieces.take();
        pieces.addScalar("a", 1, 2, 3);
        file += pieces.take();
        QVERIFY(file == whole.bytes());
    }
};

QTEST_APPLESS_MAIN(TestEvents)
#include "test_events.moc"
