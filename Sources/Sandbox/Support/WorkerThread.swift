import Glibc

/// A POSIX thread with a body of its own, which can be waited for.
final class WorkerThread: Sendable {
    private let identifier: pthread_t

    /// Starts `body` on a new thread.
    init(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(body))
        var identifier = pthread_t()
        let code = pthread_create(&identifier, nil, runBody, box.toOpaque())
        // It fails only where the system has no more threads for us, and nothing here goes on without its own.
        precondition(code == 0, "no more threads")
        self.identifier = identifier
    }

    /// Waits for its end; call it once.
    func join() { pthread_join(identifier, nil) }
}

private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

@Sendable private func runBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
    return nil
}
