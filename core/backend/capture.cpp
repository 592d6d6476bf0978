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

std::unique_ptr<Capture> Memory::capture(const std::vector<std::string>& names) const
{
    std::map<std::string, Array> values;
    for (const std::string& name : names) values[name] = read(name);
    return std::make_unique<AtOnce>(std::move(values));
}

} // namespace core
