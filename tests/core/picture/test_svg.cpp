// Pictures as files: SVG that is well-formed and gives its document back, TikZ whose groups close.
#include "core/files/files.h"
#include "core/picture/draw.h"
#include "core/picture/tikz.h"
#include "tests/core/diagram/signatures.h"

#include <QtTest/QtTest>

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QXmlStreamReader>

using namespace core;
using namespace core::picture;

namespace
{

std::vector<Document> presets()
{
    std::vector<Document> all;
    for (const std::string& name : files::resourceNames("examples")) {
        if (!name.ends_with(".axo")) continue;
        Errors problems;
        all.push_back(parseDocument(files::resource(name), name, problems));
    }
    return all;
}

Document preset(const std::string& name)
{
    Errors problems;
    return parseDocument(files::resource("examples/" + name + ".axo"), name, problems);
}

} // namespace

class TestSvg : public QObject
{
    Q_OBJECT

private slots:
    void documentsComeBackFromTheirPictures()
    {
        const BlockLibrary library = BlockLibrary::builtIn();
        int count = 0;
        for (const Document& document : presets()) {
            const std::string svg = writeSvg(draw(document, library, test::images()), {}, &document);
            QXmlStreamReader xml(QByteArray::fromStdString(svg));
            while (!xml.atEnd()) xml.readNext();
            QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
            Errors problems;
            const auto read = documentOf(svg, "svg", problems);
            QVERIFY(read && problems.empty());
            QVERIFY2(*read == document, document.title.c_str());
            ++count;
        }
        QVERIFY(count >= 8);
    }

    void textWithMarkupSurvives()
    {
        Document document;
        document.title = "a < b & \"c\" > ]]> </metadata> &amp;";
        document.notes = "tab\tand\nline";
        Errors problems;
        const auto read = documentOf(writeSvg({}, {}, &document), "svg", problems);
        QVERIFY(read && problems.empty());
        QCOMPARE(read->title, document.title);
        QCOMPARE(read->notes, document.notes);
    }

    void aPictureWithoutDocumentGivesNone()
    {
        Errors problems;
        QVERIFY(!documentOf(writeSvg({}), "svg", problems));
        QVERIFY(!documentOf("no picture", "svg", problems));
        QVERIFY(problems.empty());
    }

    void wordsCanBeFoundAndNeedNoFont()
    {
        const Document document = preset("digits-mlp");
        const std::string svg = writeSvg(draw(document, BlockLibrary::builtIn(), test::images()), {});
        QSet<QString> glyphs, used;
        QString text;
        QXmlStreamReader xml(QByteArray::fromStdString(svg));
        while (!xml.atEnd()) {
            xml.readNext();
            if (!xml.isStartElement()) continue;
            const auto attributes = xml.attributes();
            if (xml.name() == QLatin1String("path") && attributes.hasAttribute("id"))
                glyphs << attributes.value("id").toString();
            if (xml.name() == QLatin1String("use")) used << attributes.value("href").mid(1).toString();
            if (xml.name() == QLatin1String("text")) text += xml.readElementText() + "\n";
        }
        QVERIFY2(text.contains("channel"), qPrintable(text));
        QVERIFY(!used.isEmpty());
        QCOMPARE(glyphs, used);
    }

    void anOpenedBlockShowsItsInside()
    {
        const BlockLibrary library = BlockLibrary::builtIn();
        const Document document = preset("digits-mixer");
        DrawOptions options;
        const size_t closed = draw(document, library, test::images(), options).owners.size();
        for (const Block& block : document.diagram.blocks) options.open.insert(block.id);
        QVERIFY(draw(document, library, test::images(), options).owners.size() > closed);
    }

    void aPictureIsTheSameEveryTime()
    {
        const BlockLibrary library = BlockLibrary::builtIn();
        const Document document = preset("digits-transformer");
        QCOMPARE(writeSvg(draw(document, library, test::images())),
                 writeSvg(draw(document, library, test::images())));
    }

