import Foundation
import PKI
import TestSupport
import Testing

/// Every form that keys and certificates come in, each made by openssl(1).
@Suite struct PKIContentTests {
    /// A folder with one object of each kind in PEM: k.key (RSA), ec.key, crt, csr, crl, pub.
    static let made = Result { () throws -> TemporaryFolder in
        let folder = try TemporaryFolder()
        func openssl(_ line: String) throws {
            let words = line.split(separator: " ").map { String($0).replacing("@", with: folder.path + "/") }
            let outcome = try Child.run("/usr/bin/openssl", words)
            if outcome.status != 0 { throw SupportError("openssl \(line): \(outcome.stderr)") }
        }
        try openssl("req -x509 -newkey rsa:2048 -nodes -keyout @key -out @crt -subj /CN=f60c28 -days 30")
        try openssl("req -new -key @key -out @csr -subj /CN=f60c28")
        try openssl("pkey -in @key -pubout -out @pub")
        _ = try folder.write("", to: "index")
        try folder.write(
            "[ca]\ndefault_ca=x\n[x]\ndatabase=\(folder.path)/index\ndefault_md=sha256\n", to: "ca.cnf")
        try openssl("ca -config @ca.cnf -gencrl -crldays 30 -cert @crt -keyfile @key -out @crl")
        for (curve, name) in [("prime256v1", "p256.key"), ("secp521r1", "p521.key"), ("secp256k1", "k1.key")] {
            try openssl("ecparam -name \(curve) -genkey -out @\(name)")
        }
        try openssl("genpkey -algorithm ed25519 -out @ed")
        return folder
    }

    static func summary(_ bytes: [UInt8]) throws -> [String] {
        try PKIContent(reading: bytes).parts.map { part in
            switch part.object {
            case .success(let object):
                let key = object.publicKey.map { " \($0.algorithm)" } ?? ""
                let number = part.numberInMessage.map { " no. \($0)" } ?? ""
                return "\(part.encoding.rawValue) \(object.kind)\(key)\(number)"
            case .failure(let error): return "line \(part.line ?? 0): \(error.message)"
            }
        }
    }

    @Test(arguments: [
        ("x509 -in @crt", "PEM CA certificate RSA 2048"),
        ("x509 -in @crt -trustout", "PEM CA certificate RSA 2048"),
        ("x509 -in @crt -text", "PEM CA certificate RSA 2048"),
        ("x509 -in @crt -outform DER", "DER CA certificate RSA 2048"),
        ("req -in @csr", "PEM certificate request RSA 2048"),
        ("req -in @csr -newhdr", "PEM certificate request RSA 2048"),
        ("req -in @csr -outform DER", "DER certificate request RSA 2048"),
        ("crl -in @crl", "PEM certificate revocation list"),
        ("crl -in @crl -outform DER", "DER certificate revocation list"),
        ("pkey -in @key", "PEM private key RSA 2048"),
        ("pkey -in @key -outform DER", "DER private key RSA 2048"),
        ("rsa -in @key -traditional", "PEM private key RSA 2048"),
        ("rsa -in @key -traditional -outform DER", "DER private key RSA 2048"),
        ("pkey -in @key -aes256 -passout pass:x", "PEM private key, encrypted"),
        ("pkcs8 -topk8 -in @key -passout pass:x -outform DER", "DER private key, encrypted"),
        ("rsa -in @key -traditional -aes256 -passout pass:x", "PEM private key, encrypted"),
        ("ec -in @p256.key", "PEM private key P-256"),
        ("pkey -in @p256.key", "PEM private key P-256"),
        ("ec -in @p256.key -outform DER", "DER private key P-256"),
        ("ec -in @p521.key", "PEM private key P-521"),
        ("pkey -in @p521.key -outform DER", "DER private key P-521"),
        ("ec -in @k1.key", "PEM private key secp256k1"),
        ("pkey -in @ed", "PEM private key ED25519"),
        ("pkey -in @ed -outform DER", "DER private key ED25519"),
        ("pkey -in @ed -pubout", "PEM public key ED25519"),
        ("pkey -in @p256.key -pubout -outform DER", "DER public key P-256"),
        ("rsa -in @key -RSAPublicKey_out", "PEM public key RSA 2048"),
        ("rsa -in @key -RSAPublicKey_out -outform DER", "DER public key RSA 2048"),
        ("crl2pkcs7 -nocrl -certfile @crt", "PEM CA certificate RSA 2048 no. 1"),
        ("crl2pkcs7 -nocrl -certfile @crt -outform DER", "DER CA certificate RSA 2048 no. 1"),
    ])
    func aFormIsToldByItsContent(line: String, expected: String) throws {
        let folder = try Self.made.get()
        let words = line.split(separator: " ").map { String($0).replacing("@", with: folder.path + "/") }
        let outcome = try Child.run("/usr/bin/openssl", words)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let bytes = outcome.standardOutput
        #expect(try Self.summary(bytes) == [expected])
        guard expected.hasPrefix("DER") else { return }
        // The same without PEM lines: in lines, in one, and with DOS line ends.
        for length in [nil, 64, 76] {
            let text = Base64.encode(bytes, lineLength: length)
            for variant in [text, text + "\n", text.replacing("\n", with: "\r\n") + "\r\n", "  " + text] {
                #expect(try Self.summary(Array(variant.utf8)) == [expected.replacing("DER ", with: "base64 ")])
            }
        }
    }

