/// The growing pause between attempts to come back, with jitter so that a fleet does not come back all at once.
public struct Backoff: Equatable, Sendable {
    /// The first pause in seconds, more than 0.
    public var initial: Double
    /// The longest pause in seconds.
    public var maximum: Double

    public init(initial: Double = 0.5, maximum: Double = 30) {
        self.initial = initial
        self.maximum = maximum
    }

    /// How long a connection must last to count as good, in seconds. A broker that closes each connection right after its CONNACK gets
    /// attempts with growing pauses, too.
    public static let goodAfter = 2.0

    /// The number of failures in a row, after the end of one more connection or attempt.
    ///
    /// - Parameters:
    ///   - count: the number before.
    ///   - start: when the connection was accepted; nil for an attempt that failed.
    public static func failures(after count: Int, connectedSince start: MonotonicTime?) -> Int {
        guard let start, MonotonicTime.now - start >= goodAfter else { return count + 1 }
        return 1
    }

    /// The pause before attempt `number`, counted from 1: between half and the whole of what doubles each time.
    public func pause(before number: Int) -> Double {
        var generator = SystemRandomNumberGenerator()
        return pause(before: number, using: &generator)
    }

    func pause(before number: Int, using generator: inout some RandomNumberGenerator) -> Double {
        var whole = initial
        for _ in 1..<max(2, number) where number > 1 && whole < maximum { whole *= 2 }
        whole = min(whole, maximum)
        return Double.random(in: whole / 2...whole, using: &generator)
    }
}
