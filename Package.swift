// swift-tools-version: 6.2
import PackageDescription

let rules: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
    .enableUpcomingFeature("ImmutableWeakCaptures"),  // SE-0481
    .strictMemorySafety(),  // SE-0458: C calls carry `unsafe`, so they are easy to find
    .treatAllWarnings(as: .error),  // SE-0443
]

let package = Package(
    name: "knocknoc-entra",
    targets: [
        .target(name: "Grants", swiftSettings: rules),
        .target(name: "Linux", dependencies: ["CLinux"], swiftSettings: rules),
        .target(name: "SQLite", dependencies: ["CSQLite", "Linux"], swiftSettings: rules),
        .target(name: "Spool", dependencies: ["Grants", "Linux", "SQLite"], swiftSettings: rules),
        .target(name: "Entra", dependencies: ["Grants", "CCurlShim", "COpenSSL"], swiftSettings: rules),
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CCurlShim", dependencies: ["CCurl"]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "COpenSSLTLS", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
        .executableTarget(
            name: "knocknoc-entra", dependencies: ["Grants", "Linux", "Spool", "Entra"], swiftSettings: rules),
        .executableTarget(
            name: "knocknoc-entra-emulator", dependencies: ["COpenSSL", "COpenSSLTLS"], swiftSettings: rules),
        .executableTarget(
            name: "knocknoc-entra-benchmark", dependencies: ["Grants", "Linux", "Spool", "Entra"],
            path: "Tests/Benchmark/program", swiftSettings: rules),
        .target(name: "Kit", path: "Tests/Kit", exclude: ["python"], swiftSettings: rules),
        .testTarget(name: "GrantsTests", dependencies: ["Grants", "Kit"], swiftSettings: rules),
        .testTarget(
            name: "SpoolTests", dependencies: ["Spool", "Linux", "Grants", "SQLite", "Kit"], swiftSettings: rules),
        .testTarget(name: "EntraTests", dependencies: ["Entra", "Grants", "Kit"], swiftSettings: rules),
        .testTarget(name: "EmulatorTests", dependencies: ["knocknoc-entra-emulator", "Kit"], swiftSettings: rules),
        .testTarget(
            name: "Simulation", dependencies: ["knocknoc-entra", "Grants", "Linux", "Spool", "Entra", "SQLite", "Kit"],
            path: "Tests/Simulation", exclude: ["Main.swift", "mutants", "mutants.list"], swiftSettings: rules),
        .testTarget(
            name: "ProgramTests",
            dependencies: [
                "knocknoc-entra", "knocknoc-entra-emulator", "Grants", "Linux", "Spool", "SQLite", "Entra", "Kit",
            ],
            swiftSettings: rules),
    ]
)

// `contrib/torture simulate` builds the simulation optimised, as a program of its own. What it tests is then a library,
// since nothing but a test can import a program.
if Context.environment["KNOCKNOC_SIMULATION"] != nil {
    let needed = [
        "Grants", "Linux", "Spool", "Entra", "CLinux", "CCurlShim", "CCurl", "COpenSSL", "Kit", "SQLite", "CSQLite",
    ]
    package.targets.removeAll { !needed.contains($0.name) }
    package.targets += [
        .target(
            name: "knocknoc-entra", dependencies: ["Grants", "Linux", "Spool", "Entra"], exclude: ["Main.swift"],
            swiftSettings: rules),
        .executableTarget(
            name: "knocknoc-entra-simulation",
            dependencies: ["knocknoc-entra", "Grants", "Linux", "Spool", "Entra", "SQLite", "Kit"],
            path: "Tests/Simulation",
            exclude: ["HistoryTests.swift", "mutants", "mutants.list"], swiftSettings: rules),
    ]
}
