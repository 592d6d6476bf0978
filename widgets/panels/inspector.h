// The selected block, wire, or else the document: what it is, what it costs, what can be set.
#pragma once

#include "widgets/lab.h"

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace widgets
{

class InspectorPanel : public QWidget
{
    Q_OBJECT
public:
    InspectorPanel(Lab&, QWidget* parent);

private:
    void rebuild();
    void refreshFacts();
    QString subject() const; ///< what the page is about; a change of it makes a new page
    void addBlockPage(const core::Block&, QVBoxLayout*);
    void addWirePage(const core::Wire&, QVBoxLayout*);
    void addDocumentPage(QVBoxLayout*);
    void addFacts(QVBoxLayout*, const QString& title, std::function<QString()>);

    Lab& m_lab;
    QScrollArea* m_scroll;
    QString m_subject;
    std::string m_instrument = "histogram"; ///< that was looked at last
    std::shared_ptr<const core::Dataset> m_data;
    std::vector<std::pair<QLabel*, std::function<QString()>>> m_facts; ///< read only, follow the elaboration
};

} // namespace widgets
