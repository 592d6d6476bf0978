// The report of a training: one folder that needs nothing else.
#include "app/axo/png.h"
#include "app/axo/train.h"

#include "core/files/files.h"
#include "core/instruments/instrument.h"
#include "core/instruments/network.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

namespace axo
{

namespace
{

std::string escaped(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

std::string shortNumber(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

/// Ticks at 1, 2 or 5 times a power of ten.
std::vector<double> ticks(double low, double high)
{
    const double raw = (high - low) / 5, power = std::pow(10, std::floor(std::log10(raw)));
    const double step = power * (raw / power < 1.5 ? 1 : raw / power < 3.5 ? 2 : raw / power < 7.5 ? 5 : 10);
    std::vector<double> list;
    for (double at = std::ceil(low / step) * step; at <= high + 1e-9 * step; at += step) list.push_back(at);
    return list;
}

/// Both curves over the epochs.
std::string chart(const std::vector<core::HistoryPoint>& points, const std::string& title)
{
    double low = INFINITY, high = -INFINITY, last = 0;
    for (const auto& point : points) {
        for (const double value : {double(point.train), double(point.validation)}) {
            if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
        }
        last = std::max(last, point.epoch);
    }
    if (!(low <= high) || last <= 0) return {};
    if (high == low) high = low + 1;
    constexpr double width = 560, height = 260, left = 56, bottom = 34, top = 12, right = 12;
    const auto x = [&](double epoch) { return left + (width - left - right) * epoch / last; };
    const auto y = [&](double value) {
        return top + (height - top - bottom) * (high - value) / (high - low);
    };
    std::string svg =
        "<figure><svg viewBox=\"0 0 560 260\" role=\"img\" aria-label=\"" + escaped(title) + "\">";
    for (const double at : ticks(low, high)) {
        const std::string line = shortNumber(y(at));
        svg += "<line class=\"grid\" x1=\"56\" x2=\"548\" y1=\"" + line + "\" y2=\"" + line +
               "\"/><text x=\"50\" y=\"" + line + "\" text-anchor=\"end\" dy=\"4\">" + shortNumber(at) +
               "</text>";
    }
    for (const double at : ticks(0, last)) {
        svg += "<text x=\"" + shortNumber(x(at)) + "\" y=\"244\" text-anchor=\"middle\">" + shortNumber(at) +
               "</text>";
    }
    for (const bool validation : {false, true}) {
        std::string path;
        for (const auto& point : points) {
            const double value = double(validation ? point.validation : point.train);
            if (std::isfinite(value))
                path +=
                    (path.empty() ? "M" : "L") + shortNumber(x(point.epoch)) + " " + shortNumber(y(value));
        }
        svg +=
            "<path class=\"" + std::string(validation ? "validation" : "train") + "\" d=\"" + path + "\"/>";
    }
    return svg + "</svg><figcaption>" + escaped(title) +
           " by epoch: <b class=\"train\">training</b>, <b "
           "class=\"validation\">validation</b></figcaption></figure>\n";
}

std::string table(const core::TableReading& reading)
{
    std::string html = "<table><tr>";
    for (const std::string& column : reading.columns) html += "<th>" + escaped(column) + "</th>";
    html += "</tr>";
    for (const auto& row : reading.rows) {
        html += "<tr>";
        for (const std::string& cell : row) html += "<td>" + escaped(cell) + "</td>";
        html += "</tr>";
    }
    return html + "</table>\n";
}

/// A figure of one instrument; nothing where it does not apply to this run.
class Figures
{
public:
    Figures(core::Run& run, std::string folder)
        : m_run(run)
        , m_folder(std::move(folder))
    {
    }

    std::string add(const char* instrument, const std::string& at, const std::string& file,
                    const std::string& caption)
    {
        try {
            const core::Reading reading =
                core::findInstrument(instrument)->read({m_run.network(), m_run.moment(), at});
            if (const auto* rows = std::get_if<core::TableReading>(&reading)) return table(*rows);
            const std::string png = pictureOf(reading);
            if (png.empty()) return {};
            core::files::writeFile(m_folder + "/" + file, png);
            return "<figure><img src=\"" + file + "\" alt=\"" + escaped(caption) + "\"><figcaption>" +
                   escaped(caption) + "</figcaption></figure>\n";
        } catch (const core::Error&) {
            return {}; // the instrument says why; a report shows what there is
        }
    }

private:
    static std::string pictureOf(const core::Reading& reading)
    {
        if (const auto* image = std::get_if<core::ImageReading>(&reading)) return pngOf(*image);
        if (const auto* matrix = std::get_if<core::MatrixReading>(&reading)) return pngOf(*matrix);
        if (const auto* points = std::get_if<core::PointsReading>(&reading)) return pngOf(*points);
        return {};
    }

    core::Run& m_run;
    std::string m_folder;
};

constexpr const char* style = R"(
:root { color-scheme: light dark; --ink: #1d2126; --soft: #69707a; --paper: #fbfaf7; --line: #dcd9d2; --a: #2161b8; --b: #d96a1e }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --soft: #98a0aa; --paper: #17191c; --line: #33373d; --a: #6aa5f0; --b: #f09a54 } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1180px; margin: 2.5rem auto; padding: 0 1.5rem }
h1 { font-weight: 600; font-size: 1.7rem; margin: 0 } h2 { font-weight: 600; font-size: 1.1rem; margin: 2.2rem 0 .6rem }
p { max-width: 46rem; color: var(--soft); margin: .4rem 0 }
.tiles { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.4rem 0 }
.tiles div { border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem; min-width: 7rem }
.tiles b { display: block; font-size: 1.35rem; font-weight: 600 } .tiles span { color: var(--soft); font-size: .85rem }
.row { display: flex; flex-wrap: wrap; gap: 1.6rem } figure { margin: 0; flex: 0 1 560px } figcaption { color: var(--soft); font-size: .85rem }
svg { width: 100%; height: auto } svg text { fill: var(--soft); font-size: 11px } .grid { stroke: var(--line) }
path { fill: none; stroke-width: 1.8 } path.train { stroke: var(--a) } path.validation { stroke: var(--b) }
b.train { color: var(--a) } b.validation { color: var(--b) }
img { max-width: 100%; image-rendering: pixelated; border-radius: 4px }
table { border-collapse: collapse; font-size: .9rem } th, td { text-align: left; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid var(--line) }
)";

std::string tile(const Json& result, const char* key, const char* label, bool share)
{
    if (!result.contains(key) || result[key].is_null()) return {};
    const double value = result[key].get<double>();
    char text[32];
    std::snprintf(text, sizeof text, share ? "%.2f %%" : "%.5g", share ? 100 * value : value);
    return std::string("<div><b>") + text + "</b><span>" + label + "</span></div>";
}

Json historyOf(const std::vector<core::HistoryPoint>& points)
{
    Json list = Json::array();
    for (const auto& point : points) {
        list.push_back({{"step", point.step},
                        {"epoch", point.epoch},
                        {"train", finiteOrNull(double(point.train))},
                        {"validation", finiteOrNull(double(point.validation))}});
    }
    return list;
}

std::string page(core::Run& run, const TrainingRecord& record, Figures& figures)
{
    const core::Document& document = run.document();
    const std::string title = document.title.empty() ? "A run" : document.title;
    std::string html = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
                       "content=\"width=device-width\"><title>" +
                       escaped(title) + "</title><style>" + style + "</style><body>\n<h1>" + escaped(title) +
                       "</h1>\n<p>" + escaped(document.notes) + "</p>\n<div class=\"tiles\">";
    const Json& r = record.result;
    html += tile(r, "test_accuracy", "test accuracy", true) + tile(r, "test_loss", "test loss", false) +
            tile(r, "validation_accuracy", "validation accuracy", true) +
            tile(r, "accuracy", "training accuracy", true) + tile(r, "epochs", "epochs", false) +
            tile(r, "seconds", "seconds", false) + tile(r, "steps_per_second", "steps a second", false) +
            tile(r, "parameters", "parameters", false);
    html += "</div>\n<div class=\"row\">" + chart(record.loss.points(), "Loss") +
            chart(record.accuracy.points(), "Accuracy") + "</div>\n";

    html += "<h2>What it says</h2>\n<div class=\"row\">" +
            figures.add("decision_boundary", "", "boundary.png",
                        "What the network answers everywhere in the plane") +
            figures.add("predictions", "", "samples.png", "Examples it was not trained on; red: wrong") +
            figures.add("confusion", "", "confusion.png",
                        "Rows: the right class; columns: what the network says") +
            "</div>\n<h2>What it has learned</h2>\n<div class=\"row\">";
    int number = 0;
    for (const std::string& name : run.parameterNames()) {
        if (run.parameter(name).type.axes.size() < 2 || ++number > 6) continue;
        html += figures.add("weights", name, "weights" + std::to_string(number) + ".png",
                            name + ", " + run.parameter(name).type.text());
    }
    return html + "</div>\n<h2>Data</h2>\n<p>" + escaped(run.data().name) + ". " +
           escaped(run.data().source) + "</p>\n<p>Optimiser " + escaped(document.train.optimiser) +
           ", rate " + escaped(document.train.rate) + ", batch " + std::to_string(document.train.batch) +
           ", seed " + std::to_string(document.train.seed) + ".</p>\n</body></html>\n";
}

} // namespace

void writeReport(const std::string& folder, core::Run& run, const TrainingRecord& record)
{
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) throw core::Error{folder, "cannot be made: " + failed.message(), "choose another folder"};
    Figures figures(run, folder);
    core::files::writeFile(folder + "/index.html", page(run, record, figures));
    const Json json{{"result", record.result},
                    {"document", Json::parse(core::writeDocument(run.document()))},
                    {"loss", historyOf(record.loss.points())},
                    {"accuracy", historyOf(record.accuracy.points())}};
    core::files::writeFile(folder + "/report.json",
                           json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

} // namespace axo
