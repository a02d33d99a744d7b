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

    /// A number from 0 to below 1, a multiple of 2^-53.
    public mutating func nextShare() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// The finalizer of the reference (MurmurHash3's, variant 13); it maps 0 to 0.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
