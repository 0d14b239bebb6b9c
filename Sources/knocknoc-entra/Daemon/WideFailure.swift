/// A failure that concerns more than one location.
enum WideFailure {
    case token
    case graph(metBy: String)
}
