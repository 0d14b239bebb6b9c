import FoundationEssentials
import GrantCore
import Graph
import Spool

/// The program at work: puts the parts together and runs turns until it is told to stop.
struct Daemon {
    let settings: Settings
    let log: Log
    let clock: Clock
    /// Ends when everything is settled.
    let isOnce: Bool

    func run() -> ExitCode {
        do throws(DaemonFailure) {
            return try work()
        } catch {
            log(.error, "stopped", ["error": error.description])
            return error.exitCode
        }
    }

    private func work() throws(DaemonFailure) -> ExitCode {
        let (signals, spool, worker) = try assemble()
        let watch = SpoolWatch(spool.incoming)
        if watch.descriptor == nil { log(.warning, "watch.polling", ["reason": "the kernel gives no inotify watch"]) }
        let descriptors = [signals.descriptor] + (watch.descriptor.map { [$0] } ?? [])
        do throws(SystemError) {
            while true {
                let now = clock.now
                try worker.turn(at: now)
                if isOnce && worker.isDrained(at: clock.now) { return try end(worker) }
                let completions = worker.graph.transport.wait(
                    alsoFor: descriptors, atMost: worker.rest(at: clock.now))
                for completion in completions { try worker.receive(completion, at: clock.now) }
                if watch.sawSomething() || watch.descriptor == nil { worker.mustLook = true }
                while let signal = signals.next() {
                    switch signal {
                    case .stop: return try end(worker)
                    case .reload: log(.warning, "reload.unavailable", ["do": "restart the service"])
                    }
                }
            }
        } catch {
            throw .storage(error)
        }
    }

    private func assemble() throws(DaemonFailure) -> (Signals, SpoolDirectory, Worker) {
        do {
            let signals = try Signals()
            let spool = try SpoolDirectory.open(at: settings.spool)
            let parts = WorkerParts(
                settings: settings, log: log, spool: spool, transport: try transport(),
                jitter: { Double.random(in: 0..<1) }, random: { UInt16.random(in: 0...UInt16.max) },
                newId: { UUID().uuidString.lowercased() })
            let worker = Worker(parts, at: clock.now)
            try worker.start(at: clock.now)
            return (signals, spool, worker)
        } catch let error as SpoolTrouble {
            throw .spool(error)
        } catch let error as SystemError {
            throw .storage(error)
        } catch WorkerFailure.storage(let error) {
            throw .storage(error)
        } catch {
            throw .transport("\(error)")
        }
    }

    private func transport() throws(TransportFailure) -> HTTPTransport {
        try HTTPTransport(
            TransportOptions(
                caFile: settings.entra.caFile, proxy: settings.entra.proxy,
                userAgent: "knocknoc-entra/\(Version.number)",
                allowPlainHTTPOnLoopback: settings.entra.graph.hasPrefix("http://")))
    }

    /// An orderly end: what is in `work/` stays there for the next start.
    private func end(_ worker: Worker) throws(SystemError) -> ExitCode {
        let now = clock.now
        try worker.stop(at: now)
        let owed = worker.owedRemovals(at: now)
        log(
            .info, "stopped",
            [
                "done": String(worker.tally.done), "failed": String(worker.tally.failed),
                "waiting": String(worker.inHand), "removals_owed": owed == 0 ? nil : String(owed),
            ])
        guard isOnce else { return .success }
        return owed > 0 ? .unavailable : worker.tally.failed > 0 ? .someFailed : .success
    }
}

/// Why the program ends before it is told to.
enum DaemonFailure: Error, CustomStringConvertible {
    case spool(SpoolTrouble)
    case storage(SystemError)
    case transport(String)

    var description: String {
        switch self {
        case .spool(let trouble): trouble.description
        case .storage(let error): "\(error); the next start reads the disk again and loses nothing"
        case .transport(let text): "cannot speak HTTP: \(text)"
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .spool(let trouble): ExitCode(rawValue: trouble.exitCode) ?? .inputOutput
        case .storage(let error): error.isNoRoom ? .cannotWrite : .inputOutput
        case .transport: .configuration
        }
    }
}
