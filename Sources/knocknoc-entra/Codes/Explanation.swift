package import Grants

/// What `explain CODE` tells a person: what happened, what it is not, why, and what to do now.
///
/// Every text is reflowed when printed; a line that begins with `$ ` is a command and is printed as it stands.
package struct Explanation: Hashable, Sendable {
    package let code: FailureCode
    package private(set) var meaning = ""
    /// The codes that are easily taken for this one; if A names B, B names A.
    package private(set) var differsFrom: [Difference] = []
    package private(set) var causes: [String] = []
    package private(set) var steps: [String] = []
    /// What the worker does meanwhile, and how the failed files are tried again.
    package private(set) var thenWhat: String
    /// One sentence for the `.why` file beside a failed request.
    package private(set) var nextStep = ""

    /// A neighbouring code, and how to tell the two apart.
    package struct Difference: Hashable, Sendable {
        package let code: FailureCode
        package var how: String
    }

    /// Reads a page: what the code means, then a part a line, by its beginning: `ENTRA000: ` is a neighbour, `- ` a cause,
    /// `1. ` a step, `Then: ` what the worker does where it is not the usual, `Do: ` the next step.
    ///
    /// A line that begins otherwise belongs to the part before it.
    init(_ code: FailureCode, _ page: String) {
        self.code = code
        thenWhat = Self.usual(code)
        var part: WritableKeyPath<Explanation, String> = \.meaning
        for line in page.split(separator: "\n").map(String.init) {
            let mark = line.prefix { $0 != " " }
            let text = String(line.dropFirst(mark.count + 1))
            if let other = FailureCode(rawValue: String(mark.dropLast())) {
                differsFrom.append(Difference(code: other, how: text))
                part = \.differsFrom[differsFrom.count - 1].how
            } else if mark == "-" {
                causes.append(text)
                part = \.causes[causes.count - 1]
            } else if mark == "\(steps.count + 1)." {
                steps.append(text)
                part = \.steps[steps.count - 1]
            } else if mark == "Then:" || mark == "Do:" {
                part = mark == "Do:" ? \.nextStep : \.thenWhat
                self[keyPath: part] = text
            } else {
                self[keyPath: part] += (self[keyPath: part].isEmpty ? "" : "\n") + line
            }
        }
    }
}

extension FailureCode {
    package var explanation: Explanation {
        switch self {
        case .entra000: .entra000
        case .entra001: .entra001
        case .entra002: .entra002
        case .entra003: .entra003
        case .entra004: .entra004
        case .entra005: .entra005
        case .entra050: .entra050
        case .entra051: .entra051
        case .entra052: .entra052
        case .entra053: .entra053
        case .entra054: .entra054
        case .spool001: .spool001
        case .spool002: .spool002
        case .spool003: .spool003
        case .spool004: .spool004
        case .spool005: .spool005
        case .spool006: .spool006
        case .spool007: .spool007
        case .spool008: .spool008
        }
    }

    /// What to do, in one sentence, for the `.why` file.
    package var nextStep: String { explanation.nextStep }
}

/// The three things that can happen next, said once for all codes.
extension Explanation {
    private static func usual(_ code: FailureCode) -> String {
        switch code.remedy {
        case .tryAgain: triesAgain(code)
        case .grace: waitsOutTheGrace(code)
        case .fail, .isolate: failsAtOnce(code)
        }
    }

    private static func triesAgain(_ code: FailureCode) -> String {
        """
        Keeps the waiting requests in work/ and asks again at growing intervals (2 s up to 2 min) until one of \
        them has waited giveUpAfter (10 min) or its grant has ended; that one then fails with this code. \
        Revokes, flushes and expiries are already in the ledger and are sent as soon as Entra accepts, whatever \
        becomes of their file. Files in failed/ are not tried again by themselves; in the spool's folder:
        $ mv failed/\(code)/* incoming/
        """
    }

    private static func waitsOutTheGrace(_ code: FailureCode) -> String {
        """
        Tries again slowly for the time called grace (30 s), since a new secret or consent takes a moment to \
        spread; then the waiting requests fail, and each new one fails after a grace of its own. Revokes, \
        flushes and expiries are already in the ledger and are sent as soon as Entra accepts. A reload (SIGHUP) \
        starts a new grace. When the cause is gone, in the spool's folder:
        $ mv failed/\(code)/* incoming/
        """
    }

    private static func failsAtOnce(_ code: FailureCode) -> String {
        """
        Fails the request at once, because waiting cannot mend it; the other requests go on. After correcting \
        the cause or the file, in the spool's folder (one file, or all of them):
        $ mv failed/\(code)/NAME.json incoming/
        $ mv failed/\(code)/* incoming/
        """
    }
}
