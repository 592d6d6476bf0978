#include "core/data/readers.h"
#include "core/files/elements.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

namespace core::data
{

namespace
{

struct Row {
    size_t line; ///< 1-based, where the row starts
    std::vector<std::string> fields;
};

using Table = std::vector<Row>;

constexpr size_t columnLimit = 100'000;
constexpr size_t categoryLimit = 1000;

std::string at(const std::string& source, size_t line) { return source + ", line " + std::to_string(line); }

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

bool missing(std::string_view field)
{
    static constexpr std::string_view words[] = {"",    "?",   "NA",  "N/A",  "na",
                                                 "NaN", "nan", "NAN", "null", "NULL"};
    return std::find(std::begin(words), std::end(words), field) != std::end(words);
}

std::optional<float> number(std::string_view field)
{
    if (field.starts_with('+')) field.remove_prefix(1);
    double value = 0;
    const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (code != std::errc() || end != field.data() + field.size()) return std::nullopt;
    return float(value);
}

/// The delimiter that parts the first lines into the same number of fields, the most of them.
char detectDelimiter(std::string_view bytes)
{
    char best = ',';
    size_t bestCount = 0;
    for (const char candidate : {',', ';', '\t', '|', ' '}) {
        size_t lines = 0, least = SIZE_MAX, count = 0;
        bool quoted = false;
        for (size_t i = 0; i < bytes.size() && lines < 20; ++i) {
            if (bytes[i] == '"') quoted = !quoted;
            if (!quoted && bytes[i] == candidate && !(candidate == ' ' && i && bytes[i - 1] == ' ')) ++count;
            if (!quoted && bytes[i] == '\n') {
                if (count || (i && bytes[i - 1] != '\n')) least = std::min(least, count);
                ++lines;
                count = 0;
            }
        }
        if (lines == 0) least = count;
        if (least != SIZE_MAX && least > bestCount) best = candidate, bestCount = least;
    }
    return best;
}

/// RFC 4180 with any delimiter; empty lines are skipped; runs of spaces are one delimiter.
Table parseTable(std::string_view bytes, char delimiter, const std::string& source)
{
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    Table table;
    size_t line = 1, i = 0;
    while (i < bytes.size()) {
        Row row{line, {}};
        bool ended = false;
        while (!ended) {
            if (delimiter == ' ')
                while (i < bytes.size() && bytes[i] == ' ') ++i;
            std::string field;
            size_t start = i;
            while (start < bytes.size() && bytes[start] == ' ') ++start;
            if (start < bytes.size() && bytes[start] == '"') {
                for (i = start + 1;; ++i) {
                    if (i >= bytes.size())
                        throw Error{at(source, row.line), "a quote is not closed", "add the closing \""};
                    if (bytes[i] == '\n') ++line;
                    if (bytes[i] == '"' && !(i + 1 < bytes.size() && bytes[i + 1] == '"')) break;
                    if (bytes[i] == '"') ++i;
                    field += bytes[i];
                }
                for (++i; i < bytes.size() && (bytes[i] == ' ' || bytes[i] == '\r') && bytes[i] != delimiter;)
                    ++i;
                if (i < bytes.size() && bytes[i] != delimiter && bytes[i] != '\n')
                    throw Error{at(source, line), "text after a closing quote",
                                "double a quote inside a quoted field"};
            } else {
                size_t end = i;
                while (end < bytes.size() && bytes[end] != delimiter && bytes[end] != '\n') ++end;
                const std::string_view raw = bytes.substr(i, end - i);
                if (raw.find('\0') != raw.npos)
                    throw Error{at(source, line), "a zero byte: this is not a table of text", ""};
                field = trimmed(raw);
                i = end;
            }
            ended = i >= bytes.size() || bytes[i] == '\n';
            ++i;
            if (!(delimiter == ' ' && ended && field.empty() && !row.fields.empty()))
                row.fields.push_back(std::move(field));
            if (row.fields.size() > columnLimit)
                throw Error{at(source, line), "more than " + std::to_string(columnLimit) + " columns", ""};
        }
        ++line;
        if (row.fields.size() == 1 && row.fields[0].empty()) continue;
        if (!table.empty() && row.fields.size() != table.front().fields.size())
            throw Error{at(source, row.line),
                        std::to_string(row.fields.size()) + " fields where the first line has " +
                            std::to_string(table.front().fields.size()),
                        "every line needs the same number of fields"};
        table.push_back(std::move(row));
    }
    return table;
}

char delimiterOf(const CsvOptions& options, std::string_view bytes)
{
    if (options.delimiter == "comma") return ',';
    if (options.delimiter == "semicolon") return ';';
    if (options.delimiter == "tab") return '\t';
    if (options.delimiter == "bar") return '|';
    if (options.delimiter == "space") return ' ';
    return detectDelimiter(bytes);
}

/// A header has text over numbers in some column; or, all being text, names that occur nowhere below.
bool detectHeader(const Table& table)
{
    if (table.size() < 2) return false;
    bool allText = true;
    for (size_t column = 0; column < table[0].fields.size(); ++column) {
        const std::string& name = table[0].fields[column];
        if (number(name)) return false;
        const size_t rows = std::min<size_t>(table.size(), 50);
        size_t numbers = 0, known = 0;
        for (size_t row = 1; row < rows; ++row) {
            const std::string& field = table[row].fields[column];
            if (missing(field)) continue;
            ++known;
            numbers += number(field).has_value();
            if (field == name) return false;
        }
        if (known && numbers * 2 > known) return true;
        allText = allText && numbers == 0;
    }
    return allText;
}

/// A column whose known fields are numbers for the greater part is a column of numbers; others in it are
/// mistakes.
bool numericColumn(const Table& table, size_t column)
{
    size_t numbers = 0, known = 0;
    for (const Row& row : table)
        if (!missing(row.fields[column])) ++known, numbers += number(row.fields[column]).has_value();
    return numbers * 2 >= known;
}

std::vector<std::string> categories(const Table& table, size_t column)
{
    std::set<std::string> names;
    for (const Row& row : table)
        if (!missing(row.fields[column])) names.insert(row.fields[column]);
    return {names.begin(), names.end()};
}

class TableReader
{
public:
    TableReader(Table table, std::vector<std::string> names, const std::string& source,
                const CsvOptions& options)
        : m_table(std::move(table))
        , m_names(std::move(names))
        , m_source(source)
        , m_options(options)
    {
    }

