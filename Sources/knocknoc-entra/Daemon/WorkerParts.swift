import Entra
import Glibc
import Grants
import Linux
import Spool

/// What a worker is made of.
struct WorkerParts {
    let settings: Settings
    let log: Log
    let spool: SpoolDirectory
    let transport: any Transport
    let jitter: () -> Double
    let random: () -> UInt16
    let newId: () -> String
}
