import Foundation
import PKI
import TestSupport
import Testing

@Suite struct PrivateKeyTests {
    static let algorithms: [KeyAlgorithm] = [.rsa(bits: 2048), .p256, .p384, .p521]

    static func key(_ algorithm: KeyAlgorithm) throws -> PrivateKey {
        try algorithm == .rsa(bits: 2048) ? Fixtures.rsa.get() : PrivateKey(generating: algorithm)
    }

    @Test(arguments: algorithms)
    func opensslFindsTheKeySound(algorithm: KeyAlgorithm) throws {
        let key = try Self.key(algorithm)
        #expect(key.algorithm == algorithm)
        let pem = try key.pem()
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        let checked = try Peer.openssl("pkey", "-check", "-noout", input: pem)
        #expect(checked.status == 0 && checked.output.contains("Key is valid"), "\(checked.output)")
        let published = try Peer.openssl("pkey", "-pubout", "-outform", "DER", input: pem)
        #expect(published.bytes == key.publicKey.subjectPublicKeyInfo)
    }

    @Test(arguments: algorithms)
    func aKeyReadsBackAsItWas(algorithm: KeyAlgorithm) throws {
        let key = try Self.key(algorithm)
        let read = try PrivateKey(pem: key.pem())
        #expect(read.algorithm == algorithm)
        #expect(read.publicKey == key.publicKey)
        #expect(try PublicKey(der: key.publicKey.subjectPublicKeyInfo).algorithm == algorithm)
    }

    /// What was put together from its numbers is, number for number, what openssl reads of the same file.
    @Test(arguments: [
        ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
        // Numbers that are written otherwise are left to OpenSSL.
        ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_primes:3"],
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
    ])
    func aKeyIsWrittenAsOpensslWroteIt(options: [String]) throws {
        let made = try Child.run("/usr/bin/openssl", ["genpkey"] + options)
        #expect(made.status == 0, "\(made.stderr)")
        let written = try PrivateKey(pem: made.standardOutput).pem()
        #expect(written == made.standardOutput)
        let text = try Peer.openssl("pkey", "-noout", "-text", "-check", input: written)
        #expect(try text.bytes == Peer.openssl("pkey", "-noout", "-text", "-check", input: made.standardOutput).bytes)
    }

    @Test(arguments: [
        ["-no_public"], ["-conv_form", "compressed"], ["-conv_form", "hybrid"],
    ])
    func aPointThatIsLeftOutOrWrittenOtherwiseIsRead(options: [String]) throws {
        let key = try PrivateKey(generating: .p256)
        let rewritten = try Child.run("/usr/bin/openssl", ["ec"] + options, input: key.pem())
        let other = try Child.run("/usr/bin/openssl", ["pkcs8", "-topk8", "-nocrypt"], input: rewritten.standardOutput)
        #expect(other.status == 0 && other.stdout.contains("BEGIN PRIVATE KEY"), "\(rewritten.stderr)\(other.stderr)")
        let read = try PrivateKey(pem: other.standardOutput)
        #expect(read.algorithm == .p256)
        let text = try Peer.openssl("pkey", "-pubout", "-ec_conv_form", "uncompressed", input: read.pem())
        #expect(text.output == String(decoding: key.publicKey.pem, as: UTF8.self))
    }

    @Test func twoKeysAreNotTheSame() throws {
        #expect(try PrivateKey(generating: .p256).publicKey != PrivateKey(generating: .p256).publicKey)
    }

    /// The public exponent of every key in the field, and the full length asked for.
    @Test func anRSAKeyOfAnUnusualSizeHasThatSize() throws {
        let key = try PrivateKey(generating: .rsa(bits: 2050))
        #expect(key.algorithm == .rsa(bits: 2050))
        let text = try Peer.openssl("pkey", "-noout", "-text", input: key.pem())
        #expect(text.output.contains("2050 bit, 2 primes"))
        #expect(text.output.contains("publicExponent: 65537"))
    }

