// Tasks from tokens to tokens, position by position: what attention and recurrence are tried on.
#include "core/data/readers.h"
#include "core/data/shuffle.h"

#include <algorithm>
#include <cassert>

namespace core::data
{

namespace
{

using Tokens = std::vector<int32_t>;
using Answer = Tokens (*)(const Tokens&, int32_t symbols);

Tokens copied(const Tokens& x, int32_t) { return x; }

Tokens reversed(const Tokens& x, int32_t) { return {x.rbegin(), x.rend()}; }

Tokens sorted(const Tokens& x, int32_t)
{
    Tokens y = x;
    std::sort(y.begin(), y.end());
    return y;
}

/// The sum of all tokens so far, modulo their number: of two symbols the running parity.
Tokens sums(const Tokens& x, int32_t symbols)
{
    Tokens y;
    int32_t total = 0;
    for (const int32_t token : x) y.push_back(total = (total + token) % symbols);
    return y;
}

struct Row {
    const char* name;
    Answer answer;
};
constexpr Row rows[] = {{"reverse", reversed}, {"sort", sorted}, {"sums", sums}, {"copy", copied}};

} // namespace

std::vector<std::string> sequenceTasks()
{
    std::vector<std::string> names;
    for (const Row& row : rows) names.push_back(row.name);
    return names;
}

Examples sequences(const std::string& task, int64_t count, int64_t length, int64_t symbols, uint64_t seed)
{
    const Row* row =
        std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.name == task; });
    assert(row != std::end(rows));
    if (count * length > elementLimit)
        throw Error{"data sequences",
                    std::to_string(count) + " sequences of " + std::to_string(length) +
                        " tokens are too many",
                    "at most 2^30 tokens"};
    Random random{seed ^ 0x5eed};
    std::vector<int32_t> x, y;
    Tokens tokens(static_cast<size_t>(length));
    for (int64_t i = 0; i < count; ++i) {
        for (int32_t& token : tokens) token = int32_t(random.below(uint64_t(symbols)));
        const Tokens answer = row->answer(tokens, int32_t(symbols));
        x.insert(x.end(), tokens.begin(), tokens.end());
        y.insert(y.end(), answer.begin(), answer.end());
    }
    Examples result;
    result.set.x = Array::integer({{"example", count}, {"token", length}}, std::move(x));
    result.set.y = Array::integer({{"example", count}, {"token", length}}, std::move(y));
    result.set.classNames = result.set.vocabulary = numberNames(symbols);
    return result;
}

} // namespace core::data
