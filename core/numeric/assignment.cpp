#include "core/numeric/assignment.h"

#include <cassert>
#include <limits>

namespace core::numeric
{

std::vector<int64_t> bestAssignment(const Matrix& gain)
{
    assert(gain.rows == gain.columns);
    const int64_t n = gain.rows;
    constexpr double infinite = std::numeric_limits<double>::infinity();
    // Row 0 and column 0 stand for "none": a row enters at column 0 and looks for its shortest way to a free
    // column.
    std::vector<double> ofRow(size_t(n + 1)), ofColumn(size_t(n + 1));
    std::vector<int64_t> rowOf(size_t(n + 1)), before(size_t(n + 1));
    for (int64_t row = 1; row <= n; ++row) {
        rowOf[0] = row;
        std::vector<double> least(size_t(n + 1), infinite);
        std::vector<char> done(size_t(n + 1));
        int64_t column = 0;
        do {
            done[size_t(column)] = 1;
            const int64_t from = rowOf[size_t(column)];
            double step = infinite;
            int64_t next = 0;
            for (int64_t j = 1; j <= n; ++j) {
                if (done[size_t(j)]) continue;
                const double reduced = -gain(from - 1, j - 1) - ofRow[size_t(from)] - ofColumn[size_t(j)];
                if (reduced < least[size_t(j)]) {
                    least[size_t(j)] = reduced;
                    before[size_t(j)] = column;
                }
                if (least[size_t(j)] < step) {
                    step = least[size_t(j)];
                    next = j;
                }
            }
            for (int64_t j = 0; j <= n; ++j) {
                if (done[size_t(j)]) {
                    ofRow[size_t(rowOf[size_t(j)])] += step;
                    ofColumn[size_t(j)] -= step;
                } else {
                    least[size_t(j)] -= step;
                }
            }
            column = next;
        } while (rowOf[size_t(column)] != 0);
        for (; column != 0; column = before[size_t(column)])
            rowOf[size_t(column)] = rowOf[size_t(before[size_t(column)])];
    }
    std::vector<int64_t> columnOf(size_t(n), 0);
    for (int64_t j = 1; j <= n; ++j) columnOf[size_t(rowOf[size_t(j)] - 1)] = j - 1;
    return columnOf;
}

} // namespace core::numeric