    Examples read(size_t label)
    {
        readLabels(label);
        struct Column {
            size_t index;
            std::vector<std::string> categories; ///< empty: numbers
        };
        std::vector<Column> columns;
        for (size_t i = 0; i < m_names.size(); ++i) {
            if (i == label) continue;
            columns.push_back({i, {}});
            if (numericColumn(m_table, i)) {
                m_result.set.featureNames.push_back(m_names[i]);
                continue;
            }
            columns.back().categories = categories(m_table, i);
            if (columns.back().categories.size() > categoryLimit)
                throw Error{m_source + ", column " + m_names[i],
                            "more than " + std::to_string(categoryLimit) + " different texts",
                            "remove the column or turn it into numbers"};
            for (const std::string& name : columns.back().categories)
                m_result.set.featureNames.push_back(m_names[i] + "=" + name);
        }
        const int64_t rows = int64_t(m_table.size()), features = int64_t(m_result.set.featureNames.size());
        if (features == 0)
            throw Error{m_source, "there is no column besides the label", "is the delimiter right?"};
        const auto count = files::boundedCount(std::vector{rows, features}, elementLimit);
        if (!count) throw Error{m_source, "the table is too large", ""};
        std::vector<float> x(static_cast<size_t>(*count));
        float* value = x.data();
        for (const Row& row : m_table)
            for (const Column& column : columns) {
                const std::string& field = row.fields[column.index];
                if (column.categories.empty()) {
                    *value++ = feature(row, column.index);
                } else {
                    // A missing category is all zeros with missing = mean, an Error otherwise.
                    if (missing(field)) requireAllowed(row, column.index);
                    for (const std::string& name : column.categories) *value++ = field == name;
                }
            }
        m_result.set.x = Array::real({{"example", rows}, {"feature", features}}, std::move(x));
        m_result.fillMissing = m_options.missing == "mean";
        return std::move(m_result);
    }

private:
    std::string where(const Row& row, size_t column) const
    {
        return at(m_source, row.line) + ", column " + std::to_string(column + 1) + " (" + m_names[column] +
               ")";
    }
    void requireAllowed(const Row& row, size_t column) const
    {
        if (m_options.missing != "mean")
            throw Error{where(row, column), "the value is missing",
                        "set `missing` to mean, or remove the line"};
    }
    float feature(const Row& row, size_t column) const
    {
        const std::string& field = row.fields[column];
        if (missing(field)) {
            requireAllowed(row, column);
            return NAN;
        }
        return finiteNumber(row, column);
    }
    float finiteNumber(const Row& row, size_t column) const
    {
        const auto value = number(row.fields[column]);
        if (!value)
            throw Error{where(row, column), "\"" + row.fields[column].substr(0, 40) + "\" is not a number",
                        ""};
        if (!std::isfinite(*value)) throw Error{where(row, column), "the value is not finite", ""};
        return *value;
    }

