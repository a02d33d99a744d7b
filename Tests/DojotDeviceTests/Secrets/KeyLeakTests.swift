import Foundation
import TestSupport
import Testing

/// A key in the wrong place, or damaged, is in no message, finding or field.
@Suite("Keys in the wrong place")
struct KeyLeakTests {
    static let made = Result { () throws -> (folder: TemporaryFolder, key: [String], certificates: TestCertificates) in
        let (folder, certificates) = (try TemporaryFolder(), try TestCertificates())
        try certificates.make("device", commonName: "admin:f60c28", isRSA: true)
        let key = try String(contentsOfFile: certificates.path("device.key"), encoding: .utf8)
        try folder.write(key, to: "plain.key")
        try folder.write(key.split(separator: "\n").joined(separator: " ") + "\n", to: "folded.key")
        try folder.write(key.split(separator: "\n").joined(), to: "joined.key")
        try folder.write(key.replacing("\n", with: "\r"), to: "cr.key")
        try folder.write(key.replacing("\n", with: "\\n"), to: "escaped.key")
        let body = key.split(separator: "\n").dropFirst().dropLast()
        try folder.write(body.joined(separator: "\n") + "\n", to: "bare.key")
        try folder.write(body.joined(), to: "line.key")
        try folder.write(String(body.joined().dropLast(3)), to: "short.key")
        try folder.write(body.dropFirst().joined(separator: "\n"), to: "headless.key")
        try folder.write("-----BEGIN \(body.joined())-----\n\(body.joined())\n-----END X-----\n", to: "label.key")
        try folder.write("-----END \(body[1])-----\n", to: "end.key")
        try folder.write(Array(key.data(using: .utf16) ?? Data()), to: "utf16.key")
        try folder.write("{\"gateway\": \"\(body.joined())\", \"key\": \"\(body.joined())\"}", to: "json.key")
        try folder.write(Array(Data(base64Encoded: body.joined()) ?? Data()), to: "der.key")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            chmod(folder.path(file), 0o600)
        }
        return (folder, body.map(String.init), certificates)
    }

    static let damages = [
        "plain", "folded", "joined", "cr", "escaped", "bare", "line", "short", "headless", "label", "end", "utf16",
        "json",
        "der",
    ]

    /// Commands with the key's file in each place that takes one; GATEWAY is a port that nobody listens on.
    static let commands = [
        "inspect KEY", "inspect --json KEY", "inspect --format pem KEY KEY",
        "publish attrs -h localhost -p 1 -t a -i admin:f60c28 --cafile KEY a=1",
        "publish attrs -h localhost -p 1 -t a --cafile CA --cert KEY --key KEY a=1",
        "publish attrs -h localhost -p 1 -t a --cafile CA --cert CERT --key KEY a=1",
        "publish attrs -h localhost -p 1 -t a --cafile CA -f KEY",
        "subscribe config -h localhost -p 1 -t a --cafile KEY",
        "diagnose -h localhost -p 1 --cafile KEY", "diagnose -h localhost -p 1 --cafile CA --cert KEY --key KEY --json",
        "diagnose -h localhost -p 1 --cafile CA --cert CERT --key KEY --crlfile KEY --json",
        "retrieve-cert http://localhost:1 f60c28 --https-ca KEY --username u --password-file CERT --timeout 1",
        "retrieve-cert http://localhost:1 f60c28 --key KEY --username u --password-file CERT --timeout 1",
        "retrieve-cert http://localhost:1 f60c28 --token-file KEY --timeout 1",
        "fleet provision http://localhost:1 --from KEY --username u --password-file CERT --timeout 1",
        "fleet simulate --from KEY --duration 1", "fleet simulate --template KEY --duration 1",
        "fleet simulate --scenario KEY --duration 1", "fleet simulate --baseline KEY --duration 1",
        "status f60c28 --certs-dir DIR", "status f60c28 --json --certs-dir DIR",
        "diagnose f60c28 --certs-dir DIR --json",
        "publish attrs f60c28 a=1 --certs-dir DIR", "renew f60c28 --certs-dir DIR --username u --password-file CERT",
    ]

    @Test("no message has a piece of it", arguments: commands)
    func noPiece(command: String) throws {
        let (folder, key, certificates) = try Self.made.get()
        for damage in Self.damages {
            let file = folder.path("\(damage).key")
            var directory = ""
            if command.contains("DIR") {
                let place = try TemporaryFolder()
                let content = try Data(contentsOf: URL(fileURLWithPath: file))
                for part in ["key", "crt", "csr", "json"] {
                    try place.write(Array(content), to: "certs/f60c28.\(part)")
                }
                for part in ["crt", "crl"] { try place.write(Array(content), to: "certs/IOTmidCA.\(part)") }
                chmod(place.path("certs/f60c28.key"), 0o600)
                chmod(place.path("certs"), 0o755)
                directory = place.path("certs")
                // The suite's own search for keys in the wrong files must not find these.
                defer { try? FileManager.default.removeItem(atPath: place.path("certs")) }
                try check(command, file, directory, key, certificates, in: folder)
                continue
            }
            try check(command, file, directory, key, certificates, in: folder)
        }
    }

    private func check(
        _ command: String, _ file: String, _ directory: String, _ key: [String], _ certificates: TestCertificates,
        in folder: TemporaryFolder
    ) throws {
        let words = command.split(separator: " ").map { word in
            switch word {
            case "KEY": file
            case "CA": certificates.path("ca.crt")
            case "CERT": certificates.path("device.crt")
            case "DIR": directory
            default: String(word)
            }
        }
        let outcome = try Child.run(Programs.path("dojot-device"), words, in: folder.path, timeout: 30)
        let printed = outcome.stdout + outcome.stderr
        // Such a conversion is asked for.
        if command.contains("--format pem"), outcome.status == 0 { return }
        for line in key.dropFirst() {
            let piece = line.prefix(16)
            #expect(!printed.contains(piece), "\(words): \(printed.prefix(400))")
            if printed.contains(piece) { return }
        }
    }
}
