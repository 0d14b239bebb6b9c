/// The completion script for bash, made from the pages of the commands.
enum BashCompletion {
    static var script: String {
        """
        # Completion of knocknoc-entra for bash, printed by `knocknoc-entra completion bash`.
        # shellcheck shell=bash
        _knocknoc_entra() {
            local word=${COMP_WORDS[COMP_CWORD]} command='' option='' kind=text number=0 index each
            local place=() candidates=()
            COMPREPLY=()
            for ((index = 1; index < COMP_CWORD; index++)); do
                each=${COMP_WORDS[index]}
                if [[ $each == '=' ]]; then
                    continue
                elif [[ -n $option ]]; then
                    case $option in
                    -c | --config) place=(--config "$each") ;;
                    --spool) place=(--spool "$each") ;;
                    esac
                    option=''
                elif [[ $each == -* ]]; then
                    case $each in
                    \(valued.joined(separator: " | "))) option=$each ;;
                    esac
                elif [[ -z $command && $each != help ]]; then
                    command=$each
                elif [[ -n $command ]]; then
                    number=$((number + 1))
                fi
            done
            # "--spool=folder" comes as three words.
            [[ $word != '=' ]] || word=''
            if [[ -n $option ]]; then
                case $command,$option in
        \(cases(optionKinds))
                esac
            elif [[ $word == -* ]]; then
                kind=these
                case $command in
        \(cases(optionsOfCommands))
                esac
            elif [[ -z $command ]]; then
                kind=these
                candidates=(\(Command.allCases.map(\.rawValue).joined(separator: " ")))
            else
                case $command,$number in
        \(cases(operandKinds))
                esac
            fi
            case $kind in
            text) return ;;
            these) ;;
            file | folder)
                compopt -o filenames
                if [[ $kind == file ]]; then mapfile -t COMPREPLY < <(compgen -f -- "$word")
                else mapfile -t COMPREPLY < <(compgen -d -- "$word"); fi
                return
                ;;
            *)
                mapfile -t candidates < <(
                    "${COMP_WORDS[0]/#\\~/$HOME}" completion words "$kind" "${place[@]}" 2>/dev/null </dev/null
                )
                ;;
            esac
            # Not by compgen -W, which would expand what stands in the names of files.
            for each in "${candidates[@]}"; do
                if [[ $each == "$word"* ]]; then
                    printf -v each %q "$each"
                    COMPREPLY+=("$each")
                fi
            done
        }
        complete -F _knocknoc_entra knocknoc-entra

        """
    }

    /// Every option that takes a value; the same name takes one everywhere.
    private static var valued: [String] {
        let all = Command.allCases.flatMap(\.page.allOptions).filter { $0.value != nil }
        return Set(all.flatMap { [$0.name.rawValue] + ($0.short.map { [$0] } ?? []) }).sorted()
    }

    private static var optionKinds: [(String, String)] {
        let common = CommandOption.common.flatMap { row("*", $0) }
        return common
            + Command.allCases.flatMap { command in
                command.page.options.flatMap(\.alternatives).flatMap { row(command.rawValue, $0) }
            }
    }

    private static func row(_ command: String, _ option: CommandOption) -> [(String, String)] {
        guard let kind = option.value?.kind, let step = step(kind) else { return [] }
        let names = [option.name.rawValue] + (option.short.map { [$0] } ?? [])
        return [(names.map { "\(command),\($0)" }.joined(separator: " | "), step)]
    }

    private static var optionsOfCommands: [(String, String)] {
        func step(_ options: [CommandOption]) -> String {
            "candidates=(\(options.map(\.name.rawValue).joined(separator: " ")))"
        }
        return Command.allCases.map { ($0.rawValue, step($0.page.allOptions)) }
            + [("''", step(CommandOption.beforeCommand))]
    }

    private static var operandKinds: [(String, String)] {
        Command.allCases.flatMap { command in
            command.page.operands.enumerated().compactMap { index, operand in
                step(operand.kind).map { ("\(command.rawValue),\(operand.repeats ? "*" : String(index))", $0) }
            }
        }
    }

    private static func step(_ kind: WordKind) -> String? {
        switch kind {
        case .text: nil
        case .file: "kind='file'"
        case .folder: "kind=folder"
        case .oneOf(let words): "kind=these candidates=(\(words.joined(separator: " ")))"
        case .known(let known): "kind=\(known.rawValue)"
        }
    }

    private static func cases(_ rows: [(String, String)]) -> String {
        rows.map { "        \($0)) \($1) ;;" }.joined(separator: "\n")
    }
}
