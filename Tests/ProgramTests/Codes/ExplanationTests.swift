import Kit
import Testing
import knocknoc_entra

@testable import Grants

@Suite(.ownThread) struct ExplanationTests {
    @Test("every code is explained under its own name, with all parts", arguments: FailureCode.allCases)
    func complete(code: FailureCode) {
        let explanation = code.explanation
        #expect(explanation.code == code)
        #expect(!explanation.differsFrom.isEmpty)
        #expect(explanation.causes.count >= 2)
        #expect(explanation.steps.count >= 2)
        let parts = [explanation.meaning, explanation.thenWhat, explanation.nextStep]
        for part in parts + explanation.causes + explanation.steps + explanation.differsFrom.map(\.how) {
            #expect(!part.isEmpty)
        }
    }

    @Test("codes that are easily confused name each other, never themselves", arguments: FailureCode.allCases)
    func symmetric(code: FailureCode) {
        let others = code.explanation.differsFrom.map(\.code)
        #expect(!others.contains(code))
        #expect(Set(others).count == others.count)
        for other in others {
            #expect(other.explanation.differsFrom.map(\.code).contains(code), "\(other) does not name \(code)")
        }
    }

    @Test("the page fits a terminal, begins with code and title, and is plain ASCII", arguments: FailureCode.allCases)
    func page(code: FailureCode) {
        let lines = code.explanation.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "\(code)  \(code.title)")
        for line in lines {
            #expect(line.count <= 78, "\(line)")
            #expect(line.allSatisfy { $0.isASCII }, "\(line)")
            #expect(line.last != " ", "\(line)")
        }
        let titles = ["Meaning", "Not to be confused with", "Causes", "Steps", "What the worker does"]
        #expect(lines.filter { titles.contains(String($0)) }.map(String.init) == titles)
    }

    @Test("the page says how the failed files of that code are tried again", arguments: FailureCode.allCases)
    func retryCommand(code: FailureCode) {
        #expect(code.explanation.text.contains("    mv failed/\(code)/"))
    }

    @Test("what to do is one sentence on one line", arguments: FailureCode.allCases)
    func nextStep(code: FailureCode) {
        #expect(code.nextStep.hasSuffix("."))
        #expect(!code.nextStep.contains("\n"))
        #expect(!code.nextStep.dropLast().contains(". "))
    }

    @Test("a command is printed whole and by itself")
    func command() {
        let text = FailureCode.entra003.explanation.text
        #expect(text.contains("\n         openssl s_client -connect graph.microsoft.com:443 \\\n"))
        #expect(!text.contains("$ "))
    }
}
