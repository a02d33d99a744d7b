import PKI
import Testing

@Suite struct VerificationTests {
    @Test func aCertificateOfTheAuthorityIsGoodFromItsFirstToItsLastSecond() throws {
        let device = try Fixtures.device()
        let authority = try Fixtures.authority.get()
        for time in [device.notBefore, Fixtures.noon, device.notAfter - 1] {
            try device.verify(against: [authority], at: time)
        }
        #expect(device.isSigned(by: authority))
        #expect(!authority.isSigned(by: device))
    }

    @Test(
        arguments: [
            (
                -3600, PKIError.Code.notYetValid,
                "the certificate of CN = f60c28 is not valid before 2026-11-24T05:59:00Z (it is 2026-11-24T05:00:00Z)"
            ),
            (
                Fixtures.year + 1, .expired,
                "the certificate of CN = f60c28 expired at 2027-05-23T06:00:00Z (it is 2027-11-24T06:00:01Z)"
            ),
        ] as [(Int64, PKIError.Code, String)])
    func outsideOfItsTimeTheErrorNamesBoth(offset: Int64, code: PKIError.Code, message: String) throws {
        let device = try Fixtures.device(validity: Fixtures.noon - 60...Fixtures.noon + 180 * 86_400)
        let authority = try Fixtures.authority(
            named: "IOTmidCA", key: Fixtures.authorityKey.get(), validity: 0...4_000_000_000)
        #expect(throws: PKIError(code: code, message: message)) {
            try device.verify(against: [authority], at: Fixtures.noon + offset)
        }
    }

    @Test func anAuthorityWhoseTimeIsOverIsNamed() throws {
        let authority = try Fixtures.authority(
            named: "IOTmidCA", key: Fixtures.authorityKey.get(), validity: 0...Fixtures.noon - 1)
        let device = try Fixtures.device()
        let error = #expect(throws: PKIError.self) { try device.verify(against: [authority], at: Fixtures.noon) }
        #expect(error?.code == .expired)
        #expect(error?.message.hasPrefix("the certificate of CN = IOTmidCA expired at 2026-11-24T05:59:59Z") == true)
    }

    @Test func anotherAuthorityIsRefusedByItsNameOrItsKey() throws {
        let device = try Fixtures.device()
        let key = try PrivateKey(generating: .p256)
        for (name, message) in [
            ("Other", "the certificate of CN = f60c28 is issued by CN = IOTmidCA, not by CN = Other"),
            (
                "IOTmidCA",
                "the certificate of CN = f60c28 is not signed by the key of CN = IOTmidCA, which it names"
            ),
        ] {
            let other = try Fixtures.authority(named: name, key: key)
            #expect(!device.isSigned(by: other))
            #expect(throws: PKIError(code: .notSignedByIssuer, message: message)) {
                try device.verify(against: [other], at: Fixtures.noon)
            }
        }
    }

    @Test func aChangedCertificateIsRefused() throws {
        let device = try Fixtures.device()
        let authority = try Fixtures.authority.get()
        var der = device.der
        // The last byte belongs to the signature.
        der[der.count - 1] ^= 1
        let changed = try Certificate(der: der)
        #expect(!changed.isSigned(by: authority))
        let error = #expect(throws: PKIError.self) { try changed.verify(against: [authority], at: Fixtures.noon) }
        #expect(error?.code == .notSignedByIssuer)
    }

    @Test func whoIsNoAuthoritySignsNobody() throws {
        let (name, key) = (DistinguishedName(commonName: "f60c28"), try Fixtures.deviceKey.get())
        let device = try Fixtures.device()
        let child = try Certificate(
            issuing: .init(
                subject: DistinguishedName(commonName: "child"), publicKey: key.publicKey, validity: 0...4_000_000_000),
            issuer: device, signedBy: key)
        #expect(child.issuer == name)
        #expect(child.isSigned(by: device))
        let message = "the certificate of CN = f60c28 may not sign others"
        #expect(throws: PKIError(code: .notAnAuthority, message: message)) {
            try child.verify(against: [device], at: Fixtures.noon)
        }
    }

    /// EJBCA-REST hands out the first certificate of a chain only.
    @Test func anAuthorityBelowAnotherIsTrustedByItself() throws {
        let key = try PrivateKey(generating: .p384)
        let authority = try Fixtures.authority.get()
        let below = try Certificate(
            issuing: .init(
                subject: DistinguishedName(commonName: "below"), publicKey: key.publicKey, validity: 0...4_000_000_000,
                isCertificateAuthority: true, keyUsage: [.keyCertSign]),
            issuer: authority, signedBy: Fixtures.authorityKey.get())
        let device = try Certificate(
            issuing: .init(
                subject: DistinguishedName(commonName: "f60c28"), publicKey: Fixtures.deviceKey.get().publicKey,
                validity: 0...4_000_000_000),
            issuer: below, signedBy: key)
        try device.verify(against: [below], at: Fixtures.noon)
        let error = #expect(throws: PKIError.self) { try device.verify(against: [authority], at: Fixtures.noon) }
        #expect(error?.code == .notSignedByIssuer)
    }

    @Test func manyThreadsMayCheckOneCertificate() async throws {
        let (device, authority) = (try Fixtures.device(), try Fixtures.authority.get())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try device.verify(against: [authority], at: Fixtures.noon)
                    _ = (device.der, device.subject, device.publicKey, device.keyUsage)
                }
            }
            try await group.waitForAll()
        }
    }
}
