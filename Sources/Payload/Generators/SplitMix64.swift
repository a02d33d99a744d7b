import Glibc

/// A small generator of pseudo-random numbers that can be repeated: SplitMix64, 8 bytes of state.
///
/// Guy L. Steele, Doug Lea, Christine H. Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014,
/// <https://doi.org/10.1145/2660193.2660195>; reference code: <https://prng.di.unimi.it/splitmix64.c>.
/// It is not for keys or anything secret.
public struct SplitMix64: RandomNumberGenerator, Sendable, Equatable {
    private var state: UInt64

    /// The sequence of `seed`; each `stream` of it is a sequence of its own, for the many devices of one run. Stream 0
    /// is the reference's sequence.
    public init(seed: UInt64, stream: UInt64 = 0) {
        state = seed &+ SplitMix64.mix(stream)
    }

    /// The sequence of a name, such as a device's, in a run of that seed: the same whichever devices are beside it.
    ///
    /// The name's 64-bit FNV-1a hash is the stream, <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>.
    public init(seed: UInt64, name: String) {
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        self.init(seed: seed, stream: hash)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return SplitMix64.mix(state)
    }

    /// A number of 0 to `bound` - 1, each as likely as the others; `bound` must not be 0.
    ///
    /// Daniel Lemire: Fast Random Integer Generation in an Interval, <https://doi.org/10.1145/3230636>. It is written
    /// here because the standard library does not promise to draw the same numbers in its next release.
    public mutating func next(below bound: UInt64) -> UInt64 {
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return product.high
    }

    /// A number of `range`, whose ends must be less than 2^63 apart.
    public mutating func next(in range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next(below: UInt64(range.upperBound - range.lowerBound) + 1))
    }

    /// A number from 0 to below 1, a multiple of 2^-53.
    public mutating func nextFraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number of the normal distribution with mean 0 and standard deviation 1 (Box and Muller's method).
    public mutating func nextNormal() -> Double {
        // The logarithm's argument is above 0, at most 1.
        let radius = (-2 * log(1 - nextFraction())).squareRoot()
        return radius * cos(2 * .pi * nextFraction())
    }

    /// The finalizer of the reference (MurmurHash3's, variant 13); it maps 0 to 0.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
