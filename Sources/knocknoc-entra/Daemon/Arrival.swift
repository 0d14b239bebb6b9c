import Grants
import Spool

/// A file that was read, with the hash of its bytes where callers are asked for a proof.
enum Arrival {
    case request(Claim.File, GrantRequest, [UInt8]?)
    case refused(Claim.File, Failure)
    /// It stays in `incoming/` on a disk where nothing can be moved.
    case unmoved(Claim.File, GrantRequest, [UInt8]?)
}
