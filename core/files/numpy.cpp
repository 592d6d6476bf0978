// NPY versions 1 to 3 (numpy.lib.format) and NPZ.
#include "core/files/elements.h"
#include "core/files/files.h"
#include "core/files/zip.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace core::files
{

namespace
{

struct Header {
    Stored stored = Stored::F32;
    std::endian order = std::endian::little;
    bool fortran = false;
    std::vector<int64_t> sizes;
};

/// The header is a Python dictionary of exactly three keys; only that much of Python is read.
class HeaderParser
{
public:
    HeaderParser(std::string_view text, const std::string& source)
        : m_rest(text)
        , m_source(source)
    {
    }

    Header parse()
    {
        Header header;
        bool descr = false, order = false, shape = false;
        expect('{');
        while (!accept('}')) {
            const std::string key = quoted();
            expect(':');
            if (key == "descr" && !std::exchange(descr, true))
                type(header);
            else if (key == "fortran_order" && !std::exchange(order, true))
                header.fortran = boolean();
            else if (key == "shape" && !std::exchange(shape, true))
                header.sizes = tuple();
            else
                throw fail("unexpected key '" + key + "'");
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip();
        if (!m_rest.empty()) throw fail("text after the header");
        if (!descr || !order || !shape) throw fail("descr, fortran_order or shape is missing");
        return header;
    }

private:
    Error fail(const std::string& what) const
    {
        return {m_source, "NPY header: " + what, "the file is damaged or not NPY"};
    }
    void skip()
    {
        while (!m_rest.empty() && (m_rest[0] == ' ' || m_rest[0] == '\n')) m_rest.remove_prefix(1);
    }
    bool accept(char c)
    {
        skip();
        if (m_rest.empty() || m_rest[0] != c) return false;
        m_rest.remove_prefix(1);
        return true;
    }
    void expect(char c)
    {
        if (!accept(c)) throw fail(std::string("'") + c + "' expected");
    }
    std::string quoted()
    {
        skip();
        if (m_rest.empty() || (m_rest[0] != '\'' && m_rest[0] != '"')) throw fail("a quoted word expected");
        const size_t end = m_rest.find(m_rest[0], 1);
        if (end == m_rest.npos) throw fail("a quote is not closed");
        const std::string word(m_rest.substr(1, end - 1));
        m_rest.remove_prefix(end + 1);
        return word;
    }
    bool boolean()
    {
        skip();
        for (const std::string_view word : {"True", "False"})
            if (m_rest.starts_with(word)) {
                m_rest.remove_prefix(word.size());
                return word == "True";
            }
        throw fail("True or False expected");
    }
    std::vector<int64_t> tuple()
    {
        std::vector<int64_t> sizes;
        expect('(');
        while (!accept(')')) {
            skip();
            uint64_t size = 0;
            const auto [end, code] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), size);
            if (code != std::errc() || size > uint64_t(INT64_MAX))
                throw fail("a size in the shape is not a number");
            m_rest.remove_prefix(size_t(end - m_rest.data()));
            accept('L'); // Python 2
            sizes.push_back(int64_t(size));
            if (sizes.size() > 64) throw fail("more than 64 axes");
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return sizes;
    }
    void type(Header& header)
    {
        skip();
        if (!m_rest.empty() && m_rest[0] == '[')
            throw Error{m_source, "the array has named fields", "store each field as an array of its own"};
        std::string descr = quoted();
        const std::string whole = descr;
        if (!descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos) {
            if (descr[0] == '>') header.order = std::endian::big;
            if (descr[0] == '=') header.order = std::endian::native;
            descr.erase(0, 1);
        }
        static const std::pair<const char*, Stored> names[] = {
            {"b1", Stored::Bool}, {"u1", Stored::U8},  {"i1", Stored::I8},  {"u2", Stored::U16},
            {"i2", Stored::I16},  {"u4", Stored::U32}, {"i4", Stored::I32}, {"u8", Stored::U64},
            {"i8", Stored::I64},  {"f2", Stored::F16}, {"f4", Stored::F32}, {"f8", Stored::F64}};
        for (const auto& [name, stored] : names)
            if (descr == name) {
                header.stored = stored;
                return;
            }
        throw Error{m_source, "elements of type '" + whole + "' are not supported",
                    "store them as float32 or int32"};
    }

    std::string_view m_rest;
    const std::string& m_source;
};

/// Column-major elements of `axes` into row-major order.
template<class Value>
std::vector<Value> transposed(const std::vector<Value>& values, const std::vector<Axis>& axes)
{
    std::vector<Value> result(values.size());
    std::vector<int64_t> index(axes.size(), 0);
    for (const Value& value : values) {
        int64_t at = 0;
        for (size_t k = 0; k < axes.size(); ++k) at = at * axes[k].size + index[k];
        result[size_t(at)] = value;
        for (size_t k = 0; k < axes.size() && ++index[k] == axes[k].size; ++k) index[k] = 0;
    }
    return result;
}

} // namespace

Array parseNpy(std::string_view bytes, const std::string& source)
{
    if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 10)
        throw Error{source, "it does not start as an NPY file does",
                    "the file is truncated or of another kind"};
    const uint8_t version = uint8_t(bytes[6]);
    if (version < 1 || version > 3)
        throw Error{source, "NPY version " + std::to_string(version) + " is not known", ""};
    const size_t prefix = version == 1 ? 10 : 12;
    if (bytes.size() < prefix) throw Error{source, "the NPY header is truncated", "get the file again"};
    constexpr size_t headerLimit = 1 << 20;
    size_t headerSize = 0;
    for (size_t i = 8; i < prefix; ++i) headerSize |= size_t(uint8_t(bytes[i])) << (8 * (i - 8));
    if (headerSize > headerLimit || headerSize > bytes.size() - prefix)
        throw Error{source, "an NPY header of " + std::to_string(headerSize) + " bytes",
                    "the file is truncated or damaged"};
    const Header header = HeaderParser(bytes.substr(prefix, headerSize), source).parse();
    const std::string_view data = bytes.substr(prefix + headerSize);
    const auto count = boundedCount(header.sizes, int64_t(data.size()));
    const size_t size = bytesOf(header.stored);
    if (!count || uint64_t(*count) * size != data.size())
        throw Error{source,
                    "the shape does not agree with the " + std::to_string(data.size()) + " bytes that follow",
                    "the file is truncated or damaged"};
    Array array = decodeElements(data, header.stored, header.order, numberedAxes(header.sizes), source);
    if (header.fortran && header.sizes.size() > 1 && array.count())
        std::visit([&](auto& values) { values = transposed(values, array.type.axes); }, array.data);
    return array;
}

std::map<std::string, Array> parseNpz(std::string_view bytes, const std::string& source)
{
    std::map<std::string, Array> arrays;
    for (const auto& [name, content] : unzip(bytes, source, size_t(1) << 31)) {
        if (!name.ends_with(".npy")) continue;
        arrays.emplace(name.substr(0, name.size() - 4), parseNpy(content, source + ", " + name));
    }
    if (arrays.empty()) throw Error{source, "there is no array in the archive", "save it with numpy.savez"};
    return arrays;
}

} // namespace core::files
