// Optimisers, resources/optimisers/*.json: state and update formulas, appended to any program with gradients.
#pragma once

#include "core/diagram/library.h"
#include "core/program/program.h"

#include <span>

namespace core
{

struct OptimiserDeclaration {
    std::string name, title, help, source;
    double rate = 0.01; ///< a usual learning rate
    std::vector<ParameterDeclaration> parameters;
    std::vector<std::pair<std::string, std::string>> state; ///< name, initial value (formula)
    std::vector<language::Statement> update; ///< in g, p, lr, t, the parameters and the states; in order
};
std::span<const OptimiserDeclaration> optimisers();
const OptimiserDeclaration& findOptimiser(std::string_view name); ///< Error lists the names

/// The declaration's defaults, overridden. Error names unknown settings and values outside their range.
std::map<std::string, double> optimiserSettings(const OptimiserDeclaration&,
                                                const std::map<std::string, Setting>& overrides);

/// Appends one update per parameter, by a gradient of the parameter's own type. States are named
/// "PARAMETER/m" and exist only if an active statement sets them. `rate` and `t` (1 in the first step) are
/// real scalars.
void appendOptimiser(Program&, const OptimiserDeclaration&, const std::map<std::string, double>& settings,
                     std::span<const ValueId> parameters, std::span<const ValueId> gradients, ValueId rate,
                     ValueId t);

/// Scales all gradients alike so that their joint L2 norm is at most `most`; returns the norm before that.
/// As torch.nn.utils.clip_grad_norm_: factor min(1, most / (norm + 1e-6)).
ValueId clipByGlobalNorm(Program&, std::vector<ValueId>& gradients, double most);

} // namespace core
