#include "core/program/plan_merge.h"

#include "core/program/plan_alike.h"

#include <algorithm>

namespace core
{

namespace
{

int64_t padded(int64_t count) { return (count + 15) / 16 * 16; }

/// Does what `b` works on lie right behind what `a` does?
bool adjacent(const Plan& plan, std::span<const int64_t> addresses, const PlanKernel& a, const PlanKernel& b,
              const std::vector<char>& differs)
{
    for (size_t i = 0; i < differs.size(); ++i) {
        if (!differs[i]) continue;
        const int x = operand(a, i).buffer, y = operand(b, i).buffer;
        if (plan.buffers[size_t(x)].elementBytes() != 4 || plan.buffers[size_t(y)].elementBytes() != 4)
            return false;
        if (addresses[size_t(x)] + 4 * padded(plan.buffers[size_t(x)].count) != addresses[size_t(y)])
            return false;
    }
    return true;
}

/// `first` over the arrays of all kernels and the padding between them.
PlanKernel merged(const PlanKernel& first, int64_t count, const std::vector<char>& differs)
{
    PlanKernel kernel = first;
    kernel.axes = {{"element", count}};
    for (size_t i = 0; i < differs.size(); ++i) {
        const size_t reads = kernel.reads.size();
        (i < reads ? kernel.reads[i] : kernel.writes[i - reads]).strides = {differs[i] ? 1 : 0};
    }
    return kernel;
}

} // namespace

std::vector<std::string> statesTogether(const Plan& plan)
{
    std::vector<std::string> names;
    for (size_t first = 0, last; first < plan.kernels.size(); first = last + 1) {
        last = first;
        std::vector<char> differs;
        while (last + 1 < plan.kernels.size()) {
            const std::vector<char> now = alike(plan, plan.kernels[last], plan.kernels[last + 1]);
            if (now.empty() || (!differs.empty() && now != differs)) break;
            differs = now, ++last;
        }
        for (size_t i = 0; i < differs.size(); ++i)
            for (size_t k = first; k <= last && differs[i]; ++k)
                names.push_back(plan.buffers[size_t(operand(plan.kernels[k], i).buffer)].name);
    }
    return names;
}

void mergeAlike(Plan& plan, std::span<const int64_t> addresses, int64_t mostBytes)
{
    std::vector<PlanKernel> kernels;
    for (size_t first = 0, last; first < plan.kernels.size(); first = last + 1) {
        last = first;
        std::vector<char> differs;
        int64_t count = 0;
        while (last + 1 < plan.kernels.size()) {
            const PlanKernel &a = plan.kernels[last], &b = plan.kernels[last + 1];
            const std::vector<char> now = alike(plan, a, b);
            if (now.empty() || (!differs.empty() && now != differs) || !adjacent(plan, addresses, a, b, now))
                break;
            const auto at = size_t(std::find(now.begin(), now.end(), 1) - now.begin());
            if (at == now.size()) break;
            const auto size = [&](const PlanKernel& k) {
                return plan.buffers[size_t(operand(k, at).buffer)].count;
            };
            const int64_t together = (last == first ? padded(size(a)) : padded(count)) + size(b);
            if (together > mostBytes / 4) break;
            count = together;
            differs = now, ++last;
        }
        if (first == last)
            kernels.push_back(std::move(plan.kernels[first]));
        else
            kernels.push_back(merged(plan.kernels[first], count, differs));
    }
    plan.kernels = std::move(kernels);
}

} // namespace core
