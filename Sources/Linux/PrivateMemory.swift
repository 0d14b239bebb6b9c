import CLinux

/// Keeps what is in memory out of core files: the client secret and access tokens are there.
package enum PrivateMemory {
    package static func keep() {
        kn_keep_memory_private()
    }
}
