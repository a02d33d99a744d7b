import Foundation
import TestSupport
import Testing

/// The search for secrets finds those that are there, and nothing else.
@Suite("Secrets in what is printed and left on disk")
struct TestSecretsTests {
    private static let token = "eyJhbGciOiJIUzI1NiJ9.eyJzZXJ2aWNlIjoiYWRtaW4ifQ.c2lnbmF0dXJlLW9mLWEtdG9rZW4"
    private static let key = "-----BEGIN PRIVATE KEY-----\nMIIE\n"

    // No arguments of tests, since those are printed, and what is printed is looked through.
    private static let texts: [(String, [TestSecrets.Leak])] = [
        ("error: cannot log in with \(TestSecrets.password)", [.password]),
        (#"{"jwt": "\#(token)"}"#, [.token]),
        ("eyJ is no token, but \(token) is", [.token]),
        ("the file has\n\(key)", [.key]),
        ("\(TestSecrets.password) \(token)", [.password, .token]),
        ("logged in as admin, tenant admin", []),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzZXJ2aWNlIjoiYWRtaW4ifQ", []),
        ("-----BEGIN CERTIFICATE-----\nMIIE\n-----BEGIN PUBLIC KEY-----", []),
    ]

    @Test("are found in a text")
    func inTexts() {
        for (text, found) in Self.texts {
            #expect(TestSecrets.leaks(in: Data(text.utf8)) == found)
            #expect(TestSecrets.leaks(in: Data("\u{0}\(text)\n".utf8)[1...]) == found)
        }
    }

    @Test("are no leak in a file that holds one and nothing else")
    func inFiles() {
        for secret in [TestSecrets.password, Self.token, Self.key + "-----END PRIVATE KEY-----"] {
            #expect(TestSecrets.leaks(in: Data("\(secret)\n".utf8), isWhole: true) == [])
            #expect(TestSecrets.leaks(in: Data("x \(secret)\n".utf8), isWhole: true).count == 1)
        }
    }

    @Test("are looked for in core files too")
    func cores() throws {
        var header = [UInt8](repeating: 0, count: 64)
        header.replaceSubrange(0..<4, with: Array("\u{7F}ELF".utf8))
        header[16] = 4
        #expect(TestSecrets.leaks(in: Data(header), isWhole: true) == [.core])
        let program = try Data(contentsOf: URL(fileURLWithPath: "/bin/sh"))
        #expect(TestSecrets.leaks(in: program, isWhole: true) == [])
    }
}