    @Test(arguments: [Int.min, -1, 0, 1, 512, 1024, 2047, 8193, 16384, .max])
    func otherSizesOfRSAAreRefusedAtOnce(bits: Int) {
        let start = Date()
        let message = "cannot make an RSA key of \(bits) bits: only 2048 to 8192 bits are allowed"
        #expect(throws: PKIError(code: .unsupportedKey, message: message)) {
            try PrivateKey(generating: .rsa(bits: bits))
        }
        #expect(Date().timeIntervalSince(start) < 2)
    }

    @Test func keysOfOtherKindsAreNotMade() {
        #expect(throws: PKIError(code: .unsupportedKey, message: "cannot make a key of kind ED25519")) {
            try PrivateKey(generating: .other("ED25519"))
        }
    }

    @Test(arguments: [
        (["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], "RSA 1024"),
        (["genrsa", "-traditional", "1024"], "RSA 1024"),
        (["ecparam", "-name", "prime256v1", "-genkey"], "P-256"),
        (["ecparam", "-name", "secp384r1", "-genkey", "-noout"], "P-384"),
        (["ecparam", "-name", "secp256k1", "-genkey", "-noout"], "secp256k1"),
        (["genpkey", "-algorithm", "ED25519"], "ED25519"),
    ])
    func keysOfOpensslAreRead(arguments: [String], algorithm: String) throws {
        let made = try Child.run("/usr/bin/openssl", arguments)
        #expect(made.status == 0, "\(made.stderr)")
        let key = try PrivateKey(pem: made.standardOutput)
        #expect(key.algorithm.description == algorithm)
        let published = try Peer.openssl("pkey", "-pubout", "-outform", "DER", input: made.standardOutput)
        #expect(published.bytes == key.publicKey.subjectPublicKeyInfo)
    }

    @Test(arguments: algorithms)
    func textAroundTheKeyAndOtherLineEndsDoNotMatter(algorithm: KeyAlgorithm) throws {
        let key = try Self.key(algorithm)
        let pem = String(decoding: try key.pem(), as: UTF8.self)
        for variant in [
            "Bag Attributes\n    friendlyName: x\n" + pem, pem.replacing("\n", with: "\r\n"), pem + "\n\nmore text",
            String(pem.dropLast()), "\u{FEFF}# a comment\r\n\r\n" + pem.replacing("\n", with: "\r\n"),
            String(decoding: try Fixtures.authority.get().pem, as: UTF8.self) + pem,
        ] {
            #expect(try PrivateKey(pem: Array(variant.utf8)).publicKey == key.publicKey, "\(variant)")
        }
    }

    @Test(arguments: [["-aes-256-cbc"], ["-aes-256-cbc", "-traditional"]])
    func anEncryptedKeyIsNamedAsSuchAndNobodyIsAsked(options: [String]) throws {
        let pem = try Fixtures.deviceKey.get().pem()
        let made = try Child.run(
            "/usr/bin/openssl", ["pkey"] + options + ["-passout", "pass:secret"], input: pem)
        #expect(made.stdout.contains("ENCRYPTED"))
        let expected = PKIError(code: .encryptedKey, message: "cannot read the private key: it is encrypted")
        #expect(throws: expected) { try PrivateKey(pem: made.standardOutput) }
    }

    @Test(arguments: [
        ("", "cannot read the private key: there is nothing in it"),
        ("hello\n", "cannot read the private key: there is no \"BEGIN PRIVATE KEY\" in it"),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "cannot read the private key: what is between its PEM lines is no private key (unsupported)"
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "cannot read the private key: it breaks off before its END line"),
        (
            "-----BEGIN PRIVATE KEY-----\n####\n-----END PRIVATE KEY-----\n",
            "cannot read the private key: what is between its PEM lines is no base64"
        ),
    ])
    func whatIsNoKeyIsRefused(text: String, message: String) {
        #expect(throws: PKIError(code: .malformed, message: message)) { try PrivateKey(pem: Array(text.utf8)) }
    }

    @Test func aCertificateIsNoKey() throws {
        let pem = try Fixtures.authority.get().pem
        let error = #expect(throws: PKIError.self) { try PrivateKey(pem: pem) }
        #expect(error?.code == .malformed)
    }

    @Test func theErrorOfOneKeyIsNotLeftForTheNext() throws {
        for _ in 0..<3 {
            let first = #expect(throws: PKIError.self) { try PrivateKey(pem: Array("x".utf8)) }
            let second = #expect(throws: PKIError.self) { try Certificate(der: [0x30, 0x00]) }
            #expect(first?.message == "cannot read the private key: there is no \"BEGIN PRIVATE KEY\" in it")
            #expect(second?.message.contains("start") == false)
        }
    }

    @Test func keysAreMadeOnAnyThread() async throws {
        let keys = try await withThrowingTaskGroup(of: PrivateKey.self) { group in
            for _ in 0..<8 { group.addTask { try PrivateKey(generating: .p256) } }
            return try await group.reduce(into: [PrivateKey]()) { $0.append($1) }
        }
        #expect(Set(keys.map(\.publicKey)).count == 8)
    }

    @Test(arguments: algorithms)
    func aKeyIsPreparedForItsFirstSignatureOnAnotherThread(algorithm: KeyAlgorithm) async throws {
        let key = try PrivateKey(pem: Self.key(algorithm).pem())
        async let prepared: Void = key.prepareToSign()
        let request = try CertificateRequest(subject: DistinguishedName(commonName: "f60c28"), signedBy: key)
        await prepared
        #expect(request.hasValidSignature)
    }

    @Test func wipedBytesAreGone() throws {
        var secret = try Fixtures.deviceKey.get().pem()
        wipe(&secret)
        #expect(secret.isEmpty)
    }
}
