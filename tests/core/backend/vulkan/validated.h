// The vulkan backend on a driver that computes on the processor, under core and synchronisation validation.
#pragma once

#include "core/backend/vulkan/vulkan.h"

#include <QtTest>

#include <string>
#include <vector>

namespace validated
{

/// What the validation layer said.
inline std::vector<std::string>& messages()
{
    static std::vector<std::string> all;
    return all;
}

/// After every test: it fails if there is anything.
inline void expectSilence()
{
    for (const std::string& message : messages()) qWarning("%s", message.c_str());
    const bool clean = messages().empty();
    messages().clear();
    QVERIFY2(clean, "the validation layer has something to say");
}

inline core::vulkan::Options options(bool validation)
{
    core::vulkan::Options options;
    options.api = core::vulkan::loadApi();
    options.validation = validation;
    options.onMessage = [](const std::string& message) { messages().push_back(message); };
    options.cacheFolder = AXO_BINARY_DIR "/vulkan-cache";
    return options;
}

/// With validation where its layer is installed; null, and `why`, where there is no such driver.
inline std::unique_ptr<core::Backend> backend(bool& validates, std::string& why)
{
    for (bool validation : {true, false}) {
        try {
            auto made = core::makeVulkan("cpu", options(validation));
            validates = validation;
            return made;
        } catch (const core::Error& error) {
            why = error.text();
        }
    }
    return nullptr;
}

} // namespace validated
