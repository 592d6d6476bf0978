#include "core/backend/cpu/epilogue.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace core::cpu
{

namespace
{

constexpr int64_t chunkFloats = 1024; // of each value, in L1
constexpr int64_t wholeColumns = 256; // from here on rows are worked on one by one, in place
constexpr int64_t mostFloats = 2 * chunkFloats, slot = mostFloats + 16;

/// Rows that are worked on together; where they follow each other without gaps, whole vectors of them.
int64_t rowsAtOnce(int64_t columns, bool together)
{
    const int64_t whole = 16 / std::gcd<int64_t>(16, columns);
    if (columns >= wholeColumns && !(together && whole * columns <= mostFloats)) return 1;
    const int64_t rows = std::max<int64_t>(1, chunkFloats / columns);
    return together ? std::max(rows / whole, int64_t(1)) * whole : rows;
}

/// Whole vectors: up to 15 more than asked for.
void fill(float* to, int64_t count, float value)
{
    const Vector v = splat(value);
    for (int64_t i = 0; i < count; i += lanes) cpu::store(to + i, v);
}

} // namespace

OffsetTable::OffsetTable(std::vector<int64_t> table)
    : offsets(std::move(table))
{
    assert(!offsets.empty() && offsets[0] == 0);
    stride = offsets.size() > 1 ? offsets[1] : 0;
    for (size_t i = 0; i < offsets.size(); ++i) regular = regular && offsets[i] == int64_t(i) * stride;
}

OffsetTable::OffsetTable(const std::vector<Axis>& axes, const std::vector<int64_t>& strides, int first,
                         int last)
{
    std::vector<int64_t> table = {0};
    for (int d = first; d < last; ++d) {
        std::vector<int64_t> next;
        next.reserve(table.size() * size_t(axes[size_t(d)].size));
        for (int64_t offset : table)
            for (int64_t i = 0; i < axes[size_t(d)].size; ++i)
                next.push_back(offset + i * strides[size_t(d)]);
        table = std::move(next);
    }
    *this = OffsetTable(std::move(table));
}

int64_t OffsetTable::run() const
{
    size_t length = 1;
    while (length < offsets.size() && offsets[length] == int64_t(length) * stride) ++length;
    if (offsets.size() % length != 0) return 1;
    for (size_t i = 0; i < offsets.size(); ++i)
        if (offsets[i] != offsets[i / length * length] + int64_t(i % length) * stride) return 1;
    return int64_t(length);
}

Epilogue::Epilogue(const PlanKernel& kernel, const Storage& storage)
{
    const auto operand = [&](const PlanOperand& from) {
        const auto& split = kernel.split;
        const auto table = [&](int first, int last) {
            return OffsetTable(kernel.axes, from.strides, first, last);
        };
        return Operand{static_cast<float*>(storage.buffers[size_t(from.buffer)]) + from.offset,
                       storage.elements[size_t(from.buffer)] == Element::Integer, table(0, split[1]),
                       table(split[1], split[2]), table(split[2], split[3])};
    };
    using language::Expression;
    std::vector<Expression> values = {Expression::variable(0)}, results;
    for (size_t i = 2; i < kernel.reads.size(); ++i) m_reads.push_back(operand(kernel.reads[i]));
    for (size_t k = 1; k < kernel.members.size(); ++k) {
        const RowMember& member = kernel.members[k];
        std::vector<Expression> inputs;
        for (int input : member.inputs)
            // Operands of the contraction that the formulas read too are read once more.
            if (input < 0)
                inputs.push_back(values[size_t(~input)]);
            else if (input >= 2)
                inputs.push_back(Expression::variable(input - 1));
            else {
                m_reads.push_back(operand(kernel.reads[size_t(input)]));
                inputs.push_back(Expression::variable(int(m_reads.size())));
            }
        values.push_back(language::substitute(member.formula, inputs));
        if (member.write < 0) continue;
        results.push_back(values.back());
        m_writes.push_back(operand(kernel.writes[size_t(member.write)]));
    }
    for (const Operand& operand : m_reads)
        if (!operand.row.still() && operand.column.regular && operand.column.stride == 1)
            m_fetched.push_back(operand);
    m_code = language::compileStrip(results, int(m_reads.size()) + 1);
    for (float constant : m_code.constants) m_constants.emplace_back(size_t(slot), constant);
    inPlace();
    m_places = (m_code.registers * int64_t(sizeof(float*)) / 4 + 15) / 16 * 16;
    m_scratch = m_places + m_code.registers * slot;
}

/// A result is calculated where it is to lie if nothing reads what lay there later on.
void Epilogue::inPlace()
{
    const auto& code = m_code.code;
    m_resultOf.assign(code.size(), -1);
    for (size_t j = 0; j < m_writes.size(); ++j) {
        int at = int(code.size()) - 1;
        while (at >= 0 && code[size_t(at)].dst != m_code.results[j]) --at;
        if (at < 0 || m_code.results[j] < m_code.inputs || m_resultOf[size_t(at)] >= 0) continue;
        const bool read = std::any_of(code.begin() + at + 1, code.end(), [&](const auto& step) {
            return std::any_of(m_reads.begin(), m_reads.end(), [&](const Operand& operand) {
                const int reg = int(&operand - m_reads.data()) + 1;
                return operand.base == m_writes[j].base && (step.a == reg || step.b == reg || step.c == reg);
            });
        });
        if (!read) m_resultOf[size_t(at)] = int(j);
    }
}

/// Can kernels work on it where it lies? They compute whole vectors, so those must be its own.
bool Epilogue::direct(const Operand& operand, const Chunk& chunk) const
{
    if (operand.integer || (chunk.rows * chunk.columns) % 16 != 0 || !operand.column.regular ||
        operand.column.stride != 1)
        return false;
    return chunk.rows == 1 || (operand.row.regular && operand.row.stride == chunk.columns);
}

float* Epilogue::address(const Operand& operand, const Chunk& chunk) const
{
    return operand.base + operand.batch.offsets[size_t(chunk.batch)] +
           operand.row.offsets[size_t(chunk.row)] + operand.column.offsets[size_t(chunk.column)];
}

void Epilogue::load(const Operand& operand, const Chunk& chunk, float* to) const
{
    const float* base = operand.base + operand.batch.offsets[size_t(chunk.batch)];
    const int64_t* columns = operand.column.offsets.data() + chunk.column;
    if (operand.row.still() && operand.column.still() && !operand.integer) {
        fill(to, chunk.rows * chunk.columns, *base);
        return;
    }
    const bool straight = operand.column.regular && operand.column.stride == 1 && !operand.integer;
    if (straight && operand.row.regular && operand.row.stride == chunk.columns) {
        std::memcpy(to, address(operand, chunk), size_t(chunk.rows * chunk.columns) * 4);
        return;
    }
    const int64_t different = operand.row.still() ? 1 : chunk.rows;
    float* const begin = to;
    for (int64_t r = 0; r < different; ++r, to += chunk.columns) {
        const float* from = base + operand.row.offsets[size_t(chunk.row + r)];
        if (operand.integer)
            for (int64_t e = 0; e < chunk.columns; ++e)
                to[e] = float(reinterpret_cast<const int32_t*>(from)[columns[e]]);
        else if (straight)
            copyFloats(to, from + columns[0], chunk.columns);
        else if (operand.column.still())
            fill(to, chunk.columns, *from);
        else
            for (int64_t e = 0; e < chunk.columns; ++e) to[e] = from[columns[e]];
    }
    // The same row again and again, twice as many at a time.
    for (int64_t done = different; done < chunk.rows; done *= 2)
        std::memcpy(begin + done * chunk.columns, begin,
                    size_t(std::min(done, chunk.rows - done) * chunk.columns) * 4);
}

void Epilogue::store(const Operand& operand, const Chunk& chunk, const float* from) const
{
    float* base = operand.base + operand.batch.offsets[size_t(chunk.batch)];
    const int64_t* columns = operand.column.offsets.data() + chunk.column;
    const bool straight = operand.column.regular && operand.column.stride == 1;
    if (straight && operand.row.regular && operand.row.stride == chunk.columns) {
        std::memcpy(address(operand, chunk), from, size_t(chunk.rows * chunk.columns) * 4);
        return;
    }
    for (int64_t r = 0; r < chunk.rows; ++r, from += chunk.columns) {
        float* to = base + operand.row.offsets[size_t(chunk.row + r)];
        if (straight)
            copyFloats(to + columns[0], from, chunk.columns);
        else
            for (int64_t e = 0; e < chunk.columns; ++e) to[columns[e]] = from[e];
    }
}

void Epilogue::fetch(const Part& part) const
{
    for (const Operand& operand : m_fetched) {
        const float* base = operand.base + operand.batch.offsets[size_t(part.batch)] + part.n0;
        for (int64_t row = part.m0; row < part.m1; ++row)
            for (int64_t column = 0; column < part.n1 - part.n0; column += 16)
                __builtin_prefetch(base + operand.row.offsets[size_t(row)] + column, 0, 2);
    }
}

template<class Sink> void Epilogue::run(const Part& part, float* scratch, Sink& sink) const
{
    auto** const places = reinterpret_cast<float**>(scratch);
    const auto own = [&](size_t reg) { return scratch + m_places + int64_t(reg) * slot; };
    const auto place = [&](int32_t o) { return o < 0 ? m_constants[size_t(~o)].data() : places[size_t(o)]; };
    for (size_t reg = 0; reg < size_t(m_code.registers); ++reg) places[reg] = own(reg);

    for (int64_t column = part.n0, end; column < part.n1; column = end) {
        end = std::min(part.n1, column + chunkFloats);
        const int64_t columns = end - column;
        const int64_t most = rowsAtOnce(columns, part.row == columns);
        for (int64_t row = part.m0; row < part.m1; row += most) {
            const Chunk chunk{part.batch, row, std::min(most, part.m1 - row), column, columns};
            const float* result = part.at + (row - part.m0) * part.row + column - part.n0;
            const bool together = chunk.rows == 1 || part.row == columns;
            const bool whole = together && (chunk.rows * columns) % 16 == 0;
            places[0] = whole ? const_cast<float*>(result) : own(0);
            if (together && !whole)
                sink.copy(own(0), result, chunk.rows * columns);
            else if (!whole)
                for (int64_t r = 0; r < chunk.rows; ++r)
                    sink.copy(own(0) + r * columns, result + r * part.row, columns);
            for (size_t i = 0; i < m_reads.size(); ++i) {
                const Operand& operand = m_reads[i];
                if (direct(operand, chunk))
                    places[i + 1] = address(operand, chunk);
                else {
                    places[i + 1] = own(i + 1);
                    if (row == part.m0 || !operand.row.still()) // else it is there from the rows before
                        sink.other([this, &operand, chunk, to = own(i + 1)] { load(operand, chunk, to); });
                }
            }
            const int n = int(chunk.rows * columns);
            for (size_t i = 0; i < m_code.code.size(); ++i) {
                const language::StripInstruction& step = m_code.code[i];
                const int result = m_resultOf[i];
                const bool there = result >= 0 && direct(m_writes[size_t(result)], chunk);
                float* const to = there ? address(m_writes[size_t(result)], chunk) : own(size_t(step.dst));
                sink.strip(step.kernel, to, place(step.a), place(step.b), place(step.c), n);
                places[size_t(step.dst)] = to;
            }
            for (size_t j = 0; j < m_writes.size(); ++j) {
                const float* from = place(m_code.results[j]);
                const bool there = direct(m_writes[j], chunk) && from == address(m_writes[j], chunk);
                if (!there) sink.other([this, j, chunk, from] { store(m_writes[j], chunk, from); });
            }
        }
    }
}

template void Epilogue::run(const Part&, float*, Immediately&) const;
template void Epilogue::run(const Part&, float*, Recording&) const;

} // namespace core::cpu
