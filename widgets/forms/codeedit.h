// Text with colours: terms, and PyTorch to read. Errors are underlined where they are.
#pragma once

#include "core/error.h"
#include "widgets/theme.h"

#include <QPlainTextEdit>
#include <QSyntaxHighlighter>

namespace widgets
{

enum class Grammar : uint8_t { Term, Python };

class CodeColours : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    CodeColours(QTextDocument*, Grammar);
    void setTheme(const Theme&);

protected:
    void highlightBlock(const QString& line) override;

private:
    void colourLongText(const QString& line);

    const Grammar m_grammar;
    QTextCharFormat m_comment, m_number, m_call, m_target, m_keyword, m_string, m_operator;
};

class CodeEdit : public QPlainTextEdit
{
    Q_OBJECT
public:
    CodeEdit(Grammar, const Theme&, QWidget* parent = nullptr);
    void setTheme(const Theme&);

    /// Errors whose `where` ends in ":LINE:COLUMN" are underlined from there to the end of the word.
    void setErrors(const core::Errors&);
    /// Puts another text in place by changing only the lines that differ, so that cursor, selection and
    /// scroll position stay with what they were at.
    void replaceText(const QString&);
    /// Marks the line of a statement that assigns this name.
    void setMarkedTarget(const QString& name);
    /// What the statement at the cursor assigns first; "" if it assigns nothing.
    QString targetAtCursor() const;

protected:
    bool event(QEvent*) override; ///< tool tips of errors

private:
    void mark();
    struct Located {
        int begin, end;
        QString text;
    };
    Theme m_theme;
    CodeColours* m_colours;
    std::vector<Located> m_errors;
    QString m_marked;
};

/// LINE and COLUMN of "...:LINE:COLUMN", both from 1; nothing if `where` is no such place.
std::optional<std::pair<int, int>> placeInText(const core::Error&);

} // namespace widgets