    /// Bytes and their text are those of RFC 4648, section 10.
    void lensesStandAboveTheirWires()
    {
        const Document document = preset("digits-mlp");
        DrawOptions options;
        const Picture plain = draw(document, BlockLibrary::builtIn(), test::images(), options);
        options.lenses = {{"hidden1.y", "Activations", "foobar"},
                          {"data.x", "Activation", "fooba"},
                          {"nobody.y", "Nothing", "foo"}};
        const Picture picture = draw(document, BlockLibrary::builtIn(), test::images(), options);
        QCOMPARE(picture.images.size(), size_t(2));
        QVERIFY(picture.images[0].place.right < picture.images[1].place.left);
        for (const PlacedImage& image : picture.images) {
            QVERIFY(image.place.bottom < plain.bounds.top);
            QVERIFY(picture.bounds.contains(image.place));
        }
        const std::string svg = writeSvg(picture);
        QVERIFY(svg.find("base64,Zm9vYmFy\"") != std::string::npos);
        QVERIFY(svg.find("base64,Zm9vYmE=\"") != std::string::npos);
        const std::string tikz = writeTikz(picture, {}, "figure");
        QVERIFY(tikz.find("{figure-1.png}") != std::string::npos);
        QVERIFY(tikz.find("{figure-2.png}") != std::string::npos);
    }

    void lensesThatWerePlacedStandBesideTheirWires()
    {
        const Document document = preset("digits-mlp");
        DrawOptions options;
        options.lenses = {{"hidden1.y", "Activations", "foobar", 120, 90, Point{30, 140}}};
        const Picture picture = draw(document, BlockLibrary::builtIn(), test::images(), options);
        QCOMPARE(picture.images.size(), size_t(1));
        const auto wire = placeOf("hidden1.y", picture.marks, picture.owners);
        QVERIFY(wire && picture.bounds.contains(*wire));
        const Rect place = picture.images[0].place;
        QVERIFY(distance(place.centre(), *wire + Point{30, 140}) < 12); // the title takes room above it
        QVERIFY(picture.bounds.contains(place));
    }

    /// The inside of an opened block; of one that is closed, the block.
    void lensesFindWiresInsideBlocks()
    {
        const Document document = preset("transformer-encoder-block");
        DrawOptions options;
        const auto placed = [&] {
            const Picture picture = draw(document, BlockLibrary::builtIn(), test::images(), options);
            Rect frame;
            for (const Mark& mark : picture.marks)
                if (mark.owner >= 0 && picture.owners[size_t(mark.owner)].id == "attention")
                    frame = frame.united(mark.bounds());
            const auto at = placeOf("attention/q.y", picture.marks, picture.owners);
            return std::pair(at, frame);
        };
        const auto [opened, frame] = placed();
        QVERIFY(opened && frame.contains(*opened) && distance(*opened, frame.centre()) > 100);
        QVERIFY(!placeOf("nobody/q.y", {}, {}));
        Document closed = document;
        closed.diagram.find("attention")->open = false;
        const Picture picture = draw(closed, BlockLibrary::builtIn(), test::images(), options);
        const auto block = placeOf("attention/q.y", picture.marks, picture.owners);
        QVERIFY(block && picture.bounds.contains(*block));
        options.lenses = {{"attention/q.y", "Inside", "foo"}};
        QCOMPARE(draw(closed, BlockLibrary::builtIn(), test::images(), options).images.size(), size_t(1));
        QCOMPARE(draw(document, BlockLibrary::builtIn(), test::images(), options).images.size(), size_t(1));
    }

    void latexTakesTheTikz()
    {
        const QString latex = QStandardPaths::findExecutable("pdflatex");
        if (latex.isEmpty()) QSKIP("there is no pdflatex on this machine");
        QTemporaryDir folder;
        DrawOptions options;
        options.costs = true;
        options.title = "100 % of a_b & <c> {d} #e $f ~g ^h \\i";
        files::writeFile(
            folder.filePath("a.tex").toStdString(),
            writeTikz(draw(preset("transformer"), BlockLibrary::builtIn(), test::images(), options)));
        QProcess process;
        process.setWorkingDirectory(folder.path());
        process.start(latex, {"-interaction=nonstopmode", "-halt-on-error", "a.tex"});
        QVERIFY(process.waitForFinished(60000));
        const QByteArray said = process.readAllStandardOutput();
        QVERIFY2(process.exitCode() == 0, said.right(600).constData());
        QVERIFY2(said.contains("(1 page"), said.right(600).constData());
    }

    void bracesOfTikzClose()
    {
        const std::string tikz =
            writeTikz(draw(preset("digits-transformer"), BlockLibrary::builtIn(), test::images()));
        int depth = 0;
        for (size_t i = 0; i < tikz.size(); ++i) {
            if (tikz[i] == '\\') {
                ++i;
                continue;
            }
            depth += tikz[i] == '{';
            depth -= tikz[i] == '}';
            QVERIFY(depth >= 0);
        }
        QCOMPARE(depth, 0);
        QVERIFY(tikz.find("\\begin{tikzpicture}") < tikz.find("\\end{tikzpicture}"));
        QVERIFY(tikz.find("channel") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestSvg)
#include "test_svg.moc"
