// A run: a document being trained. A pure function of (document, data, seed, backend).
#pragma once

#include "core/backend/backend.h"
#include "core/data/dataset.h"
#include "core/instruments/moment.h"
#include "core/trainers/optimiser.h"

#include <functional>

namespace core
{

class Network;

struct Score {
    double loss = 0,
           accuracy = 0; ///< accuracy: share of right predictions; 1 - unexplained variance for regression
    int64_t examples = 0;
};

struct Checkpoint {
    std::string document;                ///< JSON of the document
    std::map<std::string, Array> values; ///< parameters, optimiser state, running statistics
    int64_t step = 0;                    ///< optimiser steps taken
    int64_t epoch = 0, batch = 0;        ///< the next mini-batch: its epoch and its place in it
    std::string backend;
};
void saveCheckpoint(const Checkpoint&, const std::string& path); ///< safetensors with metadata, atomic
Checkpoint loadCheckpoint(const std::string& path);

/// Not thread-safe: owned by the thread that trains. Construction elaborates, differentiates, compiles; all
/// of its errors are thrown there as one Error (the first) so an existing run is never disturbed.
class Run
{
public:
    Run(Document, const BlockLibrary&, std::shared_ptr<const Dataset>, Backend&);
    /// The same run under an edited document: parameters and optimiser state that still fit by name and type
    /// stay.
    Run(Document, const Run& previous, Backend&);
    ~Run();
    Run(Run&&) noexcept;

    /// One optimiser step on the next mini-batch; returns its loss. Allocates nothing after the first, locks
    /// nothing.
    /// A loss that is not finite, or with clipping a gradient norm that is not, leaves everything as it was
    /// before the step and sets `failure`. Without clipping a gradient may be infinite though the loss is
    /// not: then those elements stay whose new value would not be finite, and the others move. So parameters,
    /// optimiser state and statistics are finite after every step. In the first step and every 256th such a
    /// gradient is looked for; that step is not taken, returns NaN and sets `failure`.
    float step();
    /// As if step() were called `count` times or until it fails; returns the losses, valid until the next
    /// call. A backend that can have many steps on their way runs them together, and once more one by one if
    /// a loss among them is not finite.
    std::span<const float> advance(int64_t count);
    int64_t stepsTogether() const; ///< how many those are; 1 where nothing is gained
    /// Begins up to so many of the next steps before they are asked for, so that the machine works while one
    /// looks at the run: moment() is of now and does not wait for them. Returns how many. Nothing else is
    /// different: advance() takes them if it is asked for as many, all that needs the values as they are now
    /// undoes them.
    int64_t beginAhead(int64_t count);
    const std::optional<Error>& failure() const; ///< names the first wire that was not finite

    int64_t steps() const;
    double epoch() const;
    int64_t stepsPerEpoch() const;
    void setRate(std::optional<double> rate); ///< overrides the schedule
    double rate() const;                      ///< of the next step

    enum class Split : uint8_t { Train, Validation, Test };
    /// Of all of it where `atMost` is 0. `between` is called from time to time and leaves the run alone.
    Score evaluate(Split, int64_t atMost = 0, const std::function<void()>& between = {});

    /// Values of wires (by PortRef text) for chosen examples, in evaluation phase.
    std::map<std::string, Array> observe(const std::vector<std::string>& wires,
                                         std::span<const int64_t> examples);
    /// Outputs (probabilities or predictions) for inputs made up by the caller, [n, features]: decision
    /// boundaries.
    Array predict(const Array& x);
    /// What instruments look at: the network on plans of its own, and the numbers that it has now.
    Network& network();
    Moment moment();

    Array parameter(const std::string& name) const;
    std::vector<std::string> parameterNames() const;
    int64_t parameterCount() const;
    Cost cost() const; ///< of one training step
    /// The examples of the latest step, in its order.
    std::span<const int64_t> latestBatch() const;

    Checkpoint checkpoint() const;
    Checkpoint values() const; ///< a checkpoint without the text of the document, which takes long to write
    void restore(const Checkpoint&);
    void reset(); ///< same seed: the same run again

    const Document& document() const;
    const Dataset& data() const;
    const Elaboration& elaboration() const;

private:
    void load(); ///< the next mini-batch and its rate go in

    struct Parts;
    std::unique_ptr<Parts> m;
};

/// Presets by name (resources/examples/*.axo).
std::vector<std::string> presetNames();
Document preset(const std::string& name); ///< Error lists the names

} // namespace core
