// The whole seam between programs and machines.
#pragma once

#include "core/array.h"
#include "core/program/program.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace core
{

/// What was asked for is right, but this device cannot do it, or not any more; another one may.
struct MachineFailure : Error {
};

/// An array of this type whose elements are still to be written; `spare` itself where its type is this one.
Array arrayFor(const Type&, Array spare = {});

/// Values of parameters and states on their way to the host.
class Capture
{
public:
    virtual ~Capture() = default;
    virtual bool arrived() const = 0;                ///< without waiting
    virtual std::map<std::string, Array> take() = 0; ///< waits for them, not for what was run after them
};

/// Parameters and states by name: what outlives one program. Executables of one backend that were compiled
/// with the same Memory share it, so training and observing plans see the same parameters. One flat
/// allocation; the order is the order of first mention. Not thread-safe: the thread that runs the executables
/// owns it.
class Memory
{
public:
    virtual ~Memory() = default;
    virtual bool has(const std::string& name) const = 0;
    virtual std::vector<std::string> names() const = 0;
    virtual Type type(const std::string& name) const = 0;
    virtual Array read(const std::string& name) const = 0;
    virtual void read(const std::string& name, Array& into) const { into = read(name); }
    virtual void write(const std::string& name, const Array&) = 0; ///< Error if name or type differ
    /// What these hold once all has run that was run before; what runs afterwards changes nothing of it.
    /// Arrays of `spare` that fit by name and type are written over: fresh memory costs more than copying.
    virtual std::unique_ptr<Capture> capture(const std::vector<std::string>& names,
                                             std::map<std::string, Array> spare = {}) const;
    virtual void mark() = 0;   ///< remembers all values
    virtual void rewind() = 0; ///< back to those of the latest mark()
};

/// What one step costs, counted by the planner rather than timed.
struct Cost {
    int64_t kernels = 0, flops = 0, bytesMoved = 0, arenaBytes = 0;
    int64_t barriers = 0;  ///< where a device waits between kernels
    int64_t readBacks = 0; ///< arrays copied to where the host sees them
    int64_t submits = 0;   ///< by the whole backend until now, not a step's
};

/// A compiled program. run() neither allocates nor locks.
class Executable
{
public:
    virtual ~Executable() = default;

    /// Slots are looked up once, by name; -1 if the program has none of that name.
    virtual int input(const std::string& name) const = 0;
    virtual int result(const std::string& name) const = 0;

    /// Elements in the memory order of the declared type. The bytes are copied.
    virtual void upload(int input, const void* elements) = 0;
    virtual void run() = 0;
    virtual void download(int result, void* elements) const = 0;
    /// How many runs can wait for each other until a result is asked for, and the result of an earlier one of
    /// them: 0 is the latest.
    virtual int mostRunsAhead() const { return 1; }
    virtual void downloadEarlier(int result, int runsAgo, void* elements) const
    {
        if (runsAgo == 0) download(result, elements);
    }
    /// The storage itself where the host can address it (cpu), else nullptr: write inputs, read results in
    /// place.
    virtual void* inputStorage(int) { return nullptr; }
    virtual const void* resultStorage(int) const { return nullptr; }

    virtual const Type& inputType(int) const = 0;
    virtual const Type& resultType(int) const = 0;
    virtual Cost cost() const = 0;
};

struct BackendInfo {
    std::string name;   ///< "cpu", "reference", "vulkan"
    std::string device; ///< what it runs on
};

class Backend
{
public:
    virtual ~Backend() = default;
    virtual BackendInfo info() const = 0;
    virtual std::shared_ptr<Memory> memory() = 0; ///< a fresh, empty one
    /// Parameters and states that `memory` lacks are added, filled from their init formula, the seed and
    /// their name: the same (seed, name, type) gives the same numbers whatever else exists.
    virtual std::unique_ptr<Executable> compile(const Program&, std::shared_ptr<Memory>, uint64_t seed) = 0;
};

/// "cpu", "cpu:1" (threads), "reference", "vulkan", "vulkan:cpu" or "vulkan:DEVICE"; an Error lists the ones
/// there are.
std::unique_ptr<Backend> makeBackend(const std::string& name);
std::vector<std::string> backendNames(); ///< those that this machine can run as they are

} // namespace core
