/// What a word on the command line stands for, so that the shell can complete it.
enum WordKind: Hashable {
    /// Nothing that could be listed.
    case text
    case file
    case folder
    case oneOf([String])
    case known(CompletionWords.Kind)
}
