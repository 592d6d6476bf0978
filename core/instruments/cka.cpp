#include "core/instruments/cka.h"

#include "core/instruments/derivatives.h"
#include "core/instruments/list.h"
#include "core/instruments/representation.h"
#include "core/instruments/settings.h"
#include "core/instruments/wires.h"
#include "core/numeric/centring.h"
#include "core/numeric/linear.h"

#include <algorithm>
#include <cmath>

namespace core::instruments
{

Matrix rbfKernel(const Matrix& x, double threshold)
{
    Matrix k = numeric::gram(x);
    std::vector<double> lengths, beside;
    for (int64_t i = 0; i < k.rows; ++i) lengths.push_back(k(i, i));
    for (int64_t i = 0; i < k.rows; ++i)
        for (int64_t j = 0; j < k.rows; ++j) {
            k(i, j) = i == j ? 0 : std::max(0.0, lengths[size_t(i)] + lengths[size_t(j)] - 2 * k(i, j));
            if (i < j) beside.push_back(k(i, j));
        }
    const auto upper = beside.begin() + ptrdiff_t(beside.size() / 2);
    std::nth_element(beside.begin(), upper, beside.end());
    double median = *upper;
    if (beside.size() % 2 == 0) median = (median + *std::max_element(beside.begin(), upper)) / 2;
    if (!(median > 0))
        throw Error{"RBF kernel", "half of all pairs of examples are equal", "take the linear kernel"};
    for (double& value : k.values) value = std::exp(-value / (2 * threshold * threshold * median));
    return k;
}

Matrix centred(Matrix kernel) { return numeric::doublyCentred(std::move(kernel)); }

Matrix centredUnbiased(Matrix kernel)
{
    expectExamples(kernel.rows, 4, "the debiased form");
    return numeric::doublyCentredUnbiased(std::move(kernel));
}

double alignment(const Matrix& k, const Matrix& l)
{
    return numeric::inner(k, l) / (numeric::frobenius(k) * numeric::frobenius(l));
}

double ckaOfFeatures(const Matrix& x, const Matrix& y)
{
    const Matrix a = numeric::withoutColumnMeans(x), b = numeric::withoutColumnMeans(y);
    const double between = numeric::frobenius(numeric::transposedProduct(b, a));
    return between * between /
           (numeric::frobenius(numeric::innerGram(a)) * numeric::frobenius(numeric::innerGram(b)));
}

double unbiasedHsic(const Matrix& kernel, const Matrix& other)
{
    const int64_t n = kernel.rows;
    expectExamples(n, 4, "the unbiased HSIC");
    Matrix k = kernel, l = other;
    for (int64_t i = 0; i < n; ++i) k(i, i) = l(i, i) = 0;
    double sumK = 0, sumL = 0, through = 0;
    for (int64_t i = 0; i < n; ++i) {
        double rowK = 0, rowL = 0;
        for (int64_t j = 0; j < n; ++j) rowK += k(i, j), rowL += l(i, j);
        sumK += rowK;
        sumL += rowL;
        through += rowK * rowL;
    }
    const double m = double(n);
    return (numeric::inner(k, l) + sumK * sumL / ((m - 1) * (m - 2)) - 2 * through / (m - 2)) / (m * (m - 3));
}

void MinibatchCka::add(const Matrix& k, const Matrix& l)
{
    m_between += unbiasedHsic(k, l);
    m_first += unbiasedHsic(k, k);
    m_second += unbiasedHsic(l, l);
}

double MinibatchCka::value() const { return m_between / std::sqrt(m_first * m_second); }

Matrix leadingDirections(const Matrix& x, double share)
{
    const numeric::Svd parts = numeric::svd(numeric::withoutColumnMeans(x));
    double all = 0, sum = 0;
    for (const double s : parts.s) all += s * s;
    if (!(all > 0))
        throw Error{"SVCCA", "a representation is the same for every example", "choose other wires"};
    int64_t kept = 0;
    while (kept < int64_t(parts.s.size()) && sum < share * all * (1 - 1e-12)) {
        sum += parts.s[size_t(kept)] * parts.s[size_t(kept)];
        ++kept;
    }
    Matrix basis(x.rows, kept);
    for (int64_t i = 0; i < x.rows; ++i)
        for (int64_t j = 0; j < kept; ++j) basis(i, j) = parts.u(i, j);
    return basis;
}

double meanCorrelation(const Matrix& first, const Matrix& second)
{
    double sum = 0;
    const std::vector<double> correlations =
        numeric::singularValues(numeric::transposedProduct(first, second));
    for (const double value : correlations) sum += std::min(value, 1.0);
    return sum / double(correlations.size());
}

namespace
{

/// Rows: the wires that are looked at. Columns: the same, or those of the second run or time.
struct Pair {
    Representations rows, others;
    bool same = true; ///< there are no others
    const Representations& columns() const { return same ? rows : others; }
};

Pair pairOf(const Observation& o, int64_t examples, int64_t least)
{
    Pair pair{representationsOf(o, examples, least), {}, !o.other.values};
    if (pair.same) return pair;
    Network& network = o.otherNetwork ? *o.otherNetwork : o.network;
    pair.others = representationsOf({network, o.other, o.at, o.example}, examples, least);
    if (pair.others.x.front().rows != pair.rows.x.front().rows)
        throw Error{"comparison", "the two runs show different numbers of examples",
                    "compare runs on the same data"};
    return pair;
}

/// Of wires with themselves a similarity is taken once for two wires.
template<class Similarity> MatrixReading comparison(const Pair& pair, Similarity similarity)
{
    MatrixReading reading;
    const size_t rows = pair.rows.wires.size(), columns = pair.columns().wires.size();
    reading.rows = int(rows);
    reading.columns = int(columns);
    reading.rowNames = pair.rows.wires;
    reading.columnNames = pair.columns().wires;
    for (size_t i = 0; i < rows; ++i)
        for (size_t j = 0; j < columns; ++j)
            reading.values.push_back(pair.same && j < i ? reading.values[j * columns + i]
                                                        : float(similarity(i, j)));
    return reading;
}

/// What a similarity compares, of every wire of rows and columns.
template<class Part> struct Parts {
    std::vector<Part> rows, others;
    bool same;
    template<class Make>
    Parts(const Pair& pair, Make make)
        : same(pair.same)
    {
        for (const Matrix& x : pair.rows.x) rows.push_back(make(x));
        for (const Matrix& x : pair.others.x) others.push_back(make(x));
    }
    const Part& column(size_t j) const { return same ? rows[j] : others[j]; }
};

Matrix rowsOf(const Matrix& x, int64_t first, int64_t count)
{
    Matrix part(count, x.columns);
    std::copy_n(x.values.begin() + first * x.columns, count * x.columns, part.values.begin());
    return part;
}

Reading readCka(const Observation& o)
{
    const Settings settings(cka, o);
    const std::string& form = settings.choice("form");
    const Pair pair = pairOf(o, settings.whole("examples"), form == "biased" ? 2 : 4);
    const bool rbf = settings.choice("kernel") == "rbf";
    const auto kernel = [&](const Matrix& x) {
        return rbf ? rbfKernel(x, settings.number("threshold")) : numeric::gram(x);
    };
    if (form == "minibatch") {
        const int64_t n = pair.rows.x.front().rows, batch = std::min(n, settings.whole("batch"));
        return comparison(pair, [&](size_t i, size_t j) {
            MinibatchCka average;
            for (int64_t first = 0; first + batch <= n; first += batch)
                average.add(kernel(rowsOf(pair.rows.x[i], first, batch)),
                            kernel(rowsOf(pair.columns().x[j], first, batch)));
            return average.value();
        });
    }
    struct Kernel {
        Matrix k;
        double length;
    };
    const Parts<Kernel> kernels(pair, [&](const Matrix& x) {
        Matrix k = form == "debiased" ? centredUnbiased(kernel(x)) : centred(kernel(x));
        const double length = numeric::frobenius(k);
        return Kernel{std::move(k), length};
    });
    return comparison(pair, [&](size_t i, size_t j) {
        const Kernel &a = kernels.rows[i], &b = kernels.column(j);
        return numeric::inner(a.k, b.k) / (a.length * b.length);
    });
}

Reading readSvcca(const Observation& o)
{
    const Settings settings(svccaMatrix, o);
    const Pair pair = pairOf(o, settings.whole("examples"), 2);
    const Parts<Matrix> directions(
        pair, [&](const Matrix& x) { return leadingDirections(x, settings.number("variance")); });
    return comparison(
        pair, [&](size_t i, size_t j) { return meanCorrelation(directions.rows[i], directions.column(j)); });
}

} // namespace

const Instrument cka = {
    "cka",
    "CKA",
    "How alike two layers see the same examples, from 0 to 1, for every two wires; between two runs or times "
    "where a second one is chosen.",
    Instrument::Needs::Wires,
    readCka,
    hasWires,
    "Kornblith et al. 2019; debiased: Szekely, Rizzo 2014; minibatch: Nguyen et al. 2021",
    {choiceSetting("kernel", {"linear", "rbf"}, "inner products, or exp(-d^2/(2 t^2 median))"),
     choiceSetting("form", {"biased", "debiased", "minibatch"}, "how the estimate is centred"),
     numberSetting("threshold", 0.5, 1e-3, 1e3, "t of the RBF kernel"),
     wholeSetting("examples", 128, 2, 8192, "size of the observation batch"),
     wholeSetting("batch", 32, 4, 8192, "examples a batch of the minibatch form")},
    Instrument::Cost::Light,
    Instrument::Sees::Everything,
    Instrument::Of::Two};

const Instrument svccaMatrix = {
    "svcca",
    "SVCCA",
    "Mean canonical correlation of the leading singular directions, for every two wires; between two runs or "
    "times where a second one is chosen.",
    Instrument::Needs::Wires,
    readSvcca,
    hasWires,
    "Raghu et al. 2017",
    {numberSetting("variance", 0.99, 0.01, 1, "share of the variance that the directions hold"),
     wholeSetting("examples", 128, 2, 4096, "size of the observation batch")},
    Instrument::Cost::Light,
    Instrument::Sees::Everything,
    Instrument::Of::Two};

} // namespace core::instruments
