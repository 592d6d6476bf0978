#include "core/diagram/tower.h"

namespace core
{
namespace
{

class Tower
{
public:
    explicit Tower(Document& document)
        : m_diagram(document.diagram)
    {
    }

    std::string add(const char* kind, std::map<std::string, std::string> settings = {})
    {
        Block block{kind + std::to_string(m_diagram.blocks.size()), kind, {}, {}, {}};
        for (auto& [name, text] : settings)
            block.settings[name] = {Setting::Kind::Text, 0, std::move(text), false};
        m_diagram.blocks.push_back(std::move(block));
        return m_diagram.blocks.back().id;
    }
    std::string after(const std::string& before, const char* kind,
                      std::map<std::string, std::string> settings = {})
    {
        std::string id = add(kind, std::move(settings));
        m_diagram.wires.push_back({{before, before.starts_with("data") ? "x" : "y"}, {id, "x"}});
        return id;
    }
    std::string joined(const char* kind, const std::string& a, const std::string& b)
    {
        std::string id = after(a, kind);
        m_diagram.wires.push_back({{b, "y"}, {id, "x"}});
        return id;
    }

    /// norm -> wide -> gelu -> narrow around a bypass, mixing `axis`.
    std::string mixing(const std::string& x, const char* axis, const char* wide, const char* narrow)
    {
        const std::string norm = after(x, "layer_norm"),
                          up = after(norm, "linear", {{"from", axis}, {"to", wide}}),
                          active = after(up, "activation", {{"formula", "gelu(x)"}}),
                          down = after(active, "linear", {{"from", "hidden"}, {"to", narrow}});
        return joined("add", down, x);
    }
    std::string attention(const std::string& x)
    {
        return joined("add", after(after(x, "layer_norm"), "attention"), x);
    }
    std::string gated(const std::string& x)
    {
        const std::string norm = after(x, "layer_norm"),
                          value = after(norm, "linear", {{"from", "channel"}, {"to", "channel: d"}}),
                          gate = after(norm, "linear", {{"from", "channel"}, {"to", "channel: d"}}),
                          open = after(gate, "activation", {{"formula", "sigmoid(x)"}});
        return joined("add", joined("multiply", value, open), x);
    }

private:
    Diagram& m_diagram;
};

} // namespace

Document towerDocument(int blocks, int skips)
{
    Document document;
    document.title = "Tower";
    document.data.normalise = "unit";
    document.diagram.sizes = {{"d", "16"}};
    Tower tower(document);
    const std::string data = tower.add("data");
    std::string x = tower.after(data, "linear", {{"from", "column, colour"}, {"to", "channel: d"}});
    x = tower.after(x, "rename_axis", {{"from", "row"}, {"to", "token"}});
    std::vector<std::string> open;
    const auto count = [&] { return int(document.diagram.blocks.size()); };
    for (int layer = 0; count() < blocks - 3; ++layer) {
        x = layer % 3 == 0   ? tower.mixing(tower.mixing(x, "token", "hidden: 16", "token: 8"), "channel",
                                            "hidden: 4*d", "channel: d")
            : layer % 3 == 1 ? tower.mixing(tower.attention(x), "channel", "hidden: 4*d", "channel: d")
                             : tower.gated(x);
        if (int(open.size()) < skips && layer < skips)
            open.push_back(x);
        else if (!open.empty() && blocks - count() < 25 * int(open.size())) {
            x = tower.joined("add", x, open.back());
            open.pop_back();
        }
    }
    x = tower.after(x, "global_average_pool", {{"over", "token"}});
    x = tower.after(x, "linear", {{"to", "class: classes"}});
    const std::string loss = tower.add("cross_entropy");
    document.diagram.wires.push_back({{x, "y"}, {loss, "logits"}});
    document.diagram.wires.push_back({{data, "y"}, {loss, "target"}});
    return document;
}

} // namespace core
