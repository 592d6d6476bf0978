// What a Run is made of; shared by the files that implement it, included by nobody else.
#pragma once

#include "core/instruments/network.h"
#include "core/trainers/order.h"
#include "core/trainers/ports.h"
#include "core/trainers/programs.h"
#include "core/trainers/run.h"
#include "core/trainers/schedule.h"
#include "core/trainers/sparearrays.h"

#include <cmath>
#include <list>

namespace core
{

/// An evaluating executable for one batch size, with what is loaded into it.
struct Probe {
    /// What tells one from another. `use` keeps apart what would otherwise load different examples in turn.
    struct Key {
        int64_t batch = 0;
        int use = 0;
        std::vector<std::string> wires;
        friend bool operator==(const Key&, const Key&) = default;
    } key;
    std::unique_ptr<Executable> executable;
    InputPort x, y;
    ResultPort loss, output;
    std::vector<ResultPort> observed;
    std::vector<int64_t> loaded; ///< the examples that x and y hold
};

struct Run::Parts {
    Parts(Document, std::shared_ptr<const BlockLibrary>, std::shared_ptr<const Dataset>, Backend&);

    void bindTraining();
    void fill(std::span<const int64_t> examples, InputPort& x, InputPort& y);
    Probe& probe(const Probe::Key&); ///< made at its first use
    void load(Probe&, std::span<const int64_t> examples);
    int64_t evaluationBatch() const;
    std::unique_ptr<Executable> compile(const Program&);
    Elaboration elaborated(int64_t batch, Phase) const;
    void load(const std::map<std::string, Array>& values); ///< those that fit by name and type
    /// Runs the batch that lies in the training inputs once more, every wire observed.
    Error findNonFinite();
    /// The first gradient that is not finite for that batch, if any. Allocates only for the Error.
    std::optional<Error> findNonFiniteGradient();
    int64_t stepsUntilCheck() const;             ///< of the gradients; 0: in the next step
    void settle();                               ///< undoes the steps that were begun ahead
    std::vector<std::string> shownNames() const; ///< of what instruments see: no optimiser state
    void captureShown();
    void copyInputs(Executable&); ///< those of the training program that this one has too

    Document document;
    std::shared_ptr<const BlockLibrary> library;
    std::shared_ptr<const Dataset> data;
    Backend* backend;
    std::shared_ptr<Memory> memory;
    Elaboration elaboration; ///< Phase::Training, of one mini-batch
    Program program;         ///< what trains
    std::unique_ptr<Executable> training;
    InputPort x, y, seed, stepInput, t, rateInput;
    ResultPort loss;
    std::vector<float> losses;      ///< of the latest advance()
    std::vector<std::byte> scratch; ///< takes what a program does not read

    int64_t batch;
    EpochOrder order;
    Schedule schedule;
    std::optional<double> rateOverride;
    float uploadedRate = NAN;
    bool wholeSet = false; ///< every step sees the whole training set: filled once
    int64_t step = 0;
    std::span<const int64_t> latest; ///< examples of the latest step
    std::optional<Error> failure;

    std::list<Probe> probes;          ///< latest use first
    std::unique_ptr<Network> network; ///< what instruments look at, made when one first does
    Moment moment;     ///< the latest that was asked for, empty where the values have changed since
    SpareArrays spare; ///< moments that nobody looks at any more
    std::unique_ptr<Capture> capture; ///< the next one, of step `captured`
    int64_t captured = 0;
    struct Ahead {
        int64_t steps = 0;            ///< on their way, not counted in `step`
        int64_t epoch = 0, batch = 0; ///< of the first of them
    } ahead;
    Probe gradients; ///< of every parameter, which key.wires names
};

} // namespace core
