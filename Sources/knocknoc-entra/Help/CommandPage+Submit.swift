/// The commands that put a request in, and those that are about the program itself.
extension CommandPage {
    static let grant = CommandPage(
        summary: "lets addresses in",
        operands: [location, .init(name: "ADDRESS", kind: .text, repeats: true)],
        options: [
            .init(.value(.user, "USER", .text, "who it is for")),
            .init(.value(.grantId, "ID", .text, "your own key for this grant")),
            .init(
                .value(.for, "TIME", .text, "how long: 90s, 30m, 8h, 2d; else as long as the location allows"),
                .value(.until, "TIME", .text, "its end, such as 2026-11-21T07:00:00Z")),
            .init(.value(.starts, "TIME", .text, "its beginning, if not now")),
        ] + common,
        text: "\(asProducer)",
        examples: ["knocknoc-entra grant office 203.0.113.7 --user alice@example.com --for 8h --wait"],
        statuses: verdicts)

    static let revoke = CommandPage(
        summary: "ends grants, by address, user or key",
        operands: [location, .init(name: "ADDRESS", kind: .text, isOptional: true, repeats: true)],
        options: [
            .init(
                .value(.user, "USER", .text, "all that this user has, or the given addresses of it"),
                .value(.grantId, "ID", .text, "the grant of this key"))
        ] + common,
        text: "\(asProducer)\n\nAddresses alone are taken from everybody who has them.",
        examples: [
            "knocknoc-entra revoke office --user alice@example.com --wait", "knocknoc-entra revoke office 203.0.113.7",
        ],
        statuses: verdicts)

    static let flush = CommandPage(
        summary: "ends every grant of a location",
        operands: [location], options: common, text: asProducer,
        examples: ["knocknoc-entra flush office --wait --timeout 5m"], statuses: verdicts)

    static let completion = CommandPage(
        summary: "prints completions for a shell",
        operands: [
            .init(name: "bash|zsh|words", kind: .oneOf(["bash", "zsh", "words"])),
            .init(name: "KIND", kind: .oneOf(CompletionWords.Kind.allCases.map(\.rawValue)), isOptional: true),
        ],
        options: [.init(.spool)],
        text: """
            The scripts know the commands and their options; codes, locations and items they ask for with `completion \
            words KIND`, so that these are those of the configuration and spool at hand.
            """,
        examples: ["source <(knocknoc-entra completion bash)", "knocknoc-entra completion words codes"],
        statuses: [(.success, "printed"), (.noSpool, "with words: no spool")])

    static let manual = CommandPage(
        summary: "prints the manual page",
        text: "Prints knocknoc-entra(8), made from what each command says of itself.",
        examples: ["knocknoc-entra manual | man -l -"],
        statuses: [(.success, "printed")])

    private static let location = Operand(name: "LOCATION", kind: .known(.locations))

    private static let asProducer = """
        Writes one request into the spool, as any producer does, and prints the name of its file; with --wait, `done` or \
        the code.
        """

    private static let common: [OptionGroup] = [
        .init(.flag(.wait, "until it has its verdict")), .init(.timeout),
        .init(
            .value(
                .tokenFile, "FILE", .file,
                "the access token that Entra authentication asks for; - reads it from standard input")),
        .init(.value(.requestId, "ID", .text, "carried to journal and log")), .init(.json), .init(.spool),
    ]

    private static let verdicts: [(code: ExitCode, meaning: String)] = [
        (.success, "written; with --wait: done"), (.someFailed, "with --wait: it failed"), (.noSpool, "no spool"),
        (.cannotWrite, ExitCode.cannotWrite.meaning), (.tryLater, "with --wait: no verdict in time"),
        (.notPermitted, ExitCode.notPermitted.meaning),
    ]
}

extension Command {
    var page: CommandPage {
        switch self {
        case .run: .run
        case .initialise: .initialise
        case .check: .check
        case .doctor: .doctor
        case .whatIf: .whatIf
        case .adopt: .adopt
        case .forget: .forget
        case .backup: .backup
        case .explain: .explain
        case .status: .status
        case .grant: .grant
        case .revoke: .revoke
        case .flush: .flush
        case .wait: .wait
        case .why: .why
        case .retry: .retry
        case .hold: .hold
        case .release: .release
        case .leases: .leases
        case .who: .who
        case .journal: .journal
        case .completion: .completion
        case .manual: .manual
        }
    }
}
