#include "core/backend/backend.h"

namespace core
{

namespace
{

class AtOnce : public Capture
{
public:
    explicit AtOnce(std::map<std::string, Array> values)
        : m_values(std::move(values))
    {
    }
    bool arrived() const override { return true; }
    std::map<std::string, Array> take() override { return std::move(m_values); }

private:
    std::map<std::string, Array> m_values;
};

} // namespace

Array arrayFor(const Type& type, Array spare)
{
    if (spare.type == type &&
        std::visit([&](auto& data) { return int64_t(data.size()); }, spare.data) == type.count())
        return spare;
    const auto count = size_t(type.count());
    if (type.element == Element::Integer) return {type, std::vector<int32_t>(count)};
    return {type, std::vector<float>(count)};
}

std::unique_ptr<Capture> Memory::capture(const std::vector<std::string>& names,
                                         std::map<std::string, Array> spare) const
{
    std::map<std::string, Array> values;
    for (const std::string& name : names) {
        Array& array = values[name];
        if (const auto found = spare.find(name); found != spare.end()) array = std::move(found->second);
        read(name, array);
    }
    return std::make_unique<AtOnce>(std::move(values));
}

} // namespace core
