import Foundation

/// Loopback ports that nobody listens on.
public enum FreePort {
    /// A TCP port that was free on 127.0.0.1 a moment ago, as the kernel chose it.
    public static func next() throws -> UInt16 {
        let (descriptor, port) = try LoopbackSocket.bound()
        close(descriptor)
        return port
    }
}
