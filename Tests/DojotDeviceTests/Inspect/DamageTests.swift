import Foundation
import TestSupport
import Testing

/// What is odd or broken in a certificate, a request or a key is said.
@Suite("inspect finds what is odd")
struct DamageTests {
    /// A certificate with extensions as openssl writes them, for a subject; the finding's code, its words, and the exit code.
    static let certificates: [(String, String, String, String, Int32)] = [
        ("subjectAltName=critical,DER:0500", "/CN=x", "unreadable", "subjectAltName is broken", 65),
        ("subjectAltName=DER:05000500", "/CN=x", "unreadable", "subjectAltName is broken", 65),
        ("basicConstraints=critical,DER:0500", "/CN=x", "unreadable", "basicConstraints is broken", 65),
        ("1.2.3.4=critical,DER:0500", "/CN=x", "broken-chain", "1.2.3.4", 65),
        ("subjectAltName=DNS:a", "/CN=x/CN=y", "ambiguous-name", "2 common names", 0),
    ]

    @Test("in a certificate", arguments: certificates)
    func certificate(extensions: String, subject: String, code: String, says: String, status: Int32) throws {
        let folder = try TemporaryFolder()
        try folder.write(extensions + "\n", to: "ext")
        try Self.request(subject, in: folder)
        try InspectTests.openssl("x509 -req -in csr -signkey key -days 9 -extfile ext -out crt", in: folder)
        let outcome = try InspectTests.inspect("crt", in: folder)
        #expect(outcome.status == status, "\(outcome.stdout) \(outcome.stderr)")
        #expect(code.isEmpty || outcome.stdout.contains("  \(code)"), "\(outcome.stdout)")
        #expect(outcome.stdout.contains(says), "\(outcome.stdout)")
    }

    @Test("an extension that is there twice")
    func doubled() throws {
        let folder = try TemporaryFolder()
        // issuerAltName, 2.5.29.18, becomes a second subjectAltName, 2.5.29.17; the signature breaks, which nobody checks here.
        try folder.write("subjectAltName=DNS:a\nissuerAltName=DNS:b\n", to: "ext")
        try Self.request("/CN=x", in: folder)
        try InspectTests.openssl(
            "x509 -req -in csr -signkey key -days 9 -extfile ext -outform der -out crt", in: folder)
        let der = Array(try Data(contentsOf: URL(fileURLWithPath: folder.path("crt"))))
        let place = try #require(der.indices.first { der[$0...].starts(with: [6, 3, 0x55, 0x1D, 0x12]) })
        try folder.write(Array(der[..<(place + 4)]) + [0x11] + Array(der[(place + 5)...]), to: "crt")
        let outcome = try InspectTests.inspect("crt", in: folder)
        #expect(outcome.status == 65, "\(outcome.stdout)")
        #expect(outcome.stdout.contains("subjectAltName more than once"), "\(outcome.stdout)")
    }

    @Test("dates that are none, and a number below zero")
    func dates() throws {
        let folder = try TemporaryFolder()
        try Self.request("/CN=x", in: folder)
        try InspectTests.openssl(
            "x509 -req -in csr -signkey key -days 9 -set_serial -4660 -outform der -out crt", in: folder)
        let json = try InspectTests.inspect("--json", "crt", in: folder).stdout
        #expect(json.contains("\"serial\" : \"-1234\"") || json.contains("\"serial\":\"-1234\""), "\(json)")
        #expect(json.contains("\"-4660\""), "\(json)")
        #expect(try InspectTests.inspect("crt", in: folder).stdout.contains("-1234"))
        var der = Array(try Data(contentsOf: URL(fileURLWithPath: folder.path("crt"))))
        // The second UTCTime is notAfter: month 99, then second 60.
        let places = der.indices.filter { $0 + 1 < der.count && der[$0] == 0x17 && der[$0 + 1] == 13 }
        let whole = der
        for (offset, digits) in [(4, "99"), (12, "60")] {
            der = whole
            der.replaceSubrange(places[1] + offset..<places[1] + offset + 2, with: Array(digits.utf8))
            try folder.write(der, to: "bad")
            for arguments in [["bad"], ["--json", "bad"]] {
                let outcome = try Child.run(Programs.path("dojot-device"), ["inspect"] + arguments, in: folder.path)
                #expect(outcome.status == 65, "\(outcome.stderr)")
                #expect(outcome.stdout.contains("notAfter is no date"), "\(outcome.stdout)")
                #expect(!outcome.stdout.contains("292277022657"), "\(outcome.stdout)")
            }
        }
    }

    @Test("a giant extension is cut, and a request's own extensions are shown")
    func extensions() throws {
        let folder = try TemporaryFolder()
        try folder.write("1.2.3.4=DER:04830493E0" + String(repeating: "41", count: 300_000) + "\n", to: "ext")
        try Self.request("/CN=x", in: folder, "1.2.3.5=ASN1:UTF8String:hello")
        try InspectTests.openssl("x509 -req -in csr -signkey key -days 9 -extfile ext -out crt", in: folder)
        for arguments in [["crt"], ["--json", "crt"]] {
            let outcome = try Child.run(Programs.path("dojot-device"), ["inspect"] + arguments, in: folder.path)
            #expect(
                outcome.stdout.utf8.count < 6000 && outcome.stdout.contains("bytes)"), "\(outcome.stdout.prefix(300))")
        }
        for arguments in [["csr"], ["--json", "csr"]] {
            let outcome = try Child.run(Programs.path("dojot-device"), ["inspect"] + arguments, in: folder.path)
            #expect(outcome.stdout.contains("1.2.3.5") && outcome.stdout.contains("hello"), "\(outcome.stdout)")
        }
    }

    @Test("a curve that is spelled out, and a byte order mark")
    func keys() throws {
        let folder = try TemporaryFolder()
        try InspectTests.openssl(
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out key", in: folder
        )
        chmod(folder.path("key"), 0o600)
        let explicit = try InspectTests.inspect("key", in: folder)
        #expect(explicit.stdout.contains("unusual-key"), "\(explicit.stdout) \(explicit.stderr)")
        try Self.request("/CN=x", in: folder)
        try InspectTests.openssl("x509 -req -in csr -signkey key -days 9 -out crt", in: folder)
        try folder.write([0xEF, 0xBB, 0xBF] + Array(folder.read("crt").utf8), to: "marked")
        let marked = try InspectTests.inspect("marked", in: folder)
        #expect(marked.status == 0 && marked.stdout.contains("CN = x"), "\(marked.stderr)")
    }

    private static func request(_ subject: String, in folder: TemporaryFolder, _ wanted: String? = nil) throws {
        let own = wanted.map { " -addext \($0)" } ?? ""
        try InspectTests.openssl(
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj \(subject) -keyout key -out csr\(own)",
            in: folder)
    }
}
