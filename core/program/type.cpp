#include "core/program/type.h"

namespace core
{

int64_t Type::count() const
{
    int64_t product = 1;
    for (const Axis& axis : axes) product *= axis.size;
    return product;
}

int Type::find(std::string_view axis) const
{
    for (size_t i = 0; i < axes.size(); ++i)
        if (axes[i].name == axis) return int(i);
    return -1;
}

int64_t Type::size(std::string_view axis) const
{
    const int position = find(axis);
    return position < 0 ? 1 : axes[size_t(position)].size;
}

std::vector<int64_t> Type::strides() const
{
    std::vector<int64_t> result(axes.size(), 1);
    for (size_t i = axes.size(); i-- > 1;) result[i - 1] = result[i] * axes[i].size;
    return result;
}

std::string Type::text() const
{
    std::string text = element == Element::Real ? "real[" : "integer[";
    for (size_t i = 0; i < axes.size(); ++i) {
        if (i) text += ", ";
        text += axes[i].name + "=" + std::to_string(axes[i].size);
    }
    return text + "]";
}

} // namespace core
