import Grants

/// `who ADDRESS [--at T]`: by which grants an address is let in, or was at a time.
enum WhoCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let address = try CIDR(typed: arguments.operands[0])
        return try LeaseTablePrinter.run(arguments, isAtMoment: true) { entry in
            entry.ranges.contains { $0.overlaps(address) }
        }
    }
}
