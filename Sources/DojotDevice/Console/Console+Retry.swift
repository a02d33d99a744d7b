import HTTP

extension Console {
    /// Says that a request is repeated, and when.
    static func noteRetry(_ event: RetryEvent) {
        let seconds = (event.wait * 10).rounded() / 10
        note("\(event.reason); trying again in \(seconds) s (\(event.attempt + 1) of \(event.attempts))")
    }
}
