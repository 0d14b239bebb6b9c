/// The completion script for zsh, made from the pages of the commands.
enum ZshCompletion {
    static var script: String {
        """
        #compdef knocknoc-entra
        # Completion of knocknoc-entra for zsh, printed by `knocknoc-entra completion zsh`.

        _knocknoc_entra_words() {
            local -a found place
            [[ -z $configuration ]] || place=(--config $configuration)
            [[ -z $opt_args[--config] ]] || place=(--config ${(Q)opt_args[--config]})
            [[ -z $opt_args[--spool] ]] || place=(--spool ${(Q)opt_args[--spool]})
            found=(${(f)"$($program completion words $1 $place 2>/dev/null </dev/null)"})
            compadd -a found
        }

        # Says what is wanted here, unless an option is being typed: a message alone would keep it from being completed.
        _knocknoc_entra_wanted() {
            [[ $PREFIX == -* ]] || _message $1
            return 1
        }

        _knocknoc_entra() {
            local program=${(Q)words[1]/#\\~/$HOME} configuration curcontext=$curcontext state line
            local -a commands
            local -A opt_args
            _arguments -C \\
        \(lines(CommandOption.beforeCommand.map { [$0] }, indent: 8)) \\
                '(-)1: :->command' '(-)*:: :->argument' && return
            configuration=${(Q)opt_args[--config]}
            case $state in
            command)
                commands=(
        \(Command.allCases.map { quoted("\($0.rawValue):\($0.page.summary)") }.map { "            \($0)" }.joined(separator: "\n"))
                )
                _describe -t commands command commands
                ;;
            argument)
                case $words[1] in
        \(Command.allCases.map(arguments).joined(separator: "\n"))
                esac
                ;;
            esac
        }

        if [[ $funcstack[1] == _knocknoc-entra ]]; then
            _knocknoc_entra "$@"
        else
            compdef _knocknoc_entra knocknoc-entra
        fi

        """
    }

    private static func arguments(_ command: Command) -> String {
        let page = command.page
        let options = lines(page.options.map(\.alternatives) + CommandOption.common.map { [$0] }, indent: 12)
        let operands = page.operands.enumerated().map { index, operand in
            let place = operand.repeats ? "*" : "\(index + 1)\(operand.isOptional ? ":" : "")"
            let action = operand.kind == .text ? " _knocknoc_entra_wanted \(operand.name)" : action(operand.kind)
            return "            " + quoted("\(place):\(operand.name):\(action)")
        }
        return "        \(command.rawValue)) _arguments \\\n"
            + ([options] + operands).joined(separator: " \\\n") + " ;;"
    }

    /// One option a line; those of a group exclude each other.
    private static func lines(_ groups: [[CommandOption]], indent: Int) -> String {
        groups.flatMap { group in
            let names = group.flatMap { [$0.name.rawValue] + ($0.short.map { [$0] } ?? []) }
            return group.flatMap { option in
                ([option.name.rawValue] + (option.short.map { [$0] } ?? [])).map { name in
                    let value = option.value.map { ":\($0.name):\(action($0.kind))" } ?? ""
                    let sign = option.value != nil && name.hasPrefix("--") ? "=" : ""
                    return quoted("(\(names.joined(separator: " ")))\(name)\(sign)[\(escaped(option.text))]\(value)")
                }
            }
        }.map { String(repeating: " ", count: indent) + $0 }.joined(separator: " \\\n")
    }

    private static func action(_ kind: WordKind) -> String {
        switch kind {
        // One blank: required, and nothing that could be offered.
        case .text: " "
        case .file: "_files"
        case .folder: "_files -/"
        case .oneOf(let words): "(\(words.joined(separator: " ")))"
        // The blank keeps zsh from putting words of its own before the kind.
        case .known(let known): " _knocknoc_entra_words \(known.rawValue)"
        }
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if "[]:\\".contains(character) { result += "\\" }
            result.append(character)
        }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
