/// Work that one thread at a time may do, while the others wait for their turn.
public final class OneAtATime: Sendable {
    // Not `Guarded<Void>`: a value without a size has the address of the field after it, where ThreadSanitizer sees a race.
    private let turn = Guarded(false)

    public init() {}

    /// Does it when its turn has come.
    public func run<Result, Failure: Error>(_ work: () throws(Failure) -> Result) throws(Failure) -> Result {
        try turn.withLock { (_: inout Bool) throws(Failure) -> Result in try work() }
    }
}
