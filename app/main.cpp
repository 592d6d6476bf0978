// axonometry: the window.
#include <QApplication>
#include <QMainWindow>

int main(int count, char** arguments)
{
    QApplication application(count, arguments);
    QMainWindow window;
    window.setWindowTitle(QStringLiteral("Axonometry"));
    window.resize(1440, 900);
    window.show();
    return QApplication::exec();
}
