#include "core/numeric/centring.h"

#include <numeric>

namespace core::numeric
{

namespace
{

/// k_ij - m_i - m_j
void subtractFromRowsAndColumns(Matrix& k, const std::vector<double>& m)
{
    for (int64_t i = 0; i < k.rows; ++i) {
        double* const row = k.row(i).data();
        const double own = m[size_t(i)];
        for (int64_t j = 0; j < k.columns; ++j) row[j] -= own + m[size_t(j)];
    }
}

void clearDiagonal(Matrix& k)
{
    for (int64_t i = 0; i < k.rows; ++i) k(i, i) = 0;
}

} // namespace

Matrix doublyCentred(Matrix k)
{
    std::vector<double> means = columnMeans(k);
    const double all = std::accumulate(means.begin(), means.end(), 0.0) / double(means.size());
    for (double& mean : means) mean -= all / 2;
    subtractFromRowsAndColumns(k, means);
    return k;
}

Matrix doublyCentredUnbiased(Matrix k)
{
    const double n = double(k.rows);
    clearDiagonal(k);
    std::vector<double> means = columnMeans(k);
    for (double& mean : means) mean *= n / (n - 2);
    const double sum = std::accumulate(means.begin(), means.end(), 0.0);
    for (double& mean : means) mean -= sum / (2 * (n - 1));
    subtractFromRowsAndColumns(k, means);
    clearDiagonal(k);
    return k;
}

} // namespace core::numeric
