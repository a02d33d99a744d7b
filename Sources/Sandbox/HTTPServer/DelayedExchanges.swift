/// The exchanges whose answers a fault holds back: one thread lets each go when its time has come.
final class DelayedExchanges: Sendable {
    private struct Waiting {
        var exchanges: [(due: Double, exchange: Exchange)] = []
        var stopped = false
    }

    private let waiting = Guarded(Waiting())
    private let thread = Guarded<WorkerThread?>(nil)

    /// Holds an exchange whose connection is suspended.
    func hold(_ exchange: Exchange, seconds: Double) {
        thread.withLock { thread in
            if thread == nil { thread = WorkerThread { [waiting] in Self.run(waiting) } }
        }
        let isHeld = waiting.withLock { waiting in
            if !waiting.stopped { waiting.exchanges.append((Time.monotonic + seconds, exchange)) }
            return !waiting.stopped
        }
        if !isHeld { exchange.resume() }
    }

    /// Lets all go.
    func stop() {
        waiting.withLock { $0.stopped = true }
        thread.withLock { thread in
            thread?.join()
            thread = nil
        }
    }

    private static func run(_ waiting: Guarded<Waiting>) {
        while true {
            let now = Time.monotonic
            let next = waiting.withLock { waiting -> (due: [Exchange], seconds: Double, stopped: Bool) in
                let due = waiting.exchanges.filter { waiting.stopped || $0.due <= now }
                waiting.exchanges.removeAll { waiting.stopped || $0.due <= now }
                let seconds = waiting.exchanges.map { $0.due - now }.min() ?? 3600
                return (due.map(\.exchange), seconds, waiting.stopped)
            }
            for exchange in next.due { exchange.resume() }
            if next.stopped { return }
            // Woken early by whatever changes the list: a new exchange may be due before the others.
            let known = waiting.withLock { $0.exchanges.count }
            _ = waiting.wait(seconds: min(next.seconds, 3600)) { waiting -> Bool? in
                waiting.stopped || waiting.exchanges.count != known ? true : nil
            }
        }
    }
}
