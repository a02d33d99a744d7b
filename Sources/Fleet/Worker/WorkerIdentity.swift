import Glibc

/// The name that a master knows a worker by.
enum WorkerIdentity {
    /// Another name each time: "HOST_" and 32 hexadecimal digits.
    ///
    /// The master spreads users over the hosts by what stands before the "_". A name is good for one connection: a master takes
    /// nobody of a name that it has a connection with still.
    static func next() -> String {
        var name = [CChar](repeating: 0, count: 64)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let harmless = host.unicodeScalars.map { $0.isASCII && $0 != "_" && $0.value > 32 ? Character($0) : "-" }
        let digits = (0..<4).map { _ in
            let part = String(UInt32.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 8 - part.count) + part
        }
        return (harmless.isEmpty ? "worker" : String(harmless)) + "_" + digits.joined()
    }
}
