import Foundation
import TestSupport
import Testing

/// What `inspect` tells is what openssl(1) tells of the same files.
@Suite struct InspectTests {
    /// A CA, and a device's key, request and certificate with all that openssl can put into one: made once.
    static let made = Result { () throws -> TemporaryFolder in
        let folder = try TemporaryFolder()
        try folder.write(
            """
            basicConstraints=critical,CA:FALSE
            keyUsage=critical,digitalSignature,keyAgreement
            extendedKeyUsage=clientAuth,1.2.3.4
            subjectAltName=DNS:device.lab,IP:10.0.0.1,IP:fe80::1,email:a@b.c,URI:urn:x
            subjectKeyIdentifier=hash
            authorityKeyIdentifier=keyid
            crlDistributionPoints=URI:http://ejbca/crl
            """, to: "ext")
        for line in [
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /C=BR/O=dojot/CN=IOTmidCA -days 30",
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out f60c28.key",
            "req -new -key f60c28.key -out f60c28.csr -subj /O=a/CN=admin:f60c28",
            "x509 -req -in f60c28.csr -CA ca.crt -CAkey ca.key -sha384 -days 7 -extfile ext -out f60c28.crt",
        ] { try Self.openssl(line, in: folder) }
        return folder
    }

    @discardableResult
    static func openssl(_ line: String, in folder: TemporaryFolder) throws -> String {
        let program = try #require(Programs.installed("openssl"))
        let words = line.split(separator: " ").map(String.init)
        let outcome = try Child.run(program, words, in: folder.path)
        guard outcome.status == 0 else { throw SupportError("openssl \(line): \(outcome.stderr)") }
        return outcome.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func inspect(_ arguments: String..., in folder: TemporaryFolder) throws -> Outcome {
        try Child.run(Programs.path("dojot-device"), ["inspect"] + arguments, in: folder.path)
    }

    /// The first object, as `--json` has it.
    static func object(_ file: String, in folder: TemporaryFolder) throws -> [String: Any] {
        let outcome = try inspect("--json", file, in: folder)
        let whole = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.standardOutput)) as? [String: Any])
        return try #require((whole["objects"] as? [[String: Any]])?.first)
    }

    @Test func aCertificateIsAsOpensslSees() throws {
        let folder = try Self.made.get()
        let object = try Self.object("f60c28.crt", in: folder)
        func openssl(_ option: String) throws -> String {
            let line = try Self.openssl("x509 -in f60c28.crt -noout \(option)", in: folder)
            return String(line.drop { $0 != "=" }.dropFirst())
        }
        #expect(object["serial"] as? String == (try openssl("-serial")))
        #expect(object["fingerprint"] as? String == (try openssl("-fingerprint -sha256")))
        #expect(object["subject"] as? String == (try openssl("-subject -nameopt oneline")))
        #expect(object["issuer"] as? String == (try openssl("-issuer -nameopt oneline")))
        // 2026-11-24 05:30:47Z, which is RFC 3339 but for one letter.
        for (name, option) in [("notBefore", "-startdate"), ("notAfter", "-enddate")] {
            let date = try openssl("\(option) -dateopt iso_8601").replacingOccurrences(of: " ", with: "T")
            #expect(object[name] as? String == date)
        }
        let text = try Self.openssl("x509 -in f60c28.crt -noout -text", in: folder)
        #expect(text.contains("Signature Algorithm: \(object["signatureAlgorithm"] as? String ?? "?")\n"))
        for member in ["subjectKeyIdentifier", "authorityKeyIdentifier"] {
            #expect(text.contains(object[member] as? String ?? "?"), "\(member)")
        }
        #expect(
            object["subjectAlternativeNames"] as? [String] == [
                "DNS:device.lab", "IP Address:10.0.0.1", "IP Address:fe80::1", "email:a@b.c", "URI:urn:x",
            ])
        #expect(object["extendedKeyUsage"] as? [String] == ["clientAuth", "1.2.3.4"])
        #expect(object["keyUsage"] as? [String] == ["digitalSignature", "keyAgreement"])
        #expect(object["isKeyUsageCritical"] as? Bool == true)
        #expect(object["isCertificateAuthority"] as? Bool == false)
        #expect(object["version"] as? Int == 3)
        #expect([6, 7].contains(object["daysLeft"] as? Int))
        #expect(object["tenant"] as? String == "admin")
        #expect(object["device"] as? String == "f60c28")
        let extensions = try #require(object["otherExtensions"] as? [[String: Any]])
        #expect(extensions.map { $0["name"] as? String } == ["crlDistributionPoints"])
        #expect(extensions.first?["text"] as? String == "Full Name: URI:http://ejbca/crl")
    }

    @Test func theSerialIsGivenInDecimalAsEJBCAWantsIt() throws {
        let folder = try Self.made.get()
        for number in ["1", "127", "128", "255", "31233", "1461501637330902918203684832716283019655932542975"] {
            let name = "serial-\(number).crt"
            try Self.openssl("req -x509 -key ca.key -subj /CN=x -set_serial \(number) -out \(name)", in: folder)
            let object = try Self.object(name, in: folder)
            #expect(object["serialDecimal"] as? String == number)
            let line = try Self.openssl("x509 -in \(name) -noout -serial", in: folder)
            #expect("serial=\(object["serial"] as? String ?? "")" == line)
        }
    }

    @Test func aKeysFingerprintIsThatOfItsPublicHalf() throws {
        let folder = try Self.made.get()
        try Self.openssl("pkey -in f60c28.key -pubout -outform DER -out pub.der", in: folder)
        let digest = try Self.openssl("dgst -sha256 -c pub.der", in: folder)
        for file in ["f60c28.key", "f60c28.csr", "f60c28.crt", "pub.der"] {
            let key = try #require(try Self.object(file, in: folder)["key"] as? [String: Any])
            #expect(digest.uppercased().hasSuffix(key["fingerprint"] as? String ?? "?"))
            #expect(key["name"] as? String == "P-384")
            #expect(key["bits"] as? Int == 384)
        }
    }

    @Test func aKeysSecretIsNeverShown() throws {
        let folder = try Self.made.get()
        let secret = try Self.openssl("pkey -in ca.key -outform DER -out ca.der", in: folder)
        #expect(secret.isEmpty)
        let whole = try folder.read("ca.key").split(separator: "\n").dropFirst().dropLast().map(String.init)
        let text = try Self.openssl("rsa -in ca.key -noout -text", in: folder)
        let exponent = try #require(text.components(separatedBy: "privateExponent:").last?.prefix(200))
        let digits = exponent.filter(\.isHexDigit).prefix(40)
        for arguments in [["ca.key"], ["--json", "ca.key"], ["ca.der"], ["--json", "ca.der"]] {
            let outcome = try Child.run(Programs.path("dojot-device"), ["inspect"] + arguments, in: folder.path)
            #expect(outcome.status == 0)
            let shown = outcome.stdout + outcome.stderr
            for line in whole { #expect(!shown.contains(line)) }
            #expect(!shown.lowercased().filter(\.isHexDigit).contains(digits))
        }
    }

    @Test func aListOfManyIsCutInTextAndWholeInJSON() throws {
        let folder = try Self.made.get()
        let rows = (1...40).map {
            "R\t360101000000Z\t260101000000Z,superseded\t\(String(format: "%04X", $0))\tunknown\t/CN=x\n"
        }
        try folder.write(rows.joined(), to: "index")
        try folder.write("[ca]\ndefault_ca=x\n[x]\ndatabase=index\ndefault_md=sha256\n", to: "ca.cnf")
        try Self.openssl("ca -config ca.cnf -cert ca.crt -keyfile ca.key -gencrl -crldays 3 -out ca.crl", in: folder)
        let text = try Self.inspect("ca.crl", in: folder)
        #expect(text.stdout.components(separatedBy: "SUPERSEDED").count - 1 == 10)
        #expect(text.stdout.contains("and 30 more, which --json prints"))
        let revoked = try #require(try Self.object("ca.crl", in: folder)["revoked"] as? [[String: String]])
        #expect(Set(revoked.compactMap { $0["serial"] }).count == 40)
        #expect(revoked.first?["date"] == "2026-01-01T00:00:00Z")
        #expect(revoked.first?["reason"] == "SUPERSEDED")
    }

    @Test func nothingIsWrongIsSaidInJSONToo() throws {
        let folder = try Self.made.get()
        let outcome = try Self.inspect("--format", "json", "f60c28.key", "f60c28.crt", "ca.crt", in: folder)
        #expect(outcome.status == 0)
        #expect(outcome.stdout.hasPrefix(#"{"findings":[],"objects":["#))
        #expect(
            outcome.stdout.hasSuffix(
                #""relations":[{"kind":"same-key","objects":[0,1]},{"kind":"signed-by","objects":[1,2]}]}"# + "\n"))
    }

    @Test func aKeyThatOthersMayReadIsFound() throws {
        let folder = try Self.made.get()
        try folder.write(try folder.read("ca.key"), to: "open.key")
        chmod(folder.path("open.key"), 0o640)
        let outcome = try Self.inspect("open.key", in: folder)
        #expect(outcome.status == 0)
        #expect(outcome.stdout.contains("exposed-key  open.key: others may read it: chmod 600 open.key"))
    }

    @Test func coloursAreForTerminalsAndNO_COLORIsObeyed() throws {
        let folder = try Self.made.get()
        func screen(_ environment: [String: String]) throws -> String {
            let terminal = try PseudoTerminal(
                Programs.path("dojot-device"), ["inspect", "f60c28.crt"], environment: environment, in: folder.path)
            #expect(terminal.waitFor("nothing is wrong"))
            #expect(terminal.wait() == 0)
            return terminal.screen
        }
        // The tests' own environment may have it set; an empty one does not count (no-color.org).
        #expect(try screen(["NO_COLOR": ""]).contains(" days left\u{1B}[0m"))
        #expect(try !screen(["NO_COLOR": "1"]).contains("\u{1B}"))
        #expect(try !screen(["NO_COLOR": "", "TERM": "dumb"]).contains("\u{1B}"))
        #expect(try !Self.inspect("f60c28.crt", in: folder).stdout.contains("\u{1B}"))
    }

    @Test func aKeyIsNotWrittenToATerminal() throws {
        let folder = try Self.made.get()
        let terminal = try PseudoTerminal(
            Programs.path("dojot-device"), ["inspect", "--format", "pem", "f60c28.key"], in: folder.path)
        #expect(terminal.waitFor("is not written to a terminal"))
        #expect(terminal.wait() == 73)
        #expect(!terminal.screen.contains("PRIVATE KEY-----"))
    }

    @Test func aReaderThatGoesAwayAndAFullDiskEndAsTheyShould() throws {
        let folder = try Self.made.get()
        let program = Programs.path("dojot-device")
        let full = try Child.run(
            "/bin/sh", ["-c", "'\(program)' inspect --format der f60c28.crt >/dev/full"], in: folder.path)
        #expect(full.status == 74)
        #expect(full.stderr.contains("cannot write to standard output: no space left on device"))
    }
}
