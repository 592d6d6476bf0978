// Parsing and printing: inverse of each other, errors that point at the place, bounded depth and size.
#include "core/language/syntax.h"

#include <QTest>

#include <random>

using namespace core;
using namespace core::language;

namespace
{

/// Random trees as a parser makes them.
class Generator
{
public:
    explicit Generator(unsigned seed)
        : m_random(seed)
    {
    }

    Syntax expression(int depth)
    {
        return below(12) == 0 ? arrow(depth) : below(12) == 0 ? sized(depth) : value(depth);
    }

private:
    int below(int n) { return int(m_random() % unsigned(n)); }
    std::string name() { return std::string(1, char('a' + below(26))) + (below(2) ? "_1" : ""); }

    Syntax sized(int depth)
    {
        return {.kind = Syntax::Kind::Sized, .name = name(), .children = {value(depth - 1)}};
    }
    Syntax arrow(int depth)
    {
        const auto side = [&] { return below(4) == 0 ? sized(depth - 1) : value(depth - 1); };
        Syntax result{.kind = Syntax::Kind::Arrow};
        result.children.push_back(side());
        result.children.push_back(side());
        return result;
    }

    Syntax value(int depth)
    {
        static const char* const binary[] = {"add",       "subtract",   "multiply", "divide",        "power",
                                             "less",      "less_equal", "greater",  "greater_equal", "equal",
                                             "not_equal", "and",        "or"};
        switch (depth <= 0 ? below(3) : below(9)) {
        case 0:
            return {.kind = Syntax::Kind::Number,
                    .number = below(2) ? below(1000) : std::ldexp(double(m_random()), below(200) - 100)};
        case 1:
            return {.kind = Syntax::Kind::Name, .name = name()};
        case 2:
            return {.kind = Syntax::Kind::String, .name = below(2) ? "he" : "a \"b\" \\ \n#;"};
        case 3:
            return {.kind = Syntax::Kind::Call,
                    .infix = true,
                    .name = below(2) ? "negate" : "not",
                    .children = {value(depth - 1)}};
        case 4: {
            Syntax call{.kind = Syntax::Kind::Call, .name = below(4) ? name() : "add"};
            for (int i = below(4); i > 0; --i)
                call.children.push_back(below(3) ? expression(depth - 1)
                                                 : Syntax{.kind = Syntax::Kind::Named,
                                                          .name = name(),
                                                          .children = {expression(depth - 1)}});
            return call;
        }
        case 5: {
            Syntax list{.kind = Syntax::Kind::List};
            for (int i = below(4); i > 0; --i) list.children.push_back(expression(depth - 1));
            return list;
        }
        default:
            return {.kind = Syntax::Kind::Call,
                    .infix = true,
                    .name = binary[below(13)],
                    .children = {value(depth - 1), value(depth - 1)}};
        }
    }

    std::mt19937 m_random;
};

Error errorOf(const std::string& text)
{
    try {
        parseExpression(text);
    } catch (const Error& e) {
        return e;
    }
    return {};
}

} // namespace

