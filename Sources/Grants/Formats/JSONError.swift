/// What was expected, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String
    /// From 1; 0 where the fault is the whole file's.
    package let line: Int
    package let column: Int

    package init(_ message: String, line: Int = 0, column: Int = 0) {
        self.message = message
        self.line = line
        self.column = column
    }

    package var description: String {
        line == 0 ? message : "line \(line), column \(column): \(message)"
    }
}
