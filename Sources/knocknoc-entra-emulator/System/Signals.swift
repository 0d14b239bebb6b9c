import Glibc

/// Blocks the stop signals for every thread to come, so that none is lost before `waitForSignal`.
func blockStopSignals() -> sigset_t {
    // A client that hangs up must not end the server.
    _ = signal(SIGPIPE, SIG_IGN)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe sigaddset(&signals, SIGINT)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    return signals
}

func waitForSignal(in signals: sigset_t) {
    var signals = signals
    var received: Int32 = 0
    while unsafe sigwait(&signals, &received) != 0 {}
}
