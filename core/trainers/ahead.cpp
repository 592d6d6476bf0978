#include "core/ops/op.h"
#include "core/trainers/parts.h"

#include <algorithm>
#include <utility>

namespace core
{

std::vector<std::string> Run::Parts::shownNames() const
{
    const Op *const parameter = findOp("parameter"), *const state = findOp("state");
    std::vector<std::string> names;
    for (const Instruction& source : elaboration.program.code)
        if (source.op == parameter || source.op == state) names.push_back(source.attributes.name);
    return names;
}

void Run::Parts::captureShown()
{
    moment = {}; // if nobody else holds it, its memory is used again
    capture = memory->capture(shownNames(), spare.take());
    captured = step;
}

int64_t Run::beginAhead(int64_t count)
{
    Parts& r = *m;
    if (r.ahead.steps > 0 || stepsTogether() == 1) return 0;
    const int64_t n = std::min({count, stepsTogether(), r.stepsUntilCheck()});
    if (n <= 0) return 0;
    if (!r.moment.values || r.moment.step != r.step) {
        r.captureShown();
    }
    const int64_t first = r.step;
    r.memory->mark();
    r.ahead = {n, r.order.epoch(), r.order.batchInEpoch()};
    for (int64_t i = 0; i < n; ++i, ++r.step) {
        load();
        r.training->run();
    }
    r.step = first;
    return n;
}

void Run::Parts::settle()
{
    if (ahead.steps == 0) return;
    memory->rewind();
    const int64_t length = order.batchesPerEpoch(), taken = ahead.epoch * length + ahead.batch;
    order.seek(ahead.epoch, ahead.batch);
    if (!wholeSet && taken > 0) {
        order.seek((taken - 1) / length, (taken - 1) % length);
        latest = order.next();
    }
    ahead = {};
}

Moment Run::moment()
{
    Parts& r = *m;
    if (r.moment.values && r.moment.step == r.step) return r.moment;
    if (!r.capture || r.captured != r.step) {
        r.settle();
        r.captureShown();
    }
    const auto values = std::exchange(r.capture, nullptr);
    return r.moment = {r.step, r.spare.share(values->take())};
}

} // namespace core
