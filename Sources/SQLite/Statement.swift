import CSQLite
package import Linux

/// A statement that was prepared once, and runs with other values each time.
@safe package final class Statement {
    private let handle: OpaquePointer
    private let database: Database

    init(_ sql: String, _ database: Database) throws(SystemError) {
        self.database = database
        var prepared: OpaquePointer?
        try database.check(unsafe sqlite3_prepare_v2(database.handle, sql, -1, &prepared, nil))
        guard let prepared = unsafe prepared else { preconditionFailure("a statement is not empty") }
        unsafe handle = prepared
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// One that returns no rows.
    package func run(_ values: [Value] = []) throws(SystemError) {
        try forEachRow(values) { (_) throws(SystemError) in }
    }

    package func forEachRow(
        _ values: [Value] = [], _ body: (Row) throws(SystemError) -> Void
    ) throws(SystemError) {
        defer {
            unsafe sqlite3_reset(handle)
            unsafe sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
        while true {
            let result = unsafe sqlite3_step(handle)
            try database.check(result)
            guard result == SQLITE_ROW else { return }
            try body(unsafe Row(statement: handle))
        }
    }

    private func bind(_ value: Value, at index: Int32) throws(SystemError) {
        let result =
            switch value {
            case .null: unsafe sqlite3_bind_null(handle, index)
            case .integer(let number): unsafe sqlite3_bind_int64(handle, index, number)
            case .text(let text): unsafe kn_sqlite_bind_text(handle, index, text, Int32(text.utf8.count))
            case .bytes(let bytes): unsafe kn_sqlite_bind_blob(handle, index, bytes, Int32(bytes.count))
            }
        try database.check(result)
    }
}
