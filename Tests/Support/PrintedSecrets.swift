import Foundation

/// Looks through what one of our programs prints, as it comes.
struct PrintedSecrets {
    private let command: String
    private let allowed: Set<TestSecrets.Leak>
    private let isWatched: Bool
    private var rest = Data()
    private var told: Set<TestSecrets.Leak> = []

    /// - Parameter isResult: whether it is standard output, where some commands print what they were asked for.
    init(_ path: String, _ arguments: [String], isResult: Bool) {
        command = ([URL(fileURLWithPath: path).lastPathComponent] + arguments).joined(separator: " ")
        let isSandbox = path.hasSuffix("/dojot-sandbox")
        isWatched = path.hasSuffix("/dojot-device") || command.contains("dojot-device") || (isSandbox && !isResult)
        var allowed: Set<TestSecrets.Leak> = []
        if isResult {
            // A token is what `login` is for, and a shell may ask for one with curl; a key is what `inspect --format` is for.
            if command.contains("login") || command.contains("curl") { allowed.insert(.token) }
            if command.contains("inspect") || command.contains("openssl") { allowed.insert(.key) }
        }
        self.allowed = allowed
    }

    mutating func take(_ bytes: [UInt8]) {
        guard isWatched else { return }
        rest += bytes
        for leak in TestSecrets.leaks(in: rest) where !allowed.contains(leak) && told.insert(leak).inserted {
            TestSecrets.report(leak, "printed by \(command)")
        }
        // What comes next may be the end of a secret that has begun.
        rest = Data(rest.suffix(4096))
    }
}
