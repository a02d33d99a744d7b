import Foundation
import TestSupport

/// OpenSSL's own program, which reads what the module wrote and writes what the module reads.
enum Peer {
    struct Answer {
        var status: Int32
        /// Standard output, then standard error.
        var output: String
        var bytes: [UInt8]
    }

    static func openssl(_ arguments: String..., input: [UInt8] = []) throws -> Answer {
        let outcome = try Child.run("/usr/bin/openssl", arguments, input: input)
        return Answer(
            status: outcome.status, output: outcome.stdout + outcome.stderr, bytes: outcome.standardOutput)
    }
}

extension TemporaryFolder {
    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }
}
