// axonometry --export: pictures without a window, for axo export.
#pragma once

/// `arguments` as those of axo export. Returns the exit status.
int exportMain(int count, char** arguments);
