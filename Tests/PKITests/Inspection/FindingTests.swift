import PKI
import TestSupport
import Testing

@Suite struct FindingTests {
    static let day: Int64 = 86_400
    static let noon = Timestamp(unixSeconds: Fixtures.noon)

    static func codes(
        _ object: PKIObject, at time: Int64 = Fixtures.noon, margin: Int64? = nil, isDevices: Bool = true
    ) -> [String] {
        object.findings(at: Timestamp(unixSeconds: time), margin: margin, isDevices: isDevices).map(\.code.rawValue)
    }

    /// The names are in scripts: they do not change.
    @Test func theCodesAreStable() {
        #expect(
            Finding.Code.allCases.map(\.rawValue) == [
                "missing", "empty", "unreadable", "trailing-data", "expired", "not-yet-valid", "expires-soon",
                "weak-key", "unusual-key", "weak-signature", "is-ca", "self-signed", "wrong-usage", "encrypted-key",
                "exposed-key", "bad-signature", "wrong-order", "mismatch", "not-authority", "revoked", "stale-crl",
                "partial-crl", "unchecked-crl", "unusable-crl", "broken-chain", "ambiguous-name",
            ])
    }

    @Test(
        arguments: [
            (-61, nil, ["not-yet-valid"]), (-60, nil, []), (0, nil, []), (Fixtures.year, nil, []),
            (Fixtures.year + 1, nil, ["expired"]),
            (Fixtures.year - 30 * day, 30 * day, ["expires-soon"]), (Fixtures.year - 30 * day - 1, 30 * day, []),
            (Fixtures.year + 1, 30 * day, ["expired"]), (-61, 500 * day, ["not-yet-valid"]),
        ] as [(Int64, Int64?, [String])])
    func timeIsJudgedToTheSecond(offset: Int64, margin: Int64?, expected: [String]) throws {
        let device = PKIObject.certificate(try Fixtures.device())
        #expect(Self.codes(device, at: Fixtures.noon + offset, margin: margin) == expected)
    }

    @Test func whatExpiredSaysHowLongAgo() throws {
        let device = PKIObject.certificate(try Fixtures.device())
        let later = Timestamp(unixSeconds: Fixtures.noon + Fixtures.year + 12 * Self.day + 5)
        #expect(device.findings(at: later).first?.message == "it expired 12 days ago, on 2027-11-24T06:00:00Z")
        let early = Timestamp(unixSeconds: Fixtures.noon - 60 - 7200)
        #expect(
            device.findings(at: early).first?.message
                == "it is not valid before 2026-11-24T05:59:00Z, in 2 hours, by this machine's clock")
    }

    @Test(arguments: [
        ("-newkey rsa:1024 -sha256", ["weak-key", "self-signed"]),
        ("-newkey rsa:2048 -sha1", ["self-signed"]),
        ("-newkey rsa:3072 -sha384", ["self-signed"]),
        ("-newkey ec -pkeyopt ec_paramgen_curve:P-256", ["self-signed"]),
        ("-newkey ec -pkeyopt ec_paramgen_curve:P-521", ["self-signed"]),
        ("-newkey ec -pkeyopt ec_paramgen_curve:secp256k1", ["unusual-key", "self-signed"]),
        ("-newkey ec -pkeyopt ec_paramgen_curve:brainpoolP256r1", ["unusual-key", "self-signed"]),
        ("-newkey ec -pkeyopt ec_paramgen_curve:prime192v1", ["weak-key", "self-signed"]),
        ("-newkey ed25519", ["unusual-key", "self-signed"]),
    ])
    func keysAreJudged(options: String, expected: [String]) throws {
        let folder = try TemporaryFolder()
        let outcome = try Child.run(
            "/usr/bin/openssl",
            ["req", "-x509", "-nodes", "-subj", "/CN=f60c28", "-keyout", folder.path("key"), "-addext"]
                + ["basicConstraints=CA:FALSE"] + options.split(separator: " ").map(String.init))
        let certificate = try Certificate(pem: outcome.standardOutput)
        #expect(Self.codes(.certificate(certificate), at: certificate.notBefore) == expected)
    }

    @Test(arguments: [
        ("-md5", true), ("-sha1", true), ("-sha256", false), ("-sha512", false),
        ("-sha1 -sigopt rsa_padding_mode:pss", true), ("-sha256 -sigopt rsa_padding_mode:pss", false),
    ])
    func signaturesOfOthersAreJudged(options: String, isWeak: Bool) throws {
        let folder = try TemporaryFolder()
        func openssl(_ line: String) throws {
            let words = line.split(separator: " ").map { String($0).replacing("@", with: folder.path + "/") }
            let outcome = try Child.run("/usr/bin/openssl", words)
            #expect(outcome.status == 0, "\(outcome.stderr)")
        }
        try openssl("req -x509 -newkey rsa:2048 -nodes -keyout @ca.key -out @ca.crt -subj /CN=ca")
        try openssl("req -newkey rsa:2048 -nodes -keyout @key -out @csr -subj /CN=f60c28 \(options)")
        try openssl("x509 -req -in @csr -CA @ca.crt -CAkey @ca.key -out @crt \(options)")
        let certificate = try Certificate(pem: folder.bytes("crt"))
        #expect(certificate.signature.isWeak == isWeak)
        #expect(Self.codes(.certificate(certificate), at: certificate.notBefore) == (isWeak ? ["weak-signature"] : []))
        // Of a request, OpenSSL does not tell the hash of RSASSA-PSS.
        if !options.contains("pss") {
            let request = try CertificateRequest(pem: folder.bytes("csr"))
            #expect(Self.codes(.request(request)) == (isWeak ? ["weak-signature"] : []))
        }
    }

    @Test func aCertificateForAnotherPurposeIsNoDevices() throws {
        func certificate(_ usage: KeyUsage?, _ purposes: [ExtendedKeyUsage]) throws -> PKIObject {
            .certificate(
                try Certificate(
                    issuing: Certificate.Contents(
                        subject: DistinguishedName(commonName: "f60c28"), publicKey: Fixtures.deviceKey.get().publicKey,
                        validity: Fixtures.noon...Fixtures.noon + 1, keyUsage: usage, extendedKeyUsage: purposes),
                    issuer: Fixtures.authority.get(), signedBy: Fixtures.authorityKey.get()))
        }
        #expect(Self.codes(try certificate(nil, [])) == [])
        #expect(Self.codes(try certificate([.digitalSignature], [.clientAuth, .serverAuth])) == [])
        #expect(Self.codes(try certificate(nil, [.serverAuth])) == ["wrong-usage"])
        #expect(Self.codes(try certificate([.keyEncipherment], [])) == ["wrong-usage"])
        #expect(Self.codes(try certificate(nil, [.serverAuth]), isDevices: false) == [])
    }

    @Test func anAuthorityIsAFindingOnlyWhereADeviceIsMeant() throws {
        let authority = PKIObject.certificate(try Fixtures.authority.get())
        #expect(Self.codes(authority, isDevices: false) == [])
        #expect(Self.codes(authority, isDevices: true) == ["is-ca"])
    }

    @Test func aRequestThatAsksForAnAuthorityOrIsForgedIsFound() throws {
        let folder = try TemporaryFolder()
        let made = try Child.run(
            "/usr/bin/openssl",
            ["req", "-newkey", "rsa:2048", "-nodes", "-keyout", folder.path("key"), "-subj", "/CN=f60c28", "-addext"]
                + ["basicConstraints=CA:TRUE"])
        let request = try CertificateRequest(pem: made.standardOutput)
        #expect(Self.codes(.request(request)) == ["is-ca"])
        var der = request.der
        der[der.count - 1] ^= 1
        #expect(Self.codes(.request(try CertificateRequest(der: der))) == ["is-ca", "bad-signature"])
    }

    @Test(
        arguments: [
            (-1, nil, ["not-yet-valid"]), (0, nil, []), (7200, nil, []), (7201, nil, ["stale-crl"]),
            (0, 7200, ["expires-soon"]), (0, 7199, []),
        ] as [(Int64, Int64?, [String])])
    func aListIsJudgedByItsDates(offset: Int64, margin: Int64?, expected: [String]) throws {
        let list = PKIObject.revocationList(try RevocationTests.list([]))
        #expect(Self.codes(list, at: Fixtures.noon + offset, margin: margin) == expected)
    }

    @Test(
        arguments: [
            (0, "0 seconds", "0 s"), (1, "1 second", "1 s"), (59, "59 seconds", "59 s"), (60, "1 minute", "1 min"),
            (7199, "1 hour", "1 h"), (86_399, "23 hours", "23 h"), (86_400, "1 day", "1 d"),
            (-341 * 86_400 - 1, "341 days", "341 d"), (.min, "106751991167300 days", "106751991167300 d"),
        ] as [(Int64, String, String)])
    func aDistanceIsSaidInOneUnit(seconds: Int64, long: String, short: String) {
        #expect(TimeDistance(seconds: seconds).description == long)
        #expect(TimeDistance(seconds: seconds).short == short)
    }

    @Test(arguments: [(0, 0), (86_399, 0), (86_400, 1), (-1, -1), (-86_400, -1), (-86_401, -2)] as [(Int64, Int64)])
    func daysAreRoundedDown(seconds: Int64, days: Int64) {
        #expect(Self.noon.days(until: Timestamp(unixSeconds: Fixtures.noon + seconds)) == days)
    }

    @Test func aTimeWithoutSenseIsFarAway() {
        #expect(Self.noon.seconds(until: Timestamp(unixSeconds: .min)) == .min)
        #expect(Timestamp(unixSeconds: -5).seconds(until: Timestamp(unixSeconds: .max)) == .max)
    }
}