class TestSyntax : public QObject
{
    Q_OBJECT

private slots:
    void printsWithFewestBrackets_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"a + b*c",
                                 "(a + b)*c",
                                 "a - (b - c)",
                                 "a - b - c",
                                 "a/(b*c)",
                                 "a/b*c",
                                 "-x^2",
                                 "(-x)^2",
                                 "2^-x",
                                 "(a^b)^c",
                                 "a^b^c",
                                 "--x",
                                 "not a and b or c",
                                 "not (a and b)",
                                 "(a < b) == c",
                                 "f(x, over = [a, b])",
                                 "linear(x, channel -> [head, key])",
                                 "[hidden: 4*d, x]",
                                 "\"a\\\"b\"",
                                 "a*-b",
                                 "-a*b",
                                 "-(a*b)",
                                 "add(a, b)",
                                 "1e-05",
                                 "0.1",
                                 "f()",
                                 "[]"})
            QTest::newRow(text) << QString(text);
    }
    void printsWithFewestBrackets()
    {
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(print(parseExpression(text.toStdString()))), text);
    }

    void randomTreesSurvivePrintingAndParsing()
    {
        Generator generator(7);
        for (int i = 0; i < 10'000; ++i) {
            const Syntax tree = generator.expression(6);
            const std::string text = print(tree);
            const Syntax again = parseExpression(text);
            if (!(again == tree)) QFAIL(("changed: " + text + "\nto: " + print(again)).c_str());
            QCOMPARE(print(again), text);
        }
    }

    void powerBindsTighterThanMinusAndGroupsToTheRight()
    {
        QVERIFY(parseExpression("-x^2") == parseExpression("-(x^2)"));
        QVERIFY(parseExpression("a^b^c") == parseExpression("a^(b^c)"));
        QVERIFY(!(parseExpression("a-b-c") == parseExpression("a-(b-c)")));
        QVERIFY(parseExpression("add(a, b)") == parseExpression("a + b"));
    }

    void statementsAndTheirComments()
    {
        const auto term =
            parseTerm("# the maximum\n# is subtracted\ne = exp(x - max(x, over)); # normalised\n"
                      "y, z = e / sum(e,\n  over) if bias # beside\n\nf(y)\n");
        QCOMPARE(term.size(), size_t(3));
        QCOMPARE(term[0].comment, std::string("the maximum\nis subtracted"));
        QCOMPARE(term[1].targets, (std::vector<std::string>{"y", "z"}));
        QCOMPARE(term[1].condition.size(), size_t(1));
        QCOMPARE(term[1].comment, std::string("normalised\nbeside"));
        QVERIFY(term[2].targets.empty());
        const std::string text = print(term);
        const auto again = parseTerm(text);
        QCOMPARE(print(again), text);
        QCOMPARE(again.size(), term.size());
        for (size_t i = 0; i < term.size(); ++i) {
            QVERIFY(again[i].value == term[i].value);
            QCOMPARE(again[i].comment, term[i].comment);
            QCOMPARE(again[i].targets, term[i].targets);
        }
    }

    void spansCoverTheText()
    {
        const Syntax s = parseExpression("  a + f(b, 2) # c");
        QCOMPARE(s.span, (Span{2, 13}));
        QCOMPARE(s.children[1].span, (Span{6, 13}));
        QCOMPARE(s.children[1].children[1].span, (Span{11, 12}));
    }

    void errorsPointAtTheCharacter_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("shown");
        QTest::newRow("character") << "x + $"
                                   << "formula:1:5"
                                   << "'$'";
        QTest::newRow("unicode") << QString::fromUtf8("\u00e9 + 1") << "formula:1:1"
                                 << QString::fromUtf8("'\u00e9'");
        QTest::newRow("open") << "(a + (b)"
                              << "formula:1:1"
                              << "'('";
        QTest::newRow("closed") << "a + b)"
                                << "formula:1:6"
                                << "')'";
        QTest::newRow("end") << "a +"
                             << "formula:1:4"
                             << "end of text";
        QTest::newRow("line") << "f(a,\n  b\n  c)"
                              << "formula:3:3"
                              << "'c'";
        QTest::newRow("product") << "2x"
                                 << "formula:1:1"
                                 << "'2x'";
        QTest::newRow("chain") << "a < b < c"
                               << "formula:1:7"
                               << "chain";
        QTest::newRow("string") << "f(\"abc"
                                << "formula:1:3"
                                << "string";
        QTest::newRow("empty") << ""
                               << "formula:1:1"
                               << "empty";
        QTest::newRow("reserved") << "and"
                                  << "formula:1:1"
                                  << "'and'";
        QTest::newRow("huge") << "1e999"
                              << "formula:1:1"
                              << "1e999";
        QTest::newRow("comma") << "f(a,)"
                               << "formula:1:5"
                               << "')'";
    }
    void errorsPointAtTheCharacter()
    {
        QFETCH(QString, text);
        QFETCH(QString, where);
        QFETCH(QString, shown);
        const Error e = errorOf(text.toStdString());
        QCOMPARE(QString::fromStdString(e.where), where);
        QVERIFY2(QString::fromStdString(e.what).contains(shown), e.what.c_str());
        QVERIFY(!e.hint.empty());
    }

    void hostileTextsEndInErrors()
    {
        constexpr size_t million = 1'000'000;
        std::string sum = "x", powers = "x";
        for (int i = 0; i < 100'000; ++i) sum += "+x", powers += "^x";
        for (const std::string& text :
             {std::string(million, '('), std::string(million, '['), std::string(million, '-'),
              std::string(million, ')'), sum, powers, std::string(2 * million, ' ')})
            QVERIFY2(!errorOf(text).what.empty(), text.substr(0, 20).c_str());
        std::string list = "[x";
        for (int i = 0; i < 100'000; ++i) list += ",x";
        QVERIFY(errorOf(list + "]").what.find("100000") != std::string::npos);
        QVERIFY(errorOf(std::string(150, '(') + "x" + std::string(150, ')')).what.empty());
        std::string bytes;
        std::mt19937 random(3);
        for (int i = 0; i < 20'000; ++i) {
            bytes.clear();
            for (int k = 0; k < 12; ++k) bytes += "ab1.+-*/^()[],:;=<>!#\" \n\x80\xff"[random() % 26];
            errorOf(bytes); // must come back
        }
    }
};

QTEST_APPLESS_MAIN(TestSyntax)
#include "test_syntax.moc"
