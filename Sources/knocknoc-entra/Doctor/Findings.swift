import Grants
import Spool

/// All findings of one run, in the order of the steps.
final class Findings {
    private(set) var all: [Finding] = []
    /// Why checks that were not reached were not made, by step.
    private var reasons: [Step: String] = [:]

    func ok(_ check: Check, of subject: String? = nil, _ seen: String) {
        add(check, subject, .ok, nil, seen, "")
    }

    func warn(_ check: Check, of subject: String? = nil, code: FailureCode? = nil, _ seen: String, do advice: String) {
        add(check, subject, .warning, code, seen, advice)
    }

    func fail(_ check: Check, of subject: String? = nil, code: FailureCode? = nil, _ seen: String, do advice: String) {
        add(check, subject, .failed, code, seen, advice)
    }

    func skip(_ check: Check, of subject: String? = nil, _ reason: String) {
        add(check, subject, .skipped, nil, reason, "")
    }

    func skip(_ checks: [Check], of subject: String? = nil, _ reason: String) {
        for check in checks { skip(check, of: subject, reason) }
    }

    /// A verdict of the worker's own table, whose sentence says what was seen and what to do.
    func fail(_ check: Check, of subject: String? = nil, _ error: Failure) {
        let id = error.graphRequestId.map { " (request id \($0))" } ?? ""
        add(
            check, subject, .failed, error.code, error.detail + id,
            "`knocknoc-entra explain \(error.code)` has the causes and the steps.")
    }

    func skipRest(of step: Step, _ reason: String) {
        reasons[step] = reason
    }

    /// Adds what was not reached, and gives a step's findings in the order of its checks, subject by subject.
    func close(_ step: Step) -> [Finding] {
        let reason = reasons[step] ?? firstFailure.map { "not reached: \($0.check.rawValue) failed" } ?? "not needed"
        for check in step.checks where !all.contains(where: { $0.check == check }) { skip(check, reason) }
        let found = all.filter { $0.check.step == step }
        var subjects: [String?] = [nil]
        for finding in found where !subjects.contains(finding.subject) { subjects.append(finding.subject) }
        return subjects.flatMap { subject in
            step.checks.flatMap { check in found.filter { $0.check == check && $0.subject == subject } }
        }
    }

    var firstFailure: Finding? { all.first { $0.verdict == .failed } }

    /// The first failed check that is so.
    func firstFailure(where isWanted: (Check) -> Bool) -> Check? {
        all.first { $0.verdict == .failed && isWanted($0.check) }?.check
    }

    func count(_ verdict: Finding.Grade) -> Int { all.count { $0.verdict == verdict } }

    func hasFailed(_ check: Check) -> Bool { all.contains { $0.check == check && $0.verdict == .failed } }

    /// 64 where the configuration is at fault, 1 where anything else is.
    var exitCode: ExitCode {
        let isMistaken = all.contains {
            $0.verdict == .failed && [.configuration, .credential].contains($0.check.step)
        }
        return isMistaken ? .configuration : count(.failed) > 0 ? .someFailed : .success
    }

    private func add(
        _ check: Check, _ subject: String?, _ verdict: Finding.Grade, _ code: FailureCode?, _ seen: String,
        _ advice: String
    ) {
        all.append(
            Finding(
                check: check, subject: subject, verdict: verdict, code: code, seen: SafeText.line(seen, limit: 900),
                advice: SafeText.line(advice, limit: 600)))
    }
}