    void readLabels(size_t label)
    {
        Dataset& set = m_result.set;
        const int64_t rows = int64_t(m_table.size());
        std::vector<std::string> names = categories(m_table, label);
        for (const Row& row : m_table)
            if (missing(row.fields[label]))
                throw Error{where(row, label), "the label is missing", "remove the line"};
        const bool numeric = numericColumn(m_table, label);
        bool whole = numeric;
        if (numeric)
            for (const Row& row : m_table) {
                const float value = finiteNumber(row, label);
                whole = whole && value == std::floor(value);
            }
        // Whole numbers are classes when they are few and each occurs often.
        const bool few = whole && names.size() <= 20 && int64_t(names.size()) * 5 <= rows;
        const bool classes =
            m_options.task == "classification" || (m_options.task == "auto" && (!numeric || few));
        if (!classes) {
            if (!numeric)
                throw Error{m_source, "the label column holds text, which cannot be regressed", "set task"};
            set.task = Task::Regression;
            std::vector<float> y;
            for (const Row& row : m_table) y.push_back(*number(row.fields[label]));
            set.y = Array::real({{"example", rows}}, std::move(y));
            return;
        }
        if (names.size() > 100'000) throw Error{m_source, "too many classes", "is `label` the right column?"};
        if (numeric)
            std::sort(names.begin(), names.end(),
                      [](const auto& a, const auto& b) { return *number(a) < *number(b); });
        std::map<std::string, int32_t, std::less<>> index;
        for (const std::string& name : names) index.emplace(name, int32_t(index.size()));
        std::vector<int32_t> y;
        for (const Row& row : m_table) y.push_back(index.find(row.fields[label])->second);
        set.task = Task::Classification;
        set.classNames = std::move(names);
        set.y = Array::integer({{"example", rows}}, std::move(y));
    }

    Table m_table;
    std::vector<std::string> m_names;
    const std::string& m_source;
    const CsvOptions& m_options;
    Examples m_result;
};

} // namespace

Examples readCsv(std::string_view bytes, const std::string& source, const CsvOptions& options)
{
    Table table = parseTable(bytes, delimiterOf(options, bytes), source);
    if (table.empty()) throw Error{source, "the table is empty", ""};
    const size_t columns = table[0].fields.size();
    const bool header = options.header == "yes" || (options.header == "auto" && detectHeader(table));
    std::vector<std::string> names;
    if (header) {
        names = table[0].fields;
        table.erase(table.begin());
    } else {
        for (size_t i = 0; i < columns; ++i) names.push_back("column" + std::to_string(i + 1));
    }
    if (table.empty()) throw Error{source, "the table has a header but no rows", ""};
    size_t label = columns - 1;
    if (!options.label.empty()) {
        label = size_t(std::find(names.begin(), names.end(), options.label) - names.begin());
        const auto position = number(options.label);
        if (label == columns && position && *position >= 1 && *position <= float(columns))
            label = size_t(*position) - 1;
        if (label == columns) {
            std::string known;
            for (size_t i = 0; i < std::min<size_t>(columns, 20); ++i) known += (i ? ", " : "") + names[i];
            throw Error{source, "there is no column \"" + options.label + "\"", "columns: " + known};
        }
    }
    return TableReader(std::move(table), std::move(names), source, options).read(label);
}

} // namespace core::data
