import CommandLineKit
import Glibc
import HTTP
import PKI

/// The process's environment; an empty variable counts as one that is not set.
enum Environment {
    static subscript(name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(preservingBytes: UnsafeRawBufferPointer(start: value, count: strlen(value)))
    }

    /// Whether a variable is set, without a copy of what may be a secret.
    static func has(_ name: String) -> Bool {
        guard let value = getenv(name) else { return false }
        return value.pointee != 0
    }

    /// The variables that log in.
    static let secretNames = ["DOJOT_PASSWORD", "DOJOT_TOKEN"]

    /// Takes out all secrets that are there still, for what takes their place was given.
    static func forgetSecrets() {
        for name in secretNames { _ = take(name) }
    }

    /// Takes a secret out of the environment: whoever asks next finds none, nor does who looks at /proc/PID/environ or a child.
    static func take(_ name: String) -> Secret? {
        guard has(name), let value = getenv(name) else { return nil }
        let count = strlen(value)
        let secret = Secret(copying: UnsafeRawBufferPointer(start: value, count: count))
        explicit_bzero(value, count)
        unsetenv(name)
        return secret
    }
}
