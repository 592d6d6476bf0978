#include "widgets/forms/codeedit.h"

#include <QHelpEvent>
#include <QRegularExpression>
#include <QTextBlock>
#include <QToolTip>

namespace widgets
{

static const QRegularExpression& assignment()
{
    static const QRegularExpression pattern(
        QStringLiteral("^\\s*([A-Za-z_][\\w]*)(?:\\s*,\\s*[A-Za-z_][\\w]*)*\\s*=(?!=)"));
    return pattern;
}

CodeColours::CodeColours(QTextDocument* document, Grammar grammar)
    : QSyntaxHighlighter(document)
    , m_grammar(grammar)
{
}

void CodeColours::setTheme(const Theme& theme)
{
    m_comment.setForeground(theme.faint);
    m_comment.setFontItalic(true);
    m_number.setForeground(theme.series[1]);
    m_call.setForeground(theme.series[0]);
    m_target.setForeground(theme.text);
    m_target.setFontWeight(QFont::DemiBold);
    m_keyword.setForeground(theme.series[3]);
    m_string.setForeground(theme.series[2]);
    m_operator.setForeground(theme.muted);
    rehighlight();
}

void CodeColours::highlightBlock(const QString& line)
{
    static const QRegularExpression operators(QStringLiteral("->|[-+*/^=<>:,\\[\\](){}@]")),
        numbers(QStringLiteral("\\b\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?\\b")),
        calls(QStringLiteral("\\b[A-Za-z_]\\w*(?=\\s*\\()")),
        words(QStringLiteral("\\b(?:if|and|or|not)\\b")),
        python(
            QStringLiteral("\\b(?:import|from|as|class|def|return|self|super|for|in|if|else|None|True|False|"
                           "and|or|not|with|lambda)\\b")),
        strings(QStringLiteral("\"[^\"]*\"|'[^']*'")), comments(QStringLiteral("#.*$"));
    const auto colour = [&](const QRegularExpression& pattern, const QTextCharFormat& format, int group = 0) {
        for (auto it = pattern.globalMatch(line); it.hasNext();) {
            const auto match = it.next();
            setFormat(int(match.capturedStart(group)), int(match.capturedLength(group)), format);
        }
    };
    colour(operators, m_operator);
    colour(numbers, m_number);
    colour(calls, m_call);
    if (m_grammar == Grammar::Term) colour(assignment(), m_target, 1);
    colour(m_grammar == Grammar::Term ? words : python, m_keyword);
    colour(strings, m_string);
    colour(comments, m_comment);
    if (m_grammar == Grammar::Python) colourLongText(line);
}

/// Text in three quotation marks goes on over lines.
void CodeColours::colourLongText(const QString& line)
{
    const QLatin1String quotes("\"\"\"");
    bool inside = previousBlockState() == 1;
    for (qsizetype at = 0; at <= line.size();) {
        const qsizetype mark = line.indexOf(quotes, at);
        const qsizetype end = mark < 0 ? line.size() : mark + (inside ? quotes.size() : 0);
        if (inside) setFormat(int(at), int(end - at), m_string);
        if (mark < 0) break;
        if (!inside) setFormat(int(mark), int(quotes.size()), m_string);
        at = mark + quotes.size();
        inside = !inside;
    }
    setCurrentBlockState(inside ? 1 : 0);
}

CodeEdit::CodeEdit(Grammar grammar, const Theme& theme, QWidget* parent)
    : QPlainTextEdit(parent)
    , m_colours(new CodeColours(document(), grammar))
{
    setLineWrapMode(NoWrap);
    setTabChangesFocus(true);
    setTheme(theme);
}

void CodeEdit::setTheme(const Theme& theme)
{
    m_theme = theme;
    setFont(theme.mono(0.95));
    m_colours->setTheme(theme);
    mark();
}

std::optional<std::pair<int, int>> placeInText(const core::Error& error)
{
    static const QRegularExpression place(QStringLiteral(":(\\d+):(\\d+)$"));
    const auto match = place.match(QString::fromStdString(error.where));
    if (!match.hasMatch()) return std::nullopt;
    return std::pair(match.captured(1).toInt(), match.captured(2).toInt());
}

void CodeEdit::setErrors(const core::Errors& errors)
{
    m_errors.clear();
    for (const core::Error& error : errors) {
        const auto place = placeInText(error);
        if (!place) continue;
        const QTextBlock line = document()->findBlockByNumber(place->first - 1);
        if (!line.isValid()) continue;
        const QString text = line.text();
        const int begin = qBound(0, place->second - 1, int(text.size()));
        int end = begin;
        while (end < text.size() && (text[end].isLetterOrNumber() || text[end] == QLatin1Char('_'))) ++end;
        if (end == begin) end = begin + 1;
        const bool past = begin >= text.size(); // at the end of the line its last letter is marked
        m_errors.push_back(
            {line.position() + (past ? qMax(0, begin - 1) : begin), line.position() + end,
             QString::fromStdString(error.what) +
                 (error.hint.empty() ? QString() : QLatin1Char('\n') + QString::fromStdString(error.hint))});
    }
    mark();
}

void CodeEdit::mark()
{
    QList<QTextEdit::ExtraSelection> marks;
    for (QTextBlock line = document()->begin(); !m_marked.isEmpty() && line.isValid(); line = line.next()) {
        const auto match = assignment().match(line.text());
        if (!match.hasMatch() || match.captured(1) != m_marked) continue;
        QTextEdit::ExtraSelection here;
        here.cursor = QTextCursor(line);
        here.format.setBackground(m_theme.accentSoft);
        here.format.setProperty(QTextFormat::FullWidthSelection, true);
        marks << here;
    }
    for (const Located& error : m_errors) {
        QTextEdit::ExtraSelection wave;
        wave.cursor = QTextCursor(document());
        const int last = document()->characterCount() - 1;
        wave.cursor.setPosition(qMin(error.begin, last));
        wave.cursor.setPosition(qMin(error.end, last), QTextCursor::KeepAnchor);
        wave.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        wave.format.setUnderlineColor(m_theme.bad);
        wave.format.setForeground(m_theme.bad);
        marks << wave;
    }
    setExtraSelections(marks);
}

void CodeEdit::replaceText(const QString& wanted)
{
    const QString now = toPlainText();
    if (now == wanted) return;
    const QStringList before = now.split(QLatin1Char('\n')), after = wanted.split(QLatin1Char('\n'));
    const qsizetype shorter = qMin(before.size(), after.size());
    qsizetype head = 0, tail = 0;
    while (head < shorter && before[head] == after[head]) ++head;
    while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    const QStringList gone = before.mid(head, before.size() - head - tail);
    const QStringList come = after.mid(head, after.size() - head - tail);

    QTextCursor cursor(document());
    cursor.beginEditBlock();
    if (come.isEmpty() || gone.isEmpty()) { // whole lines, with one of their breaks
        const bool atEnd = head == before.size();
        const int begin =
            atEnd ? document()->characterCount() - 1 : document()->findBlockByNumber(int(head)).position();
        cursor.setPosition(begin);
        if (!come.isEmpty()) {
            const QString lines = come.join(QLatin1Char('\n'));
            cursor.insertText(atEnd ? QLatin1Char('\n') + lines : lines + QLatin1Char('\n'));
        } else if (head + gone.size() < before.size()) {
            cursor.setPosition(document()->findBlockByNumber(int(head + gone.size())).position(),
                               QTextCursor::KeepAnchor);
            cursor.removeSelectedText();
        } else {
            cursor.setPosition(qMax(0, begin - 1));
            cursor.setPosition(document()->characterCount() - 1, QTextCursor::KeepAnchor);
            cursor.removeSelectedText();
        }
    } else {
        cursor.setPosition(document()->findBlockByNumber(int(head)).position());
        const QTextBlock last = document()->findBlockByNumber(int(head + gone.size() - 1));
        cursor.setPosition(last.position() + last.length() - 1, QTextCursor::KeepAnchor);
        cursor.insertText(come.join(QLatin1Char('\n')));
    }
    cursor.endEditBlock();
}

void CodeEdit::setMarkedTarget(const QString& name)
{
    m_marked = name;
    mark();
}

QString CodeEdit::targetAtCursor() const
{
    const auto match = assignment().match(textCursor().block().text());
    return match.hasMatch() ? match.captured(1) : QString();
}

bool CodeEdit::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QPlainTextEdit::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int at = cursorForPosition(viewport()->mapFrom(this, help->pos())).position();
    for (const Located& error : m_errors)
        if (at >= error.begin && at <= error.end) {
            QToolTip::showText(help->globalPos(), error.text, this);
            return true;
        }
    QToolTip::hideText();
    return true;
}

} // namespace widgets