    @Test func aMessageCarriesCertificatesAndLists() throws {
        let folder = try Self.made.get()
        let outcome = try Child.run(
            "/usr/bin/openssl",
            ["crl2pkcs7", "-in", folder.path("crl"), "-certfile", folder.path("crt"), "-certfile", folder.path("crt")])
        #expect(
            try Self.summary(outcome.standardOutput) == [
                "PEM CA certificate RSA 2048 no. 1", "PEM CA certificate RSA 2048 no. 2",
                "PEM certificate revocation list no. 3",
            ])
        let empty = try PKCS7.degenerate(certificates: [])
        let error = #expect(throws: PKIError.self) { try PKIContent(reading: empty) }
        #expect(error?.message == "there is neither a certificate nor a list in the PKCS #7 message")
    }

    @Test func blocksOfOneFileAreAllThere() throws {
        let folder = try Self.made.get()
        let parts = try ["key", "crt", "p256.key", "csr"].map { try folder.read($0) }
        let text = parts[0] + "a comment\n" + parts[1].replacing("\n", with: "\r\n") + parts[2] + parts[3]
        let content = try PKIContent(reading: Array(text.utf8))
        #expect(
            try Self.summary(Array(text.utf8)) == [
                "PEM private key RSA 2048", "PEM CA certificate RSA 2048", "PEM private key P-256",
                "PEM certificate request RSA 2048",
            ])
        // The lines that a text editor shows, EC parameters passed over.
        let lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        for part in content.parts {
            #expect(lines[(part.line ?? 0) - 1].contains("-----BEGIN "))
        }
        #expect(content.excess == 0)
    }

    @Test func aBrokenBlockDoesNotHideTheOthers() throws {
        let folder = try Self.made.get()
        let certificate = try folder.read("crt")
        let cut = certificate.split(separator: "\n").prefix(5).joined(separator: "\n") + "\n"
        #expect(
            try Self.summary(Array((cut + certificate).utf8)) == [
                "line 1: cannot read the certificate: it breaks off before its END line", "PEM CA certificate RSA 2048",
            ])
        #expect(
            try Self.summary(Array((certificate + cut).utf8)).last?.hasSuffix("it breaks off before its END line")
                == true)
        let wrong = try folder.read("csr").replacing("CERTIFICATE REQUEST", with: "CERTIFICATE")
        #expect(
            try Self.summary(Array(wrong.utf8)) == [
                "line 1: its PEM lines say \"CERTIFICATE\", but its content is that of another thing: certificate request"
            ])
        #expect(
            try Self.summary(Array(("\u{FEFF}" + certificate + certificate).utf8)) == [
                "PEM CA certificate RSA 2048", "PEM CA certificate RSA 2048",
            ])
        #expect(
            try Self.summary(Array((" " + certificate + certificate).utf8)) == [
                "line 19: the BEGIN line of the \"CERTIFICATE\" is missing, or not at the beginning of a line",
                "PEM CA certificate RSA 2048",
            ])
        let noise = certificate.replacing("MII", with: "M##")
        #expect(
            try Self.summary(Array(noise.utf8)) == [
                "line 1: cannot read the certificate: what is between its PEM lines is no base64"
            ])
        let other = certificate.replacing("CERTIFICATE", with: "OPENSSH PRIVATE KEY")
        #expect(
            try Self.summary(Array(other.utf8)) == ["line 1: a \"OPENSSH PRIVATE KEY\" is nothing that is used here"])
    }

    @Test(arguments: [
        ("", PKIError.Code.empty, "it is empty"),
        ("\0\0\0\0", .empty, "there are only zero bytes in it"),
        (" \r\n\n", .empty, "there is only white space in it"),
        ("hello", .malformed, "it is no certificate, request, key, revocation list or PKCS #7 message"),
        ("test", .malformed, "it is no certificate, request, key, revocation list or PKCS #7 message"),
        ("{\"gateway\": \"http://localhost:8000\"}", .malformed, "it is no certificate"),
        ("0", .malformed, "it is no certificate"),
        ("01:02:03 a log line that begins as DER might\n", .malformed, "it is no certificate"),
        (" -----BEGIN CERTIFICATE-----\n", .malformed, "it has a BEGIN, but not at the beginning of a line"),
        (
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n", .malformed,
            "but parameters"
        ),
    ])
    func whatHoldsNothingSaysSo(text: String, code: PKIError.Code, message: String) throws {
        let error = #expect(throws: PKIError.self) { try PKIContent(reading: Array(text.utf8)) }
        #expect(error?.code == code)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func whatIsCutOrLongerThanItsObjectSaysSo() throws {
        let certificate = try Certificate(pem: Array(Self.made.get().read("crt").utf8))
        let der = certificate.der
        let error = #expect(throws: PKIError.self) { try PKIContent(reading: Array(der.prefix(300))) }
        #expect(error?.message == "it breaks off: 300 of \(der.count) bytes are there")
        let longer = try PKIContent(reading: der + [10])
        #expect(longer.excess == 1)
        #expect(longer.parts.count == 1)
        let text = Base64.encode(der, lineLength: 76).dropLast(5)
        let cut = #expect(throws: PKIError.self) { try PKIContent(reading: Array(text.utf8)) }
        #expect(cut?.message.hasPrefix("it begins as base64 without PEM lines, but is not base64: ") == true)
        var broken = der
        broken[8] ^= 0xFF
        let damaged = #expect(throws: PKIError.self) { try PKIContent(reading: broken) }
        #expect(damaged?.code == .malformed)
    }

    @Test func aPKCS12FileIsNamed() throws {
        let folder = try Self.made.get()
        let outcome = try Child.run(
            "/usr/bin/openssl",
            ["pkcs12", "-export", "-inkey", folder.path("key"), "-in", folder.path("crt"), "-passout", "pass:x"])
        let error = #expect(throws: PKIError.self) { try PKIContent(reading: outcome.standardOutput) }
        #expect(error?.code == .encryptedKey)
    }

    /// Cut at each length and with each byte changed, an object is read or refused, and nothing else happens.
    @Test(arguments: ["crt", "csr", "crl", "p256.key", "pub"])
    func noDamageIsMoreThanAnError(name: String) throws {
        let pem = Array(try Self.made.get().read(name).utf8)
        let object = try #require(try PKIContent(reading: pem).parts.first).object.get()
        let der = try object.der()
        for length in stride(from: 0, to: der.count, by: 3) { _ = try? PKIContent(reading: Array(der.prefix(length))) }
        for length in stride(from: 0, to: pem.count, by: 7) { _ = try? PKIContent(reading: Array(pem.prefix(length))) }
        for index in stride(from: 0, to: der.count, by: 2) {
            var changed = der
            changed[index] ^= UInt8(index % 255 + 1)
            guard let content = try? PKIContent(reading: changed) else { continue }
            for part in content.parts {
                _ = try? part.object.get().findings(at: .now, margin: 1, isDevices: true)
            }
        }
    }

    @Test func anObjectConvertsToPEMAndDERAndBack() throws {
        for name in ["crt", "csr", "crl", "key", "p256.key", "pub"] {
            let object = try #require(PKIContent(reading: Array(try Self.made.get().read(name).utf8)).parts.first)
                .object.get()
            for bytes in [try object.pem(), try object.der()] {
                let again = try #require(PKIContent(reading: bytes).parts.first).object.get()
                #expect(again.kind == object.kind)
                #expect(try again.der() == object.der())
            }
        }
    }
}
