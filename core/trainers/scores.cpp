// The side of a session's thread that has to do with how well the run does.
#include "core/trainers/worker.h"

#include <algorithm>
#include <cmath>

namespace core
{

constexpr double evaluateEvery = 0.05, evaluateAllEvery = 0.5; // and at the end of every epoch
constexpr double evaluationShare = 0.05, cheapEvaluationShare = 0.2, cheapEvaluation = 0.002;
constexpr int64_t evaluatedAtMost = 1000;

double Session::Worker::trainingClock() const
{
    return m_run->stepsTogether() > 1 ? Seconds(Clock::now().time_since_epoch()).count() : processorSeconds();
}

void Session::Worker::evaluate(int64_t atMost, Splits splits)
{
    const double begin = trainingClock();
    double others = 0;
    const bool all = atMost == 0;
    const auto between = [&] {
        const double now = trainingClock();
        attend();
        others += trainingClock() - now;
    };
    const auto scoreOf = [&](Run::Split split, int64_t most) {
        return m_run->evaluate(split, most, between);
    };
    const bool validated = !m_run->data().validation.empty();
    m_next.train = scoreOf(Run::Split::Train, all ? evaluatedAtMost : atMost / 4);
    if (validated) m_next.validation = scoreOf(Run::Split::Validation, atMost);
    if (!validated || splits == Splits::All) m_next.test = scoreOf(Run::Split::Test, atMost);
    const Score& shown = validated ? m_next.validation : m_next.test;
    if (shown.examples) m_loss.addValidation(m_run->steps(), m_run->epoch(), float(shown.loss));
    m_accuracy.add({m_run->steps(), m_run->epoch(), float(m_next.train.accuracy),
                    shown.examples ? float(shown.accuracy) : NAN});
    m_evaluated = Clock::now();
    m_evaluatedClock = trainingClock();
    if (splits == Splits::All) m_evaluatedAll = m_evaluated;
    m_evaluatedEpoch = std::floor(m_run->epoch());
    m_evaluatedStep = m_run->steps();
    // As with readings, the first evaluation pays for compiling. One that was interrupted by another program
    // must not keep the next ones away.
    const double cost = m_evaluatedClock - begin - others;
    m_evaluationCost = m_evaluationCost == 0  ? -cost
                       : m_evaluationCost < 0 ? std::min(cost, -m_evaluationCost)
                                              : std::min(cost, 1.3 * m_evaluationCost);
}

bool Session::Worker::evaluationFits() const
{
    const double share = m_evaluationCost < cheapEvaluation ? cheapEvaluationShare : evaluationShare;
    // A run that waits for its pace has all that time.
    const double since =
        m_next.pace > 0 ? Seconds(Clock::now() - m_evaluated).count() : trainingClock() - m_evaluatedClock;
    return since * share >= m_evaluationCost * (1 - share);
}

bool Session::Worker::evaluateUnlessCalled()
{
    const Interruptible called([this] { return m_pending.load(std::memory_order_relaxed); });
    try {
        return evaluateIfDue();
    } catch (const Interrupted&) {
        return false;
    }
}

bool Session::Worker::evaluateIfDue()
{
    const bool stale = m_evaluated == Clock::time_point{};
    if (!stale && m_evaluatedStep == m_run->steps()) return false;
    const double since = Seconds(Clock::now() - m_evaluated).count();
    const bool epochEnded = m_run->epoch() >= m_evaluatedEpoch + 1;
    if (!stale && (!(epochEnded || since >= evaluateEvery) || !evaluationFits())) return false;
    const bool all = stale || Seconds(Clock::now() - m_evaluatedAll).count() >= evaluateAllEvery;
    evaluate(evaluatedAtMost, all ? Splits::All : Splits::Shown);
    return true;
}

} // namespace core
