// swift-tools-version: 6.1
import Glibc
import PackageDescription

/// What every target of ours is compiled with.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // The compiler must know that FoundationEssentials will be linked statically, or the link fails.
    .unsafeFlags(["-static-stdlib"], .when(configuration: .release)),
]

/// Relocations packed into a bitmap (DT_RELR): 0.9 MB less to read at each start. glibc has them from 2.36 on, Debian 12's.
let packedRelocations: [String] = {
    var name = [CChar](repeating: 0, count: 64)  // "glibc 2.36"
    confstr(Int32(_CS_GNU_LIBC_VERSION), &name, name.count)
    let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let version = text.dropFirst("glibc ".count).split(separator: ".").compactMap { Int($0) }
    let hasThem = version.count >= 2 && (version[0], version[1]) >= (2, 36)
    return hasThem ? ["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"] : []
}()

/// Release programs carry the Swift standard library, and the C++ library under it, so that they run where neither is
/// installed, and start sooner.
let staticStandardLibrary: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-stdlib", "-L", "\(Context.packageDirectory)/Sources/CLibStdCxx", "-Xclang-linker", "-static-libgcc"]
            + packedRelocations,
        .when(configuration: .release))
]

/// What takes the place of the C library's functions, for libmosquitto too: see MQTT's SocketPairs.
let ownSocketPair: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "--export-dynamic-symbol=socketpair"])]

/// Whether `scripts/fuzz` builds: then the two programs are libraries without their main.swift, so that libFuzzer's driver
/// reaches the parsers that are in them as the tests do, and there are no tests.
let isFuzzing = Context.environment["DOJOT_FUZZ"] == "1"

/// A program: main.swift does nothing but start it.
func program(_ name: String, dependencies: [Target.Dependency]) -> Target {
    isFuzzing
        ? .target(name: name, dependencies: dependencies, exclude: ["main.swift"], swiftSettings: strict)
        : .executableTarget(
            name: name, dependencies: dependencies, swiftSettings: strict,
            linkerSettings: staticStandardLibrary + ownSocketPair)
}

/// What the fuzz targets take apart.
let fuzzed: [Target.Dependency] = [
    "CommandLineKit", "Dojot", "DojotDevice", "DojotSandbox", "Enrollment", "Fleet", "HTTP", "MQTT", "PKI", "Payload",
    "Sandbox",
]

let tests: [Target] = [
    .testTarget(
        name: "CommandLineKitTests", dependencies: ["CommandLineKit", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "PKITests", dependencies: ["PKI", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "MQTTTests", dependencies: ["MQTT", "PKI", "TestSupport"], swiftSettings: strict),
    .testTarget(
        name: "EnrollmentTests", dependencies: ["CLinux", "Enrollment", "Dojot", "PKI", "TestSupport"],
        swiftSettings: strict),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "PKI", "TestSupport"], swiftSettings: strict),
    .testTarget(
        name: "DojotTests", dependencies: ["Dojot", "HTTP", "PKI", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "DiagnosisTests", dependencies: ["CommandLineKit", "Diagnosis"], swiftSettings: strict),
    .testTarget(
        name: "FleetTests",
        dependencies: ["Dojot", "Enrollment", "Fleet", "HTTP", "MQTT", "PKI", "Payload", "TestSupport"],
        swiftSettings: strict),
    .testTarget(name: "PayloadTests", dependencies: ["Payload"], swiftSettings: strict),
    .testTarget(
        name: "DojotDeviceTests",
        dependencies: [
            "CommandLineKit", "Diagnosis", "Dojot", "DojotDevice", "Enrollment", "Fleet", "MQTT", "Payload",
            "TestSupport",
        ], exclude: ["Transcripts"], swiftSettings: strict),
    .testTarget(
        name: "SandboxTests", dependencies: ["BrokerAccess", "PKI", "Sandbox", "TestSupport", "Threads"],
        swiftSettings: strict),
    .testTarget(name: "ScriptsTests", dependencies: ["TestSupport"], swiftSettings: strict),
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: strict),
    .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"], swiftSettings: strict),
    .testTarget(
        name: "FuzzingTests", dependencies: fuzzed, exclude: ["Corpora", "Fuzzer"],
        swiftSettings: strict),
]

/// The fuzz targets under libFuzzer's driver.
let fuzzer: [Target] = [
    .executableTarget(
        name: "Fuzzer", dependencies: fuzzed, path: "Tests/FuzzingTests", exclude: ["Corpora", "CorpusTests.swift"],
        swiftSettings: strict)
]

let package = Package(
    name: "dojot-device",
    products: isFuzzing
        ? [.executable(name: "dojot-fuzzer", targets: ["Fuzzer"])]
        : [
            .executable(name: "dojot-device", targets: ["DojotDevice"]),
            .executable(name: "dojot-sandbox", targets: ["DojotSandbox"]),
            // What dojot-sandbox puts into its mosquitto.
            .library(name: "dojot-sandbox-access", type: .dynamic, targets: ["BrokerPlugin"]),
        ],
    dependencies: [
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        // System libraries: a module map and a shim each.
        .systemLibrary(name: "CLibCrypto"),
        .systemLibrary(name: "CLibCurl"),
        .systemLibrary(name: "CMosquitto"),
        .systemLibrary(name: "CMosquittoBroker"),
        .systemLibrary(name: "CMicroHTTPD"),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZeroMQ"),

        // The program and what it is made of.
        .target(name: "CommandLineKit", swiftSettings: strict),
        .target(name: "PKI", dependencies: ["CLibCrypto"], swiftSettings: strict),
        .target(name: "Threads", swiftSettings: strict),
        .target(name: "HTTP", dependencies: ["CLibCurl", "Threads"], swiftSettings: strict),
        .target(name: "MQTT", dependencies: ["CLinux", "CMosquitto", "CommandLineKit", "PKI"], swiftSettings: strict),
        .target(name: "Dojot", dependencies: ["HTTP", "PKI", "Threads"], swiftSettings: strict),
        .target(
            name: "Enrollment", dependencies: ["CLinux", "CommandLineKit", "Dojot", "PKI", "Threads"],
            swiftSettings: strict),
        .target(
            name: "Diagnosis", dependencies: ["CommandLineKit", "Dojot", "HTTP", "MQTT", "PKI"], swiftSettings: strict),
        .target(name: "Payload", dependencies: ["CommandLineKit"], swiftSettings: strict),
        .target(
            name: "Fleet",
            dependencies: [
                "CZeroMQ", "CommandLineKit", "Dojot", "Enrollment", "HTTP", "MQTT", "PKI", "Payload", "Threads",
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ], swiftSettings: strict),
        program(
            "DojotDevice",
            dependencies: [
                "CLinux", "CommandLineKit", "PKI", "HTTP", "MQTT", "Dojot", "Enrollment", "Diagnosis", "Fleet",
                "Payload", "Threads",
            ]),
        .target(
            name: "Sandbox",
            dependencies: ["BrokerAccess", "CLibCrypto", "CMosquitto", "CMicroHTTPD", "PKI", "Threads"],
            swiftSettings: strict, linkerSettings: staticStandardLibrary),
        .target(name: "BrokerAccess", swiftSettings: strict),
        .target(
            name: "BrokerPlugin", dependencies: ["BrokerAccess", "CLibCrypto", "CMosquittoBroker"],
            swiftSettings: strict,
            linkerSettings: staticStandardLibrary),
        program("DojotSandbox", dependencies: ["CommandLineKit", "Sandbox", "PKI", "Threads"]),
    ] + (isFuzzing ? fuzzer : tests)
)
