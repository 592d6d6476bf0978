// Axes renamed everywhere, ways out of conflicts, finding.
#include "signatures.h"

#include "core/diagram/edit.h"
#include "core/diagram/text.h"

#include <QtTest>

using namespace core;
using test::wire;

class AxesTest : public QObject
{
    Q_OBJECT

    const BlockLibrary library = BlockLibrary::builtIn();

    Document document(const std::string& text)
    {
        Document document;
        Errors errors;
        document.diagram = diagramFrom(text, library, {}, errors);
        if (!errors.empty()) qWarning("%s", test::textOf(errors).c_str());
        return document;
    }

    Elaboration made(const Document& document, const DataSignature& data)
    {
        return elaborate(document.diagram, library, data, Phase::Training);
    }

private slots:
    void anAxisIsRenamedWhereverItIsNamed()
    {
        Document one =
            document("data = data()\nh = linear(data.x, to = [head: 2, channel: 8])\nn = layer_norm(h)\n"
                     "r = n/sqrt(size(channel))\ns = softmax(r, channel)\n");
        const Elaboration before = made(one, test::points());
        QVERIFY2(before.errors.empty(), test::textOf(before.errors).c_str());
        edit::renameAxis(one, library, before, "channel", "width");
        const Elaboration after = made(one, test::points());
        QVERIFY2(after.errors.empty(), test::textOf(after.errors).c_str());
        QCOMPARE(after.types.at("s.y").type.text(), std::string("real[batch=16, head=2, width=8]"));
        QCOMPARE(textOf(one.diagram, library).find("channel"), std::string::npos);
        QVERIFY_EXCEPTION_THROWN(edit::renameAxis(one, library, after, "width", "head"), Error);
        QVERIFY_EXCEPTION_THROWN(edit::renameAxis(one, library, after, "width", "a b"), Error);
    }

    void axesOfTheDataAreRenamedBehindIt()
    {
        Document one = document("data = data()\nh = linear(data.x, feature -> channel: 8)\n");
        edit::renameAxis(one, library, made(one, test::points()), "feature", "coordinate");
        const Elaboration after = made(one, test::points());
        QVERIFY2(after.errors.empty(), test::textOf(after.errors).c_str());
        QVERIFY(after.types.at("rename_axis.y").type.has("coordinate"));
    }

    void conflictsHaveWaysOutThatWork()
    {
        const Document one = document("data = data()\na = linear(data.x, to = channel: 8)\n"
                                      "b = linear(data.x, to = channel: 12)\nc = a + b\n");
        const Elaboration before = made(one, test::points());
        QCOMPARE(before.errors.size(), size_t(1));
        const auto fixes = edit::fixesFor(one, library, test::points(), before.errors[0]);
        std::string titles;
        for (const edit::Fix& fix : fixes) {
            titles += fix.title + "; ";
            const Document fixed = fix.apply(one);
            QVERIFY2(made(fixed, test::points()).errors.empty(), fix.title.c_str());
        }
        QVERIFY2(titles.find("insert a linear map channel -> channel: 8; ") != std::string::npos,
                 titles.c_str());
        QVERIFY2(titles.find("insert a linear map channel -> channel: 12; ") != std::string::npos,
                 titles.c_str());
    }

    void aWireThatLacksAnAxisHasWaysOut()
    {
        const Document one =
            document("data = data()\nh = linear(data.x, to = hidden: 8)\nn = layer_norm(over = channel)\n");
        const auto fixes = edit::fixesFor(one, library, test::points(), wire("h.y", "n.x"));
        QVERIFY(!fixes.empty());
        QCOMPARE(fixes[0].title, std::string("rename axis hidden to channel"));
        QVERIFY(made(fixes[0].apply(one), test::points()).errors.empty());
        QVERIFY(edit::fixesFor(one, library, test::points(), wire("gone.y", "n.x")).empty());
    }

    void findingLooksAtBlocksSettingsAndAxes()
    {
        const Document one =
            document("data = data()\nHidden = linear(data.x, to = channel: 8)\nr = relu(Hidden)\n");
        const Elaboration all = made(one, test::points());
        using F = edit::Found;
        QVERIFY(edit::find(one.diagram, library, &all, "hidDEN") ==
                (std::vector<F>{{F::Kind::Block, "Hidden", "Hidden"}}));
        QVERIFY(edit::find(one.diagram, library, &all, "channel") ==
                (std::vector<F>{{F::Kind::Setting, "Hidden", "to = channel: 8"},
                                {F::Kind::Axis, "Hidden", "channel: 8"},
                                {F::Kind::Axis, "r", "channel: 8"}}));
        QVERIFY(edit::find(one.diagram, library, &all, "nowhere").empty());
    }
};

QTEST_APPLESS_MAIN(AxesTest)
#include "test_axes.moc"
