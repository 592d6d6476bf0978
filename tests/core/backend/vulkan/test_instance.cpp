// Which device is taken and how it is opened, on a driver that is said to be another one.
#include "core/backend/vulkan/device.h"

#include <QtTest>

#include <algorithm>
#include <cstring>

using namespace core;
using namespace core::vulkan;

namespace
{

/// What the driver says it is, and what it was asked for.
struct Pretended {
    Api real;
    bool subset = false; ///< of Vulkan, as where it stands on something else
    VkInstanceCreateFlags flags = 0;
    std::vector<std::string> ofInstance, ofDevice; ///< extensions
    PFN_vkEnumerateDeviceExtensionProperties extensions = nullptr;
    PFN_vkCreateDevice create = nullptr;
};
Pretended pretended;

template<class Info> std::vector<std::string> extensionsOf(const Info& info)
{
    return {info.ppEnabledExtensionNames, info.ppEnabledExtensionNames + info.enabledExtensionCount};
}

VkResult list(std::vector<VkExtensionProperties> all, const char* added, uint32_t* count,
              VkExtensionProperties* found)
{
    if (pretended.subset) std::strcpy(all.emplace_back().extensionName, added);
    if (found) std::copy(all.begin(), all.end(), found);
    *count = uint32_t(all.size());
    return VK_SUCCESS;
}

VkResult VKAPI_CALL listInstance(const char*, uint32_t* count, VkExtensionProperties* found)
{
    return list({}, VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME, count, found);
}

VkResult VKAPI_CALL listDevice(VkPhysicalDevice device, const char* layer, uint32_t* count,
                               VkExtensionProperties* found)
{
    uint32_t real = 0;
    pretended.extensions(device, layer, &real, nullptr);
    std::vector<VkExtensionProperties> all(real);
    pretended.extensions(device, layer, &real, all.data());
    return list(all, "VK_KHR_portability_subset", count, found);
}

VkResult VKAPI_CALL createInstance(const VkInstanceCreateInfo* info, const VkAllocationCallbacks* own,
                                   VkInstance* made)
{
    pretended.flags = info->flags;
    pretended.ofInstance = extensionsOf(*info);
    VkInstanceCreateInfo plain = *info;
    plain.flags = 0;
    plain.enabledExtensionCount = 0;
    return pretended.real.CreateInstance(&plain, own, made);
}

VkResult VKAPI_CALL createDevice(VkPhysicalDevice device, const VkDeviceCreateInfo* info,
                                 const VkAllocationCallbacks* own, VkDevice* made)
{
    pretended.ofDevice = extensionsOf(*info);
    VkDeviceCreateInfo plain = *info;
    plain.enabledExtensionCount = 0;
    return pretended.create(device, &plain, own, made);
}

Options options(bool subset)
{
    pretended = {loadApi()};
    pretended.subset = subset;
    Options options;
    options.api = pretended.real;
    options.api.EnumerateInstanceExtensionProperties = listInstance;
    options.api.CreateInstance = createInstance;
    options.api.getInstanceProcAddr = [](VkInstance instance, const char* name) {
        const std::string_view wanted(name);
        const PFN_vkVoidFunction found = pretended.real.getInstanceProcAddr(instance, name);
        if (wanted == "vkEnumerateDeviceExtensionProperties") {
            pretended.extensions = PFN_vkEnumerateDeviceExtensionProperties(found);
            return PFN_vkVoidFunction(listDevice);
        }
        if (wanted == "vkCreateDevice") {
            pretended.create = PFN_vkCreateDevice(found);
            return PFN_vkVoidFunction(createDevice);
        }
        return found;
    };
    return options;
}

bool contains(const std::vector<std::string>& names, const char* name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

class TestInstance : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        try {
            Device device(options(false), "cpu");
        } catch (const Error& error) {
            QSKIP(("no Vulkan here: " + error.text()).c_str());
        }
    }
    void cleanup() { pretended = {}; }

    /// A driver with a subset of Vulkan is listed only if asked for, and opened only if its extension is
    /// named.
    void aSubsetOfVulkanIsAskedForByName_data()
    {
        QTest::addColumn<bool>("subset");
        QTest::newRow("subset") << true;
        QTest::newRow("all of it") << false;
    }
    void aSubsetOfVulkanIsAskedForByName()
    {
        QFETCH(bool, subset);
        const Device device(options(subset), "cpu");
        QCOMPARE(device.facts().portabilitySubset, subset);
        QCOMPARE(bool(pretended.flags & VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR), subset);
        QCOMPARE(contains(pretended.ofInstance, VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME), subset);
        QCOMPARE(contains(pretended.ofDevice, "VK_KHR_portability_subset"), subset);
    }

    /// Limits are those that the driver gives, and enough for what every Vulkan 1.2 has.
    void limitsAreRead()
    {
        const Instance instance(options(false));
        const DeviceFacts& facts = instance.devices()[instance.choose("cpu")];
        QVERIFY(facts.apiVersion >= VK_API_VERSION_1_2);
        QVERIFY(facts.maxBufferRange >= int64_t(1) << 27); // required limits of the specification
        QVERIFY(facts.sharedBytes >= 16384 && facts.maxInvocations >= 128 && facts.maxGroups >= 65535);
        QVERIFY(facts.memoryBytes > 0 && facts.offsetAlignment >= 64 && facts.subgroupSize >= 1);
        QVERIFY(!facts.cacheKey.empty() && facts.timeline);
    }
};

QTEST_GUILESS_MAIN(TestInstance)
#include "test_instance.moc"
