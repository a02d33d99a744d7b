import Foundation

/// The sanitizer that tests and programs were built with, as `scripts/test --sanitize` says it.
public enum Sanitizer {
    /// "address" or "thread"; nil for none.
    public static let current: String? = ProcessInfo.processInfo.environment["DOJOT_TEST_SANITIZER"]

    /// Whether there is none: under one, memory and time are not what they are without.
    public static let isAbsent = current == nil
}
