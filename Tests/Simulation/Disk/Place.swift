/// A name in a folder.
struct Place: Hashable {
    let folder: UInt64
    let name: Name
}
