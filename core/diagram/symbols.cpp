#include "core/diagram/symbols.h"

#include "core/language/expression.h"

#include <set>

namespace core::diagram
{

namespace
{

/// Each symbol is evaluated after those that it names.
class Symbols
{
public:
    Symbols(const Diagram& diagram, const DataSignature& data, Errors& errors)
        : m_diagram(diagram)
        , m_errors(errors)
    {
        const auto batch = double(data.x.size("batch"));
        m_known["batch"] = Size(batch, Polynomial::atom("batch"));
        const int64_t classes = data.classes > 0 ? data.classes : data.vocabulary;
        if (classes > 0) m_known["classes"] = Size(double(classes));
        if (data.vocabulary > 0) m_known["vocabulary"] = Size(double(data.vocabulary));
        for (const auto& [symbol, formula] : diagram.sizes) resolve(symbol);
    }

    std::map<std::string, Size> take() { return std::move(m_known); }

private:
    bool resolve(const std::string& symbol)
    {
        if (m_open.count(symbol)) {
            m_errors.push_back({"sizes." + symbol, "is defined by itself", "give it a number"});
            return false;
        }
        const auto own = m_diagram.sizes.find(symbol);
        if (m_done.count(symbol) || own == m_diagram.sizes.end()) return m_known.count(symbol);
        m_open.insert(symbol);
        try {
            const auto syntax = language::parseExpression(own->second, "sizes." + symbol);
            std::vector<std::string> names;
            collect(syntax, names);
            std::vector<double> values;
            bool whole = true;
            for (const std::string& name : names) {
                if (m_diagram.sizes.count(name)) whole = resolve(name) && whole;
                const auto known = m_known.find(name);
                values.push_back(known == m_known.end() ? 0 : known->second.value);
            }
            std::erase_if(names, [&](const std::string& name) { return !m_known.count(name); });
            if (whole) {
                values.clear();
                for (const std::string& name : names) values.push_back(m_known[name].value);
                const double value =
                    language::evaluate(language::formulaFrom(syntax, names, "sizes." + symbol), values);
                if (!(value >= 1 && value <= 1e9 && value == double(int64_t(value))))
                    throw Error{"sizes." + symbol, own->second + " is no size",
                                "sizes are whole numbers from 1 on"};
                m_known[symbol] = Size(value, Polynomial::atom(symbol));
            }
        } catch (const Error& error) {
            m_errors.push_back(error);
        }
        m_open.erase(symbol);
        m_done.insert(symbol);
        return m_known.count(symbol);
    }

    static void collect(const language::Syntax& syntax, std::vector<std::string>& names)
    {
        if (syntax.kind == language::Syntax::Kind::Name) names.push_back(syntax.name);
        for (const language::Syntax& child : syntax.children) collect(child, names);
    }

    const Diagram& m_diagram;
    Errors& m_errors;
    std::map<std::string, Size> m_known;
    std::set<std::string> m_open, m_done;
};

} // namespace

std::map<std::string, Size> symbolsOf(const Diagram& diagram, const DataSignature& data, Errors& errors)
{
    return Symbols(diagram, data, errors).take();
}

} // namespace core::diagram
