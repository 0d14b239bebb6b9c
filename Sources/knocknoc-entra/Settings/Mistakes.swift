/// Gathers every mistake of a configuration, so that one look shows them all.
final class Mistakes {
    private(set) var all: [String] = []
    private(set) var warnings: [String] = []

    func add(_ path: String, line: Int?, _ text: String) {
        all.append(place(path, line) + text)
    }

    func warn(_ path: String, line: Int?, _ text: String) {
        warnings.append(place(path, line) + text)
    }

    private func place(_ path: String, _ line: Int?) -> String {
        switch (path.isEmpty, line) {
        case (true, nil): ""
        case (true, let line?): "line \(line): "
        case (false, nil): "\(path): "
        case (false, let line?): "\(path) (line \(line)): "
        }
    }
}
