import Foundation
import Kit
import Testing

@testable import knocknoc_entra

/// Help, manual page and completions, which all come from the pages of the commands.
@Suite(.ownThread) struct HelpTests {
    @Test(
        "each command has its help with its usage, an example and its statuses, as wide as a page",
        arguments: Command.allCases)
    func help(_ command: Command) throws {
        let result = try Playground().run(command.rawValue, "--help")
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("Usage: knocknoc-entra \(command.rawValue)"))
        for example in command.page.examples {
            #expect(
                result.output.contains("\n    \(example)\n") && example.contains("knocknoc-entra \(command.rawValue)"))
        }
        for (code, meaning) in command.page.allStatuses {
            #expect(result.output.contains("\n  \(String(code.rawValue).padded(to: 4))\(meaning.prefix(20))"))
        }
        for option in command.page.allOptions { #expect(result.output.contains(option.usage)) }
        let lines = result.output.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("    knocknoc-entra") })
    }

    @Test("no command lists an option, a status or a word of its usage twice", arguments: Command.allCases)
    func unambiguous(_ command: Command) {
        let page = command.page
        #expect(Set(page.allOptions.map(\.name)).count == page.allOptions.count)
        #expect(Set(page.allStatuses.map(\.code)).count == page.allStatuses.count)
        #expect(page.operands.dropLast().allSatisfy { !$0.repeats && !$0.isOptional })
        #expect(!page.examples.isEmpty && !page.text.isEmpty)
    }

    @Test("an option takes a value with every command or with none, so that words can be told apart")
    func consistent() {
        var takesValue: [CommandOption.Name: Bool] = [:]
        for option in Command.allCases.flatMap(\.page.allOptions) + CommandOption.beforeCommand {
            let known = takesValue.updateValue(option.value != nil, forKey: option.name)
            #expect(known == nil || known == (option.value != nil), "\(option.name)")
        }
        #expect(takesValue.count == CommandOption.Name.allCases.count, "each name is described somewhere")
    }

    @Test(
        "the manual page and both completions name every command and each of its options", arguments: Command.allCases)
    func everywhere(_ command: Command) {
        let manual = ManualPage.text
        #expect(manual.contains(".SS \(command.rawValue.replacing("-", with: "\\-"))\n"))
        #expect(BashCompletion.script.contains("        \(command.rawValue)) candidates=("))
        #expect(ZshCompletion.script.contains("        \(command.rawValue)) _arguments"))
        for option in command.page.allOptions {
            #expect(
                manual.contains(
                    "\\fB" + (option.short.map { "\\\($0)\\fR, \\fB" } ?? "")
                        + option.name.rawValue.replacing("-", with: "\\-")))
            #expect(ZshCompletion.script.contains(")\(option.name.rawValue)"))
        }
    }

    @Test("words for completion are those of the configuration and the spool at hand")
    func words() throws {
        let ground = try Playground(.init(graph: "http://127.0.0.1:1"))
        #expect(try ground.run("init").status == 0)
        try ground.drop("{}", as: "waiting $(touch x).json")
        let failed = ground.spool.appendingPathComponent("failed/ENTRA052")
        try FileManager.default.createDirectory(at: failed, withIntermediateDirectories: true)
        try Data().write(to: failed.appendingPathComponent("20261120T230542.123456Z-3fa9~a.json"))
        func words(_ kind: String) throws -> [String] {
            let result = try ground.run("completion", "words", kind)
            #expect(result.status == 0, "\(result.output)")
            return result.output.split(separator: "\n").map(String.init)
        }
        #expect(try words("locations") == ["countries", "deleted", "lab", "office"])
        #expect(try words("codes").contains("SPOOL008"))
        #expect(try words("failed") == ["ENTRA052", "20261120T230542.123456Z-3fa9~a.json", "a.json"])
        #expect(try words("waiting").contains("waiting%20$(touch%20x).json"))
        #expect(try words("held").isEmpty && words("orphaned").isEmpty)
        #expect(try words("items").count == 3)
    }
}
