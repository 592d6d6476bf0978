// The network of a document as functions of its parameters and of examples: each a program of its own,
// compiled at its first use, apart from the program that trains.
#pragma once

#include "core/backend/backend.h"
#include "core/data/dataset.h"
#include "core/diagram/document.h"
#include "core/instruments/edits.h"
#include "core/instruments/moment.h"
#include "core/instruments/sharedvalues.h"
#include "core/numeric/matrix.h"

#include <atomic>
#include <functional>
#include <list>

namespace core
{

/// Evaluation phase throughout: nothing is dropped, norms use running statistics. Not thread-safe.
class Network
{
public:
    /// Elaborates; throws the first error.
    Network(Document, std::shared_ptr<const BlockLibrary>, std::shared_ptr<const Dataset>, Backend&);
    ~Network();

    const Document& document() const { return m_document; }
    const Dataset& data() const { return *m_data; }
    /// From now on it is looked at with these edits, and with no others. Error where they do not fit. What is
    /// frozen without values takes those of the nearest of `history`, or of before the first step.
    void edit(NetworkEdits, const std::vector<Moment>& history = {});
    /// Of a batch of that size.
    const Elaboration& elaboration(int64_t batch = 1);
    /// Before the first step, by the document's seed.
    Moment initial();

    /// A program made from the elaborated one (whose parameters, wires and results it has): its results are
    /// what the function gives, its inputs beside "x" and "y" what it takes.
    using Make = std::function<Program(const Elaboration&)>;
    /// Calls a function for some examples. `key` names it: two that differ have different keys. It is
    /// compiled once for each size of the batch.
    Arrays call(const std::string& key, const Make&, const Moment&, std::span<const int64_t> examples,
                const Arrays& inputs = {});
    /// The same for inputs made up by the caller, [n, features].
    Arrays call(const std::string& key, const Make&, const Moment&, const Array& x);

    /// Outputs (probabilities or predictions), the axes of the targets first.
    Array predict(const Moment&, const Array& x);
    /// The same for examples, once for all who ask about them.
    Array predict(const Moment&, std::span<const int64_t> examples);

    /// From when on every call is an Error: a reading that takes long gives way.
    void stopWhen(const std::atomic<bool>& stop) { m_stop = &stop; }
    SharedValues& shared() { return m_shared; } ///< what valuesOf() and predict() keep
    /// What no moment changes is computed once; `key` names it, as in call().
    const numeric::Matrix& once(const std::string& key, const std::function<numeric::Matrix()>& compute);
    int64_t compiled() const { return m_compiled; } ///< functions until now: for tests of the cache

private:
    struct Function;
    Function& function(const std::string& key, const Make&, int64_t batch);
    void load(const Moment&);
    void fill(Function&, std::span<const int64_t> examples);
    void fillGiven(Function&, std::span<const int64_t> examples); ///< what edits take in
    Arrays run(Function&, const Arrays& inputs);
    /// So many rows at once as fit, given from the first on: the outputs of all.
    using OutputsOf = std::function<Arrays(const Make&, int64_t first, int64_t count)>;
    Array predictRows(int64_t rows, const OutputsOf&);

    Document m_document;
    std::shared_ptr<const BlockLibrary> m_library;
    std::shared_ptr<const Dataset> m_data;
    Backend* m_backend;
    std::shared_ptr<Memory> m_memory;
    std::shared_ptr<const Arrays> m_loaded;                                     ///< what m_memory holds
    std::list<Function> m_functions;                                            ///< latest use first
    std::list<std::pair<int64_t, std::unique_ptr<Elaboration>>> m_elaborations; ///< by batch, the same
    const std::atomic<bool>* m_stop = nullptr;
    NetworkEdits m_edits;
    std::unique_ptr<Network> m_unedited; ///< where an edit needs it
    std::vector<std::byte> m_scratch;    ///< takes what a function does not read
    int64_t m_compiled = 0;
    SharedValues m_shared;
    std::map<std::string, numeric::Matrix> m_once;
};

} // namespace core
