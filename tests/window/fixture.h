// A window over a small classifier, and a mouse.
#pragma once

#include "core/diagram/edit.h"
#include "widgets/canvas/view.h"
#include "widgets/mainwindow.h"

#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QSettings>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QtTest>

/// For the beginning of a test program: settings of its own, empty, that are gone when it ends, however many
/// programs run at the same time; nothing of the person who runs it is read or written.
inline void useOwnSettings()
{
    static const QTemporaryDir folder;
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder.path());
    QCoreApplication::setOrganizationName(QStringLiteral("axonometry"));
    QCoreApplication::setApplicationName(QFileInfo(QCoreApplication::applicationFilePath()).fileName());
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
}

/// data -> hidden (32) -> relu -> out (10) -> loss, on the built-in digits.
inline core::Document smallClassifier(const core::BlockLibrary& library)
{
    core::Document document;
    document.title = "small";
    document.data.name = "digits";
    document.train.epochs = 1'000'000;
    for (const char* kind : {"data", "linear", "activation", "linear", "cross_entropy"})
        core::edit::addBlock(document, library, kind);
    core::edit::renameBlock(document, "linear", "hidden");
    core::edit::renameBlock(document, "linear2", "out");
    core::edit::setSetting(document, "hidden", "to", {core::Setting::Kind::Text, 0, "channel: 32", false});
    core::edit::setSetting(document, "out", "to", {core::Setting::Kind::Text, 0, "class: 10", false});
    for (const auto& [from, to] : {std::pair{"data.x", "hidden.x"},
                                   {"hidden.y", "activation.x"},
                                   {"activation.y", "out.x"},
                                   {"out.y", "cross_entropy.logits"},
                                   {"data.y", "cross_entropy.target"}}) {
        const auto port = [](const std::string& text) {
            return core::PortRef{text.substr(0, text.find('.')), text.substr(text.find('.') + 1)};
        };
        core::edit::connect(document, library, {port(from), port(to)});
    }
    return document;
}

/// The real window; `session` null: nothing trains, and the data's shape is not known.
struct Bench {
    explicit Bench(std::unique_ptr<core::Session> session = nullptr,
                   const QString& theme = QStringLiteral("light"))
        : trains(session != nullptr)
        , lab(core::BlockLibrary::builtIn(), widgets::loadTheme(theme), std::move(session))
        , window(lab)
    {
        window.canvas().diagramScene().setAnimated(false);
        window.resize(1500, 1000);
        lab.open(smallClassifier(lab.library()), {}, true);
        window.show();
        (void)QTest::qWaitForWindowExposed(&window);
        window.activateWindow();
        (void)QTest::qWaitForWindowActive(&window, 2000);
        canvas().setFocus();
        // The data tell sizes of wires, and everything is laid out anew for them.
        if (trains) (void)QTest::qWaitFor([this] { return lab.signature().classes > 0; }, 20'000);
        QTest::qWait(30);
    }

    widgets::CanvasView& canvas() { return window.canvas(); }
    widgets::DiagramScene& scene() { return canvas().diagramScene(); }
    QWidget* viewport() { return canvas().viewport(); }
    QPoint at(QPointF scenePlace) { return canvas().mapFromScene(scenePlace); }
    QPoint middle(const std::string& block)
    {
        settle();
        return at(scene().block(block)->pos());
    }
    QPoint input(const std::string& block, const std::string& port)
    {
        settle();
        return at(scene().block(block)->input(port));
    }
    QPoint output(const std::string& block, const std::string& port)
    {
        settle();
        return at(scene().block(block)->output(port));
    }
    /// What waits to be laid out would move the places that are asked for.
    static void settle() { QCoreApplication::processEvents(); }

    void drag(QPoint from, QPoint to, int steps = 6, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseMove(viewport(), from);
        QTest::mousePress(viewport(), Qt::LeftButton, modifiers, from);
        for (int i = 1; i <= steps; ++i) move(from + (to - from) * i / steps, modifiers);
        QTest::mouseRelease(viewport(), Qt::LeftButton, modifiers, to);
        QTest::qWait(10);
    }
    /// A move with the button held, which QTest::mouseMove does not offer.
    void move(QPoint to, Qt::KeyboardModifiers modifiers = {})
    {
        QMouseEvent event(QEvent::MouseMove, to, viewport()->mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                          modifiers);
        QApplication::sendEvent(viewport(), &event);
    }
    /// By the mouse, out of the library's list. What the window system would send during the drag is sent
    /// here, because QDrag::exec() runs until a real mouse lets go.
    void dragFromLibrary(const std::string& kind, QPointF scenePlace)
    {
        auto* list = window.findChild<QTreeWidget*>(QStringLiteral("blockList"));
        QTreeWidgetItem* row = nullptr;
        for (QTreeWidgetItemIterator it(list); *it; ++it)
            if ((*it)->data(0, Qt::UserRole).toString().toStdString() == kind) row = *it;
        if (!row) return;
        list->scrollToItem(row);
        const QPoint from = list->visualItemRect(row).center();
        QTest::mousePress(list->viewport(), Qt::LeftButton, {}, from);
        QTest::mouseRelease(list->viewport(), Qt::LeftButton, {}, from);
        const std::unique_ptr<QMimeData> mime(list->model()->mimeData({list->currentIndex()}));
        QTest::qWait(5);
        const QPoint to = at(scenePlace);
        QDragEnterEvent enter(to, Qt::CopyAction, mime.get(), Qt::LeftButton, {});
        QApplication::sendEvent(viewport(), &enter);
        QDragMoveEvent over(to, Qt::CopyAction, mime.get(), Qt::LeftButton, {});
        QApplication::sendEvent(viewport(), &over);
        QDropEvent drop(to, Qt::CopyAction, mime.get(), Qt::LeftButton, {});
        QApplication::sendEvent(viewport(), &drop);
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&canvas(), key, modifiers);
    }
    /// Types into the file dialog that comes next.
    void answerFileDialog(const QString& path)
    {
        auto* soon = new QTimer(&window);
        soon->start(50);
        QObject::connect(soon, &QTimer::timeout, &window, [path, soon, tries = 0]() mutable {
            QWidget* modal = QApplication::activeModalWidget();
            auto* dialog = qobject_cast<QFileDialog*>(modal);
            if (modal && ++tries > 100) modal->close(); // another question: what follows fails
            if (tries > 0 && !modal) {
                soon->stop();
                soon->deleteLater();
            }
            if (!dialog) return;
            auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
            if (name->text() != path) {      // the dialog fills it in once it has read the folder
                name->setCompleter(nullptr); // its list would take the keys
                name->setFocus();
                QTest::keyClick(name, Qt::Key_A, Qt::ControlModifier);
                QTest::keyClicks(name, path);
            }
            QTest::keyClick(name, Qt::Key_Return);
        });
    }
    /// With Control; and what a window system does when the dialog has gone.
    void keyWithDialog(Qt::Key key)
    {
        this->key(key, Qt::ControlModifier);
        window.activateWindow();
        canvas().setFocus();
        (void)QTest::qWaitForWindowActive(&window);
    }
    /// Into whatever has the focus.
    void type(const QString& text)
    {
        QTest::keyClicks(QApplication::focusWidget(), text);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTest::qWait(10);
    }
    const core::Diagram& diagram() { return lab.diagram(); }

    const bool trains;
    widgets::Lab lab;
    widgets::MainWindow window;
};
