// Random programs: what is simplified, fused and run elsewhere has the values of the plain program.
#include "core/program/check.h"
#include "tests/core/program/differences.h"
#include "tests/core/program/randomprogram.h"

#include <QtTest>
#include <algorithm>
#include <set>

using namespace core;
using draw::differenceOn;
using draw::largest;

namespace
{

constexpr int programs = 800;

/// An empty string, or what differs.
std::string difference(const Program& plain, const Program& other,
                       const std::map<std::string, Tensor>& sources)
{
    const std::vector<Tensor> expected = interpret(plain, sources), got = interpret(other, sources);
    if (plain.results.size() != other.results.size()) return "results are missing";
    for (size_t i = 0; i < plain.results.size(); ++i) {
        const Tensor &a = expected[size_t(plain.results[i].value)], &b = got[size_t(other.results[i].value)];
        if (plain.results[i].name != other.results[i].name || a.type != b.type)
            return plain.results[i].name + " has another type";
        for (size_t k = 0; k < a.data.size(); ++k)
            if (!(std::abs(a.data[k] - b.data[k]) <= 1e-9 * (1 + largest(a))))
                return plain.results[i].name + ": " + std::to_string(b.data[k]) + " is not " +
                       std::to_string(a.data[k]);
    }
    return {};
}

} // namespace

class TestFuzz : public QObject
{
    Q_OBJECT

private slots:
    void simplifyAndFuseKeepValues()
    {
        std::set<std::string_view> used;
        size_t before = 0, after = 0;
        for (int seed = 0; seed < programs; ++seed) {
            draw::ProgramMaker maker(uint64_t(seed) * 7919 + 1);
            const Program program = maker.make(12);
            const auto sources = maker.sources();
            for (const Instruction& instruction : program.code) used.insert(instruction.op->name);
            check(program);
            Program simple, fused;
            try {
                simple = simplify(program);
                fused = fuse(simple);
            } catch (const Error& error) {
                QFAIL((std::to_string(seed) + ": " + error.text() + "\n" + program.text()).c_str());
            }
            check(simple);
            check(fused);
            before += program.code.size();
            after += fused.code.size();
            const std::string first = difference(program, simple, sources);
            QVERIFY2(first.empty(), (std::to_string(seed) + " simplified: " + first + "\n" + program.text() +
                                     "\n" + simple.text())
                                        .c_str());
            const std::string second = difference(program, fused, sources);
            QVERIFY2(second.empty(),
                     (std::to_string(seed) + " fused: " + second + "\n" + simple.text() + "\n" + fused.text())
                         .c_str());
        }
        QVERIFY(after < before);
        for (const Op* op : allOps())
            if (op->evaluate) QVERIFY2(used.contains(op->name), op->name.data());
    }

    void backendsAgree_data()
    {
        QTest::addColumn<QString>("name");
        for (const std::string& name : backendNames())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void backendsAgree()
    {
        QFETCH(QString, name);
        const auto backend = makeBackend(name.toStdString());
        for (int seed = 0; seed < programs; ++seed) {
            draw::ProgramMaker maker(uint64_t(seed) * 7919 + 1);
            const Program program = maker.make(12);
            const auto sources = maker.sources();
            for (const Program& form : {program, fuse(program)}) {
                const std::string what = differenceOn(*backend, form, sources);
                QVERIFY2(what.empty(), (std::to_string(seed) + ": " + what + "\n" + form.text()).c_str());
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestFuzz)
#include "test_fuzz.moc"
