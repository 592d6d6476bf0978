// What the shaders of ops share. In front of it stand tables of the operands, all axes of all reads one after
// the other: axis d of read r is entry firsts[r] + d of
//   sizes, strides (in elements), matches (the axis of the result that is called like it, or -1).
// named[r*AXES + i] and renamed[r*TO + i] are the axes of read r that the op's attributes name, or -1;
// resultNamed and resultRenamed are those of the result, attributes the op's numbers.
// An op is `void element(uint id)`: it stores element `id` of the result, and that one only. Or it is `void
// line(uint number, uint first)`, called by a whole workgroup of THREADS, a power of 2: it stores the LENGTH
// elements along the first axis that the op names, from element `first` on, INNER apart. POWER is the power of
// 2 that is at least LENGTH; FITS says that shared memory holds two of those words, else `partials` does.

// Where the element is along axis d of the result.
int along(uint id, int d)
{
    int i = int(id);
    for (int k = int(RANK) - 1; k > d; --k) i /= resultSizes[k];
    return i % resultSizes[d];
}

// Offset in read r of the place that `id` has along all axes that the two share, but for axes a and b of r.
int sharedPlace(uint r, uint id, int a, int b)
{
    int at = offsets[r];
    for (int d = 0; d < ranks[r]; ++d) {
        int k = firsts[r] + d;
        if (d != a && d != b && matches[k] >= 0) at += along(id, matches[k]) * strides[k];
    }
    return at;
}

int sizeOf(uint r, int d) { return sizes[firsts[r] + d]; }
int strideOf(uint r, int d) { return strides[firsts[r] + d]; }
