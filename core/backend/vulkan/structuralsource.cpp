// Copies, and ops that have a shader of their own: shaders/OP.comp.
#include "core/backend/vulkan/source.h"

#include "core/files/files.h"
#include "core/ops/op.h"

#include <algorithm>
#include <optional>

namespace core::vulkan
{

namespace
{

constexpr int64_t threads = 64;

/// One thread for each of `count` pieces of work; its number is `id`.
void begin(Writer& writer, int64_t count, int64_t threads, const DeviceFacts& facts)
{
    const int64_t groups = (count + threads - 1) / threads, wide = std::min<int64_t>(groups, facts.maxGroups),
                  high = (groups + wide - 1) / wide;
    if (high > facts.maxGroups)
        throw MachineFailure{{"vulkan", text(count) + " elements are too many", "use the backend cpu"}};
    writer.shader.groups = {uint32_t(wide), uint32_t(high), 1};
    writer.line("layout(local_size_x = " + text(threads) + ") in;");
    writer.constant("COUNT", count);
}

const char* const identity =
    "(gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * gl_WorkGroupSize.x + "
    "gl_LocalInvocationID.x";

/// An element as 32 bits, those of a float for what is narrow; and the other way round.
std::string bitsOf(const Writer& writer, const PlanOperand& o, const std::string& at)
{
    if (writer.precision(o) != Precision::Single) return "floatBitsToUint(" + writer.read(o, at) + ")";
    return writer.array(o) + "[" + at + "]";
}
std::string setBits(const Writer& writer, const PlanOperand& o, const std::string& at,
                    const std::string& bits)
{
    if (writer.precision(o) != Precision::Single) return writer.write(o, at, "uintBitsToFloat(" + bits + ")");
    return writer.array(o) + "[" + at + "] = " + bits + ";";
}

constexpr std::string_view lineOp = "void line(";

/// A workgroup for each line along an axis.
struct Lines {
    Lines(const Type& type, const std::string& axis, const DeviceFacts& facts)
    {
        const size_t d = size_t(type.find(axis));
        length = type.axes[d].size;
        inner = type.strides()[d];
        count = type.count() / length;
        power = powerOf2AtLeast(length);
        threads = std::min<int64_t>(power, 256);
        while (threads > facts.maxInvocations) threads /= 2;
        fits = 2 * power * 4 <= facts.sharedBytes;
    }
    int64_t length, inner, count, power, threads;
    bool fits;
};

/// "const int NAME[] = int[](...);", never empty.
void table(Writer& writer, const std::string& name, std::vector<int64_t> values)
{
    if (values.empty()) values.push_back(0);
    std::string list;
    for (int64_t value : values) list += (list.empty() ? "" : ", ") + text(int64_t(int32_t(value)));
    writer.line("const int " + name + "[" + text(int64_t(values.size())) + "] = int[](" + list + ");");
}

} // namespace

Shader makeCopy(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
{
    Writer writer(kernel, plan);
    const PlanOperand &from = kernel.reads[0], &to = kernel.writes[0];
    writer.declare(Writer::As::Bits, false);
    const size_t axes = kernel.axes.size();
    writer.index("from", from.offset, kernel.axes, from.strides, 0, axes);
    if (kernel.border.empty()) {
        begin(writer, product(kernel.axes, 0, axes), threads, facts);
        writer.index("to", to.offset, kernel.axes, to.strides, 0, axes);
        writer.line(std::string("void main()\n{\nuint id = ") + identity + ";\nif (id < COUNT) " +
                    setBits(writer, to, "to(id)", bitsOf(writer, from, "from(id)")) + "\n}");
        return writer.finish(kernel.name);
    }
    // Every element of the whole looks for what it is a copy of: along each axis the block begins at `first`
    // and has an element every `step`.
    begin(writer, product(kernel.border, 0, kernel.border.size()), threads, facts);
    std::string inside = "true", source = "0u";
    int64_t below = 1, offset = to.offset, whole = product(kernel.border, 0, kernel.border.size());
    std::vector<std::string> at(axes);
    for (const Axis& axis : kernel.border) {
        whole /= axis.size;
        const int64_t first = offset / whole;
        offset %= whole;
        const auto own = std::find_if(kernel.axes.begin(), kernel.axes.end(),
                                      [&](const Axis& a) { return a.name == axis.name; });
        const size_t d = size_t(own - kernel.axes.begin());
        const int64_t size = own == kernel.axes.end() ? 1 : own->size;
        const int64_t step = size > 1 ? to.strides[d] / whole : 1;
        const std::string place =
            "(id / " + text(whole) + "u % " + text(axis.size) + "u - " + text(first) + "u)";
        if (size != axis.size || step != 1 || first != 0)
            inside += " && " + place + " % " + text(step) + "u == 0u && " + place + " / " + text(step) +
                      "u < " + text(size) + "u";
        if (d < axes) at[d] = place + " / " + text(step) + "u";
    }
    for (size_t d = axes; d-- > 0;) {
        if (!at[d].empty()) source += " + " + at[d] + " * " + text(below) + "u";
        below *= kernel.axes[d].size;
    }
    writer.line(std::string("void main()\n{\nuint id = ") + identity +
                ";\nif (id >= COUNT) return;\nuint bits = 0u;\nif (" + inside +
                ") bits = " + bitsOf(writer, from, "from(" + source + ")") + ";\n" +
                setBits(writer, to, "id", "bits") + "\n}");
    return writer.finish(kernel.name);
}

/// What a shader is told of its op, in tables: types by axes, and where the axes are that the op names.
Shader makeStructural(const PlanKernel& kernel, const Plan& plan, const DeviceFacts& facts)
{
    const Instruction& of = *kernel.instruction;
    const std::string file = std::string(of.op->name) + ".comp";
    const std::vector<std::string> known = files::resourceNames("shaders");
    if (std::find(known.begin(), known.end(), "shaders/" + file) == known.end())
        throw MachineFailure{
            {"vulkan", "'" + std::string(of.op->name) + "' has no shader yet", "the backend cpu runs it"}};

    Writer writer(kernel, plan);
    const Type& result = of.type;
    const std::string_view source = files::resource("shaders/" + file);
    std::optional<Lines> lines;
    if (source.find(lineOp) != source.npos) lines = Lines(result, of.attributes.axes[0], facts);
    const bool owns = lines && !lines->fits && source.find("partials") != source.npos;
    if (owns) writer.shader.partials = 2 * lines->power * lines->count, writer.shader.tickets = 1;
    writer.include("common.glsl");
    writer.declare(Writer::As::Bits, owns);
    const auto place = [](const Type& type, const std::string& axis) { return int64_t(type.find(axis)); };
    std::vector<int64_t> ranks, firsts, offsets, sizes, strides, matches, named, renamed;
    for (size_t r = 0; r < kernel.reads.size(); ++r) {
        const Type& type = kernel.types[r];
        firsts.push_back(int64_t(sizes.size()));
        ranks.push_back(int64_t(type.axes.size()));
        offsets.push_back(kernel.reads[r].offset);
        for (size_t d = 0; d < type.axes.size(); ++d) {
            sizes.push_back(type.axes[d].size);
            strides.push_back(kernel.reads[r].strides[d]);
            matches.push_back(place(result, type.axes[d].name));
        }
        for (const std::string& axis : of.attributes.axes) named.push_back(place(type, axis));
        for (const std::string& axis : of.attributes.to) renamed.push_back(place(type, axis));
    }
    std::vector<int64_t> resultSizes, resultNamed, resultRenamed;
    for (const Axis& axis : result.axes) resultSizes.push_back(axis.size);
    for (const std::string& axis : of.attributes.axes) resultNamed.push_back(place(result, axis));
    for (const std::string& axis : of.attributes.to) resultRenamed.push_back(place(result, axis));
    writer.constant("READS", int64_t(kernel.reads.size()));
    writer.constant("RANK", int64_t(result.axes.size()));
    writer.constant("AXES", int64_t(of.attributes.axes.size()));
    writer.constant("TO", int64_t(of.attributes.to.size()));
    table(writer, "ranks", ranks);
    table(writer, "firsts", firsts);
    table(writer, "sizes", sizes);
    table(writer, "strides", strides);
    table(writer, "matches", matches);
    table(writer, "offsets", offsets);
    table(writer, "named", named);
    table(writer, "renamed", renamed);
    table(writer, "resultSizes", resultSizes);
    table(writer, "resultNamed", resultNamed);
    table(writer, "resultRenamed", resultRenamed);
    table(writer, "attributes", of.attributes.sizes);
    writer.line("uint load(uint read, int at)\n{");
    for (size_t r = 0; r < kernel.reads.size(); ++r)
        writer.line(
            (r + 1 < kernel.reads.size() ? "if (read == " + text(int64_t(r)) + "u) " : std::string()) +
            "return " + bitsOf(writer, kernel.reads[r], "at") + ";");
    writer.line("}\nvoid store(uint at, uint bits) { " + setBits(writer, kernel.writes[0], "at", "bits") +
                " }");
    writer.include("structural.glsl");
    if (plan.buffers[size_t(kernel.reads[0].buffer)].element == Element::Integer)
        writer.line("#define INTEGER");
    if (!lines) {
        begin(writer, result.count(), threads, facts);
        writer.include(file);
        writer.line(std::string("void main()\n{\nuint id = ") + identity +
                    ";\nif (id < COUNT) element(id);\n}");
        return writer.finish(kernel.name);
    }
    begin(writer, lines->count * lines->threads, lines->threads, facts);
    for (const auto& [name, value] : {std::pair<const char*, int64_t>{"LENGTH", lines->length},
                                      {"INNER", lines->inner},
                                      {"POWER", lines->power},
                                      {"THREADS", lines->threads}})
        writer.constant(name, value);
    if (lines->fits) writer.line("#define FITS");
    writer.include(file);
    writer.line("void main()\n{\nuint number = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;\n"
                "if (number * THREADS < COUNT) line(number, number / INNER * (INNER * LENGTH) + number % "
                "INNER);\n}");
    return writer.finish(kernel.name);
}

} // namespace core::vulkan
