import Grants

/// A name of a file in one of the spool's folders.
struct FiledName {
    let folder: Folder
    let name: [UInt8]
    /// Nil in `incoming/` and `work/`.
    let verdict: Verdict?
}
