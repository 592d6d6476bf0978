// Random numbers as a function of their place: the counter-based generator Philox4x32-10.
// J. Salmon, M. Moraes, R. Dror, D. Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
#pragma once

#include <array>
#include <cstdint>

namespace core::language
{

/// Ten rounds; the same on every machine.
std::array<uint32_t, 4> philox(std::array<uint32_t, 2> key, std::array<uint32_t, 4> counter);

/// The upper 24 bits as (k + 1/2) 2^-24, clipped below 1: evenly spaced in the open interval (0, 1).
float uniform(uint32_t bits);

/// out[i] = the uniform number of element firstElement + i. Element e is word e % 4 of the block with
///   key     = {low word of seed, high word of seed}
///   counter = {low word of e / 4, high word of e / 4, step, site}
void fillUniform(float* out, uint64_t seed, uint32_t step, uint32_t site, uint64_t firstElement, int64_t n);

} // namespace core::language
