import Threads

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
            let next = waiting.withLock { waiting -> (due: [Exchange], seconds: Double, left: Int, stopped: Bool) in
                // Of those whose client is gone nobody waits for the answer, and their number is limited.
                let due = waiting.exchanges.filter { waiting.stopped || $0.due <= now || $0.exchange.isAbandoned }
                waiting.exchanges.removeAll { exchange in due.contains { $0.exchange === exchange.exchange } }
                let seconds = waiting.exchanges.map { min($0.due - now, 1) }.min() ?? 3600
                return (due.map(\.exchange), seconds, waiting.exchanges.count, waiting.stopped)
            }
            for exchange in next.due { exchange.resume() }
            if next.stopped { return }
            // Woken early by whatever changes the list: a new exchange may be due before the others.
            _ = waiting.wait(seconds: next.seconds) { waiting -> Bool? in
                waiting.stopped || waiting.exchanges.count != next.left ? true : nil
            }
        }
    }
}
