// Threads by their places in subgroups, where all of those are full and as large as the device said (LANES_);
// else as they come, and then nothing may be read from a neighbour.
#define SUBGROUP_FULL (gl_SubgroupSize == LANES_ && gl_NumSubgroups * LANES_ == gl_WorkGroupSize.x)
uint threadOf(bool full)
{
    return full ? gl_SubgroupID * LANES_ + gl_SubgroupInvocationID : gl_LocalInvocationID.x;
}
