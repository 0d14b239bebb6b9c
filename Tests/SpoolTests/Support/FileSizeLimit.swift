import Glibc

/// No file of this process may grow beyond so many bytes from now on, as on a disk that is full; for a process of its own.
func limitFileSize(_ bytes: UInt) {
    _ = signal(SIGXFSZ, SIG_IGN)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    var limit = rlimit()
    unsafe getrlimit(resource, &limit)
    limit.rlim_cur = bytes
    unsafe setrlimit(resource, &limit)
}
