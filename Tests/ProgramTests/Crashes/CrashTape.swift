import Glibc

/// Sees every step that changes the spool's names, and may let it fail, while a thread runs with a tape.
///
/// The functions below stand before libc's own in the test program, so the worker's code is watched as it is.
final class CrashTape: @unchecked Sendable {  // it never leaves the thread that made it
    enum Step {
        case rename(from: String, to: String)
        case replace(from: String, to: String)
        case unlink(String)
        case sync(String)
    }

    @TaskLocal static var current: CrashTape?

    let root: String
    /// Before a step; an errno lets it fail instead.
    var before: (Step) -> Int32? = { _ in nil }
    var after: (Step) -> Void = { _ in }

    init(root: String) {
        self.root = root
    }

    /// Relative to the root; nil for anything elsewhere.
    fileprivate func path(of descriptor: Int32, _ name: UnsafePointer<CChar>? = nil) -> String? {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = unsafe readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count)
        guard count > 0 else { return nil }
        var path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if let name = unsafe name { path += "/" + (unsafe String(cString: name)) }
        return path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : nil
    }

    fileprivate func watch(_ step: Step, _ call: () -> Int32) -> Int32 {
        if let code = before(step) {
            errno = code
            return -1
        }
        let result = call()
        let code = errno
        if result == 0 { after(step) }
        errno = code
        return result
    }
}

private typealias Sync = @convention(c) (Int32) -> Int32
private typealias Rename = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>) -> Int32
private typealias RenameFlags =
    @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
private typealias Unlink = @convention(c) (Int32, UnsafePointer<CChar>, Int32) -> Int32

private func original<Function>(_ name: String, _: Function.Type) -> Function {
    // RTLD_NEXT
    guard let symbol = unsafe dlsym(UnsafeMutableRawPointer(bitPattern: -1), name) else {
        preconditionFailure("libc has no \(name)")
    }
    return unsafe unsafeBitCast(symbol, to: Function.self)
}

nonisolated(unsafe) private let realSync = original("fsync", Sync.self)
nonisolated(unsafe) private let realRename = unsafe original("renameat", Rename.self)
nonisolated(unsafe) private let realRenameFlags = unsafe original("renameat2", RenameFlags.self)
nonisolated(unsafe) private let realUnlink = unsafe original("unlinkat", Unlink.self)

@c(fsync) func watchedSync(_ descriptor: Int32) -> Int32 {
    guard let tape = CrashTape.current, let path = unsafe tape.path(of: descriptor) else {
        return unsafe realSync(descriptor)
    }
    return tape.watch(.sync(path)) { unsafe realSync(descriptor) }
}

@c(renameat) func watchedRename(
    _ from: Int32, _ old: UnsafePointer<CChar>, _ to: Int32, _ new: UnsafePointer<CChar>
) -> Int32 {
    guard let tape = CrashTape.current, let source = unsafe tape.path(of: from, old),
        let target = unsafe tape.path(of: to, new)
    else { return unsafe realRename(from, old, to, new) }
    return tape.watch(.replace(from: source, to: target)) { unsafe realRename(from, old, to, new) }
}

@c(renameat2) func watchedRenameFlags(
    _ from: Int32, _ old: UnsafePointer<CChar>, _ to: Int32, _ new: UnsafePointer<CChar>, _ flags: UInt32
) -> Int32 {
    guard let tape = CrashTape.current, let source = unsafe tape.path(of: from, old),
        let target = unsafe tape.path(of: to, new)
    else { return unsafe realRenameFlags(from, old, to, new, flags) }
    return tape.watch(.rename(from: source, to: target)) {
        unsafe realRenameFlags(from, old, to, new, flags)
    }
}

@c(unlinkat) func watchedUnlink(_ folder: Int32, _ name: UnsafePointer<CChar>, _ flags: Int32) -> Int32 {
    guard flags == 0, let tape = CrashTape.current, let path = unsafe tape.path(of: folder, name) else {
        return unsafe realUnlink(folder, name, flags)
    }
    return tape.watch(.unlink(path)) { unsafe realUnlink(folder, name, flags) }
}
