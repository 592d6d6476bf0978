#include "core/backend/cpu/rows.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace core::cpu
{

namespace
{

using Extent = RowMember::Extent;

constexpr int64_t tileFloats = 1024;

int64_t padded(int64_t n) { return (n + 15) / 16 * 16; }

/// Neighbouring axes that every operand walks through evenly become one.
std::vector<std::vector<int>> collapse(const PlanKernel& kernel, const std::vector<int>& axes)
{
    std::vector<std::vector<int>> groups;
    for (int axis : axes) {
        if (kernel.axes[size_t(axis)].size == 1) continue;
        bool joins = !groups.empty();
        for (const std::vector<PlanOperand>* operands : {&kernel.reads, &kernel.writes})
            for (const PlanOperand& operand : *operands)
                joins = joins && operand.strides[size_t(groups.back().back())] ==
                                     operand.strides[size_t(axis)] * kernel.axes[size_t(axis)].size;
        if (joins)
            groups.back().push_back(axis);
        else
            groups.push_back({axis});
    }
    return groups;
}

int64_t sizeOf(const PlanKernel& kernel, const std::vector<int>& group)
{
    int64_t size = 1;
    for (int axis : group) size *= kernel.axes[size_t(axis)].size;
    return size;
}

} // namespace

RowsKernel::RowsKernel(const PlanKernel& kernel, const Storage& storage, int threads)
{
    shape(kernel);
    for (const std::vector<PlanOperand>* operands : {&kernel.reads, &kernel.writes})
        for (const PlanOperand& operand : *operands) m_operands.push_back(strided(operand, storage));
    compile(kernel, storage);
    allocate();
    m_workers.resize(size_t(threads));
}

void RowsKernel::shape(const PlanKernel& kernel)
{
    const int split = kernel.split[0];
    std::vector<int> all(kernel.axes.size());
    std::iota(all.begin(), all.end(), 0);
    if (split >= 0) {
        m_outerGroups = collapse(kernel, {all.begin(), all.begin() + split});
        m_innerGroups = collapse(kernel, {all.begin() + split, all.end()});
    } else {
        // Nothing is reduced: rows are what the operands walk through evenly, if that is long enough to be
        // worth it.
        m_outerGroups = collapse(kernel, all);
        int64_t length = 1;
        while (m_outerGroups.size() > 1 && length < 16) {
            const int64_t size = sizeOf(kernel, m_outerGroups.back());
            if (length > 1 && length * size > 4 * tileFloats) break;
            length *= size;
            m_innerGroups.insert(m_innerGroups.begin(), m_outerGroups.back());
            m_outerGroups.pop_back();
        }
    }
    for (const std::vector<int>& group : m_outerGroups)
        m_outerSizes.push_back(sizeOf(kernel, group)), m_rows *= m_outerSizes.back();
    for (const std::vector<int>& group : m_innerGroups)
        m_innerSizes.push_back(sizeOf(kernel, group)), m_length *= m_innerSizes.back();
    m_tileRows = std::clamp<int64_t>(tileFloats / m_length, 1, m_rows);
    const int64_t aligned = 16 / std::gcd<int64_t>(16, m_length);
    if (m_tileRows < m_rows) m_tileRows = std::min(m_rows, (m_tileRows + aligned - 1) / aligned * aligned);
    if (m_tileRows < m_rows && m_tileRows >= 16)
        m_tileRows = m_tileRows / 16 * 16; // row values stay aligned too
    m_tiles = (m_rows + m_tileRows - 1) / m_tileRows;
}

RowsKernel::Strided RowsKernel::strided(const PlanOperand& operand, const Storage& storage) const
{
    Strided s;
    s.base = static_cast<float*>(storage.buffers[size_t(operand.buffer)]) + operand.offset;
    s.integer = storage.elements[size_t(operand.buffer)] == Element::Integer;
    for (size_t g = 0; g < m_outerGroups.size(); ++g) {
        s.sizes.push_back(m_outerSizes[g]);
        s.strides.push_back(operand.strides[size_t(m_outerGroups[g].back())]);
    }
    // The operand's own rows may be fewer axes than those of the kernel.
    for (size_t g = s.sizes.size(); g-- > 1;)
        if (s.strides[g - 1] == s.strides[g] * s.sizes[g]) {
            s.sizes[g - 1] *= s.sizes[g];
            s.strides[g - 1] = s.strides[g];
            s.sizes.erase(s.sizes.begin() + ptrdiff_t(g));
            s.strides.erase(s.strides.begin() + ptrdiff_t(g));
        }
    s.within = {0};
    for (size_t g = 0; g < m_innerGroups.size(); ++g) {
        const int64_t stride = operand.strides[size_t(m_innerGroups[g].back())];
        std::vector<int64_t> next;
        next.reserve(s.within.size() * size_t(m_innerSizes[g]));
        for (int64_t offset : s.within)
            for (int64_t i = 0; i < m_innerSizes[g]; ++i) next.push_back(offset + i * stride);
        s.within = std::move(next);
    }
    s.step = s.within.size() > 1 ? s.within[1] : 0;
    s.even = true;
    for (size_t i = 0; i < s.within.size(); ++i) s.even = s.even && s.within[i] == int64_t(i) * s.step;
    return s;
}

/// The tiles of the operand lie one behind the other, aligned, so kernels can work in place.
bool RowsKernel::direct(const Strided& s, bool row) const
{
    const int64_t unit = row ? 1 : m_length;
    if (s.integer || s.sizes.size() > 1 || reinterpret_cast<uintptr_t>(s.base) % 64 != 0) return false;
    if (m_rows > 1 && (s.strides.empty() || s.strides[0] != unit)) return false;
    if (!row && m_length > 1 && !(s.even && s.step == 1)) return false;
    return m_tiles == 1 || m_tileRows * unit % 16 == 0;
}

int RowsKernel::loadRead(const PlanKernel& kernel, const Storage&, int read, bool row)
{
    const auto known = m_loaded.find({read, row});
    if (known != m_loaded.end()) return known->second;
    const Strided& s = m_operands[size_t(read)];
    Register reg;
    reg.row = row;
    const int id = int(m_registers.size());
    const bool still =
        std::all_of(s.strides.begin(), s.strides.end(), [](int64_t stride) { return stride == 0; });
    if (direct(s, row)) {
        reg.place = Register::Place::Memory;
        reg.base = s.base;
        m_moving.push_back({id, m_tileRows * (row ? 1 : m_length)});
        m_registers.push_back(reg);
    } else {
        Micro micro;
        micro.kind = Micro::Kind::Load;
        micro.row = row;
        micro.dst = id;
        micro.operand = read;
        // What no row changes is loaded once, unless the kernel itself may overwrite it.
        reg.kept =
            still && std::none_of(kernel.writes.begin(), kernel.writes.end(), [&](const PlanOperand& w) {
                return w.buffer == kernel.reads[size_t(read)].buffer;
            });
        m_registers.push_back(reg);
        (reg.kept ? m_once : m_code).push_back(micro);
    }
    return m_loaded[{read, row}] = id;
}

int RowsKernel::asElement(int reg)
{
    if (!m_registers[size_t(reg)].row || m_registers[size_t(reg)].place == Register::Place::Constant)
        return reg;
    if (m_length == 1) return reg;
    const auto known = m_spread.find(reg);
    if (known != m_spread.end()) return known->second;
    Micro micro;
    micro.kind = Micro::Kind::Spread;
    micro.a = reg;
    micro.dst = int(m_registers.size());
    m_registers.push_back({});
    m_code.push_back(micro);
    return m_spread[reg] = micro.dst;
}

void RowsKernel::compile(const PlanKernel& kernel, const Storage& storage)
{
    std::vector<int> values;                 // register of each member
    std::vector<std::pair<int, int>> stores; // register, operand
    const auto operandOf = [&](const RowMember& member) { return int(kernel.reads.size()) + member.write; };
    const auto fetch = [&](int input, bool row) {
        if (input < 0) return row ? values[size_t(~input)] : asElement(values[size_t(~input)]);
        const Strided& s = m_operands[size_t(input)];
        const bool constantInRow = s.even && s.step == 0 && !s.integer;
        if (row) return loadRead(kernel, storage, input, true);
        // A value a row that changes with the row is read as such and spread.
        const bool moves =
            std::any_of(s.strides.begin(), s.strides.end(), [](int64_t stride) { return stride != 0; });
        if (constantInRow && moves && m_length > 1) return asElement(loadRead(kernel, storage, input, true));
        return loadRead(kernel, storage, input, false);
    };
    for (const RowMember& member : kernel.members) {
        if (!member.reduction.empty()) {
            const Reduction& reduction = findReduction(member.reduction);
            const bool rowValues = member.of == Extent::Row;
            Micro micro;
            micro.reduction = &reduction;
            micro.row = rowValues;
            micro.a = fetch(member.inputs[0], rowValues);
            if (member.extent == Extent::Row) {
                micro.kind = Micro::Kind::ReduceRows;
                micro.row = false;
                micro.dst = int(m_registers.size());
                Register reg;
                reg.row = true;
                m_registers.push_back(reg);
                values.push_back(micro.dst);
                if (member.write >= 0) stores.push_back({micro.dst, operandOf(member)});
            } else {
                const bool column = member.extent == Extent::Column;
                micro.kind = column ? Micro::Kind::Column : Micro::Kind::Whole;
                micro.dst = int(m_accumulators.size());
                const int64_t length = column ? m_length : 1;
                m_accumulators.push_back({&reduction, m_taskPartial, length, operandOf(member)});
                m_taskPartial += padded(length + lanes);
                values.push_back(-1);
            }
            m_code.push_back(micro);
            continue;
        }
        const bool row = member.extent == Extent::Row;
        std::vector<int> inputs;
        for (int input : member.inputs)
            inputs.push_back(language::uses(member.formula, int(inputs.size())) ? fetch(input, row) : -1);
        const language::StripCode code =
            language::compileStrip(std::span(&member.formula, 1), int(member.inputs.size()));
        std::vector<int> machine(size_t(std::max(code.registers, code.inputs)), -1);
        std::copy(inputs.begin(), inputs.end(), machine.begin());
        std::vector<int> constants;
        for (float constant : code.constants) {
            constants.push_back(int(m_registers.size()));
            m_constants.push_back(std::vector<float>(size_t(padded(m_tileRows * m_length)) + 32, constant));
            Register reg;
            reg.place = Register::Place::Constant;
            reg.row = row;
            auto address = reinterpret_cast<uintptr_t>(m_constants.back().data());
            reg.base = reinterpret_cast<float*>((address + 63) / 64 * 64);
            m_registers.push_back(reg);
        }
        const auto operand = [&](int32_t o) { return o < 0 ? constants[size_t(~o)] : machine[size_t(o)]; };
        for (const language::StripInstruction& instruction : code.code) {
            Micro micro;
            micro.row = row;
            micro.kernel = instruction.kernel;
            micro.a = operand(instruction.a), micro.b = operand(instruction.b),
            micro.c = operand(instruction.c);
            for (int* unused : {&micro.b, &micro.c})
                if (*unused < 0) *unused = micro.a;
            if (micro.a < 0) micro.a = micro.b = micro.c = 0;
            micro.dst = int(m_registers.size());
            Register reg;
            reg.row = row;
            m_registers.push_back(reg);
            machine[size_t(instruction.dst)] = micro.dst;
            m_code.push_back(micro);
        }
        values.push_back(operand(code.results[0]));
        if (member.write >= 0) stores.push_back({values.back(), operandOf(member)});
    }

    // Last reads, then results straight into memory where nothing reads the old content afterwards.
    const auto reads = [](const Micro& micro, auto visit) {
        if (micro.kind == Micro::Kind::Load) return;
        visit(micro.a);
        if (micro.kind == Micro::Kind::Strip) visit(micro.b), visit(micro.c);
    };
    for (size_t i = 0; i < m_code.size(); ++i)
        reads(m_code[i], [&](int reg) { m_registers[size_t(reg)].last = int(i); });
    for (const auto& [reg, operand] : stores) {
        Register& r = m_registers[size_t(reg)];
        const Strided& s = m_operands[size_t(operand)];
        const int buffer = kernel.writes[size_t(operand) - kernel.reads.size()].buffer;
        const auto writer = std::find_if(m_code.begin(), m_code.end(), [&](const Micro& micro) {
            return (micro.kind == Micro::Kind::Strip || micro.kind == Micro::Kind::ReduceRows) &&
                   micro.dst == reg;
        });
        bool inPlace =
            r.place == Register::Place::Scratch && !r.kept && writer != m_code.end() && direct(s, r.row);
        const int at = int(writer - m_code.begin());
        for (size_t k = 0; k < kernel.reads.size() && inPlace; ++k) {
            if (kernel.reads[k].buffer != buffer) continue;
            for (bool row : {false, true}) {
                const auto loaded = m_loaded.find({int(k), row});
                if (loaded == m_loaded.end()) continue;
                const Register& old = m_registers[size_t(loaded->second)];
                const auto load = std::find_if(m_code.begin(), m_code.end(), [&](const Micro& micro) {
                    return micro.kind == Micro::Kind::Load && micro.dst == loaded->second;
                });
                if (old.place == Register::Place::Memory ? old.last > at : int(load - m_code.begin()) > at)
                    inPlace = false;
            }
        }
        if (inPlace) {
            r.place = Register::Place::Memory;
            r.base = s.base;
            m_moving.push_back({reg, m_tileRows * (r.row ? 1 : m_length)});
            continue;
        }
        Micro micro;
        micro.kind = Micro::Kind::Store;
        micro.row = r.row;
        micro.a = reg;
        micro.operand = operand;
        m_code.push_back(micro);
        r.last = int(m_code.size()) - 1;
    }
}

void RowsKernel::allocate()
{
    const int64_t whole = padded(m_tileRows * m_length) + 16, single = padded(m_tileRows) + 16;
    std::vector<int64_t> freeWhole, freeSingle;
    const auto take = [&](bool row) {
        std::vector<int64_t>& list = row ? freeSingle : freeWhole;
        if (!list.empty()) {
            const int64_t offset = list.back();
            list.pop_back();
            return offset;
        }
        const int64_t offset = m_scratch;
        m_scratch += row ? single : whole;
        return offset;
    };
    for (const Micro& micro : m_once) m_registers[size_t(micro.dst)].offset = take(micro.row);
    for (size_t i = 0; i < m_code.size(); ++i) {
        const Micro& micro = m_code[i];
        const bool writes = micro.kind != Micro::Kind::Store && micro.kind != Micro::Kind::Column &&
                            micro.kind != Micro::Kind::Whole;
        if (writes) {
            Register& reg = m_registers[size_t(micro.dst)];
            if (reg.place == Register::Place::Scratch) {
                reg.offset = take(reg.row);
                if (reg.last < int(i)) (reg.row ? freeSingle : freeWhole).push_back(reg.offset);
            }
        }
        if (micro.kind == Micro::Kind::Load) continue;
        int read[3] = {micro.a, micro.b, micro.c};
        const int count = micro.kind == Micro::Kind::Strip ? 3 : 1;
        for (int k = 0; k < count; ++k) {
            Register& reg = m_registers[size_t(read[k])];
            if (reg.place != Register::Place::Scratch || reg.kept || reg.last != int(i)) continue;
            (reg.row ? freeSingle : freeWhole).push_back(reg.offset);
            reg.last = -2; // freed once
        }
    }
    double work = double(m_rows * m_length) * double(m_code.size() + m_once.size());
    m_tasks = int(std::clamp<int64_t>(int64_t(work / (1 << 16)), 1, std::min<int64_t>(m_tiles, 16)));
    m_partial = m_taskPartial * m_tasks;
}

void RowsKernel::bind(float* const* scratch, float* partial)
{
    m_partials = partial;
    for (size_t w = 0; w < m_workers.size(); ++w) {
        m_workers[w].scratch = scratch[w];
        for (const Register& reg : m_registers)
            m_workers[w].registers.push_back(reg.place == Register::Place::Scratch ? scratch[w] + reg.offset
                                                                                   : reg.base);
    }
}

/// visit(offset, first, count, stride): so many rows from `first` of those asked for lie `stride` apart, the
/// first of them at base + offset.
template<class Visit>
void RowsKernel::walk(const Strided& s, int64_t firstRow, int64_t rows, const Visit& visit)
{
    int64_t index[16] = {}, at = 0, rest = firstRow;
    const int axes = int(s.sizes.size());
    assert(axes <= 16);
    if (axes == 0) {
        visit(at, int64_t(0), rows, int64_t(0));
        return;
    }
    for (int d = axes; d-- > 0;) {
        index[d] = rest % s.sizes[size_t(d)];
        rest /= s.sizes[size_t(d)];
        at += index[d] * s.strides[size_t(d)];
    }
    const int64_t stride = s.strides[size_t(axes) - 1], size = s.sizes[size_t(axes) - 1];
    for (int64_t r = 0; r < rows;) {
        const int64_t run = std::min(rows - r, size - index[axes - 1]);
        visit(at, r, run, stride);
        r += run;
        at += run * stride;
        index[axes - 1] += run;
        for (int d = axes; d-- > 0 && index[d] == s.sizes[size_t(d)];) {
            at -= index[d] * s.strides[size_t(d)];
            index[d] = 0;
            if (d > 0) ++index[d - 1], at += s.strides[size_t(d) - 1];
        }
    }
}

void RowsKernel::load(const Strided& s, float* to, int64_t firstRow, int64_t rows, bool row) const
{
    const int64_t length = row ? 1 : m_length;
    walk(s, firstRow, rows, [&](int64_t at, int64_t r, int64_t run, int64_t stride) {
        const float* from = s.base + at;
        if (s.integer) {
            const auto* whole = reinterpret_cast<const int32_t*>(from);
            for (int64_t i = 0; i < run; ++i)
                for (int64_t e = 0; e < length; ++e)
                    to[(r + i) * length + e] = float(whole[i * stride + s.within[size_t(e)]]);
        } else if (length == 1) {
            if (stride == 1)
                std::memcpy(to + r, from, size_t(run) * 4);
            else if (stride == 0)
                std::fill_n(to + r, run, *from);
            else
                for (int64_t i = 0; i < run; ++i) to[r + i] = from[i * stride];
        } else if (s.even && s.step == 1) {
            if (stride == length)
                std::memcpy(to + r * length, from, size_t(run * length) * 4);
            else
                for (int64_t i = 0; i < run; ++i)
                    copyFloats(to + (r + i) * length, from + i * stride, length);
        } else if (s.even && s.step == 0) {
            for (int64_t i = 0; i < run; ++i) std::fill_n(to + (r + i) * length, length, from[i * stride]);
        } else if (s.even) {
            for (int64_t i = 0; i < run; ++i)
                for (int64_t e = 0; e < length; ++e) to[(r + i) * length + e] = from[i * stride + e * s.step];
        } else {
            for (int64_t i = 0; i < run; ++i)
                for (int64_t e = 0; e < length; ++e)
                    to[(r + i) * length + e] = from[i * stride + s.within[size_t(e)]];
        }
    });
}

void RowsKernel::store(const Strided& s, const float* from, int64_t firstRow, int64_t rows, bool row) const
{
    const int64_t length = row ? 1 : m_length;
    walk(s, firstRow, rows, [&](int64_t at, int64_t r, int64_t run, int64_t stride) {
        for (int64_t i = r; i < r + run; ++i, at += stride) {
            float* to = s.base + at;
            if (s.even && s.step == 1)
                copyFloats(to, from + i * length, length);
            else
                for (int64_t e = 0; e < length; ++e) to[s.within[size_t(e)]] = from[i * length + e];
        }
    });
}

void RowsKernel::execute(const Micro& micro, Worker& worker, float* accumulators, int64_t firstRow,
                         int64_t rows) const
{
    float* const* registers = worker.registers.data();
    switch (micro.kind) {
    case Micro::Kind::Strip:
        micro.kernel(registers[micro.dst], registers[micro.a], registers[micro.b], registers[micro.c],
                     int(micro.row ? rows : rows * m_length));
        break;
    case Micro::Kind::Load:
        load(m_operands[size_t(micro.operand)], registers[micro.dst], firstRow, rows, micro.row);
        break;
    case Micro::Kind::Store:
        store(m_operands[size_t(micro.operand)], registers[micro.a], firstRow, rows, micro.row);
        break;
    case Micro::Kind::ReduceRows:
        micro.reduction->rows(registers[micro.dst], registers[micro.a], rows, m_length);
        break;
    case Micro::Kind::Spread: {
        // Ascending, so what a row writes beyond its end is overwritten by the next.
        float* to = registers[micro.dst];
        const float* from = registers[micro.a];
        for (int64_t r = 0; r < rows; ++r) {
            const Vector value = splat(from[r]);
            for (int64_t e = 0; e < m_length; e += lanes) cpu::store(to + r * m_length + e, value);
        }
        break;
    }
    case Micro::Kind::Column:
        micro.reduction->columns(accumulators + m_accumulators[size_t(micro.dst)].offset, registers[micro.a],
                                 rows, m_length);
        break;
    case Micro::Kind::Whole: {
        float& sum = accumulators[m_accumulators[size_t(micro.dst)].offset];
        const float part = micro.reduction->strip(registers[micro.a], micro.row ? rows : rows * m_length);
        float strip[2] = {sum, part};
        sum = micro.reduction->strip(strip, 2);
        break;
    }
    }
}

void RowsKernel::task(int index, int number)
{
    Worker& worker = m_workers[size_t(number)];
    float* accumulators = m_partials + index * m_taskPartial;
    for (const Accumulator& accumulator : m_accumulators)
        std::fill_n(accumulators + accumulator.offset, accumulator.length, accumulator.reduction->start);
    for (const Micro& micro : m_once) execute(micro, worker, accumulators, 0, m_tileRows);
    const int64_t first = m_tiles * index / m_tasks, last = m_tiles * (index + 1) / m_tasks;
    for (int64_t tile = first; tile < last; ++tile) {
        if (m_tiles > 1)
            for (const auto& [reg, step] : m_moving)
                worker.registers[size_t(reg)] = m_registers[size_t(reg)].base + tile * step;
        const int64_t row = tile * m_tileRows, rows = std::min(m_tileRows, m_rows - row);
        for (const Micro& micro : m_code) execute(micro, worker, accumulators, row, rows);
    }
}

void RowsKernel::combine()
{
    for (const Accumulator& accumulator : m_accumulators) {
        float* sum = m_partials + accumulator.offset;
        for (int t = 1; t < m_tasks; ++t) {
            const float* part = m_partials + t * m_taskPartial + accumulator.offset;
            accumulator.reduction->columns(sum, part, 1, accumulator.length);
        }
        const Strided& s = m_operands[size_t(accumulator.operand)];
        if (accumulator.length == 1)
            *s.base = *sum;
        else
            for (int64_t e = 0; e < accumulator.length; ++e) s.base[s.within[size_t(e)]] = sum[e];
    }
}

void RowsKernel::run(ThreadPool& pool)
{
    if (m_tasks == 1)
        task(0, 0);
    else
        pool.parallel(
            m_tasks,
            [](void* self, int index, int worker) { static_cast<RowsKernel*>(self)->task(index, worker); },
            this);
    if (!m_accumulators.empty()) combine();
}

} // namespace core::cpu
