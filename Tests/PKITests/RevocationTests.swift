import PKI
import TestSupport
import Testing

@Suite struct RevocationTests {
    typealias Entry = CertificateRevocationList.Entry

    static func list(_ entries: [Entry]) throws -> CertificateRevocationList {
        try CertificateRevocationList(
            issuer: Fixtures.authority.get(), entries: entries, thisUpdate: Fixtures.noon,
            nextUpdate: Fixtures.noon + 7200, number: #require(SerialNumber(decimal: "42")),
            signedBy: Fixtures.authorityKey.get())
    }

    @Test func opensslReadsAndVerifiesTheList() throws {
        let folder = try TemporaryFolder()
        let serialNumber = try #require(SerialNumber(hexadecimal: "7A01"))
        let list = try Self.list([Entry(serialNumber: serialNumber, date: Fixtures.noon - 5, reason: .keyCompromise)])
        let authority = try folder.write(Fixtures.authority.get().pem, to: "ca.crt")
        for (format, bytes) in [("PEM", list.pem), ("DER", list.der)] {
            let answer = try Peer.openssl(
                "crl", "-inform", format, "-noout", "-text", "-nameopt", "oneline", "-CAfile", authority,
                input: bytes)
            #expect(answer.status == 0)
            for expected in [
                "verify OK", "Version 2 (0x1)", "Issuer: CN = IOTmidCA", "Last Update: Nov 24 06:00:00 2026 GMT",
                "Next Update: Nov 24 08:00:00 2026 GMT", "X509v3 CRL Number: \n                42\n",
                "Serial Number: 7A01\n        Revocation Date: Nov 24 05:59:55 2026 GMT",
                "X509v3 CRL Reason Code: \n                Key Compromise\n",
            ] { #expect(answer.output.contains(expected), "\(expected) in \(answer.output)") }
        }
    }

    @Test func opensslRefusesARevokedCertificate() throws {
        let folder = try TemporaryFolder()
        let (good, bad) = (try Fixtures.device(), try Fixtures.device())
        let list = try Self.list([Entry(serialNumber: bad.serialNumber, date: Fixtures.noon - 5)])
        let authority = try folder.write(Fixtures.authority.get().pem, to: "ca.crt")
        let crl = try folder.write(list.pem, to: "ca.crl")
        for (certificate, status, text) in [(good, Int32(0), "OK"), (bad, 2, "certificate revoked")] {
            let file = try folder.write(certificate.pem, to: "device.crt")
            let answer = try Peer.openssl(
                "verify", "-attime", String(Fixtures.noon), "-crl_check", "-CRLfile", crl, "-CAfile", authority, file)
            #expect(answer.status == status)
            #expect(answer.output.contains(text))
            #expect((certificate.revocation(in: list) != nil) == (status != 0))
        }
    }

    /// RFC 5280 forbids negative numbers, and asks to take certificates that have them all the same (section 4.1.2.2).
    @Test(arguments: ["-6090991", "-1", "0", "6090991"])
    func anUnusualNumberIsFoundToo(number: String) throws {
        let folder = try TemporaryFolder()
        func openssl(_ words: String...) throws {
            let outcome = try Child.run("/usr/bin/openssl", words, in: folder.path)
            #expect(outcome.status == 0, "\(words): \(outcome.stderr)")
        }
        try folder.write(Fixtures.authority.get().pem, to: "ca.crt")
        try folder.write(Fixtures.authorityKey.get().pem(), to: "ca.key")
        try folder.write("", to: "index.txt")
        let settings = ["database=index.txt", "certificate=ca.crt", "private_key=ca.key", "default_md=sha256"]
        let section = ["[ca]", "default_ca=own", "[own]", "default_crl_days=1"] + settings
        try folder.write(section.joined(separator: "\n") + "\n", to: "ca.cnf")
        try openssl(
            "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", "x.key", "-out", "x.csr")
        try openssl(
            "x509", "-req", "-in", "x.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-set_serial", number, "-out", "x.crt")
        try openssl("ca", "-config", "ca.cnf", "-revoke", "x.crt")
        try openssl("ca", "-config", "ca.cnf", "-gencrl", "-out", "crl.pem")
        let certificate = try Certificate(pem: Array(folder.read("x.crt").utf8))
        let list = try CertificateRevocationList(pem: Array(folder.read("crl.pem").utf8))
        #expect(certificate.revocation(in: list) != nil)
        #expect(list.entry(serialNumber: certificate.serialNumber)?.serialNumber == certificate.serialNumber)
        #expect(try Fixtures.device().revocation(in: list) == nil)
    }

    @Test func aListReadsBackAsItWasMade() throws {
        let entries = try RevocationReason.allCases.enumerated().map { index, reason in
            let serialNumber = try #require(SerialNumber(decimal: String(1 + index)))
            return Entry(serialNumber: serialNumber, date: Int64(index), reason: reason)
        }
        let authority = try Fixtures.authority.get()
        let made = try Self.list(entries)
        for read in [try CertificateRevocationList(der: made.der), try CertificateRevocationList(pem: made.pem)] {
            #expect(read.issuer == authority.subject)
            #expect(read.thisUpdate == Fixtures.noon)
            #expect(read.nextUpdate == Fixtures.noon + 7200)
            #expect(read.number?.decimal == "42")
            #expect(read.count == entries.count)
            #expect(Set(read.entries) == Set(entries))
            #expect(read.isSigned(by: authority))
            #expect(try !read.isSigned(by: Fixtures.device()))
            for entry in entries { #expect(read.entry(serialNumber: entry.serialNumber) == entry) }
            #expect(read.entry(serialNumber: SerialNumber()) == nil)
        }
    }

    @Test func anEmptyListAndOneOfThousandsAreBothFine() throws {
        #expect(try Self.list([]).entries.isEmpty)
        let device = try Fixtures.device()
        let entries = (0..<5000).map { _ in Entry(serialNumber: SerialNumber(), date: Fixtures.noon) }
        let list = try Self.list(entries + [Entry(serialNumber: device.serialNumber, date: 7, reason: .superseded)])
        #expect(list.count == 5001)
        #expect(device.revocation(in: list)?.reason == .superseded)
        #expect(try Fixtures.device().revocation(in: list) == nil)
    }

    @Test func onlyItsIssuersListCountsAndAnEntryCanBeTakenBack() throws {
        let device = try Fixtures.device()
        let key = try PrivateKey(generating: .p256)
        let other = try CertificateRevocationList(
            issuer: Fixtures.authority(named: "Other", key: key),
            entries: [Entry(serialNumber: device.serialNumber, date: 0)], thisUpdate: 0, nextUpdate: 1,
            number: SerialNumber(), signedBy: key)
        #expect(device.revocation(in: other) == nil)
        let back = try Self.list([Entry(serialNumber: device.serialNumber, date: 0, reason: .removeFromCRL)])
        #expect(device.revocation(in: back) == nil)
        let hold = try Self.list([Entry(serialNumber: device.serialNumber, date: 0, reason: .certificateHold)])
        #expect(device.revocation(in: hold) != nil)
    }

    @Test func whatIsNoListIsRefused() throws {
        for bytes in [[], Array("x".utf8), try Fixtures.authority.get().pem, try Fixtures.authority.get().der] {
            #expect(throws: PKIError.self) { try CertificateRevocationList(pem: bytes) }
            #expect(throws: PKIError.self) { try CertificateRevocationList(der: bytes) }
        }
    }

    @Test func aReasonHasANumber() {
        #expect(RevocationReason.allCases.map(\.code) == [0, 1, 2, 3, 4, 5, 6, 8, 9, 10])
        #expect(RevocationReason.allCases.allSatisfy { RevocationReason(code: $0.code) == $0 })
        #expect(RevocationReason(code: 7) == nil)
        #expect(RevocationReason(rawValue: "PRIVILEGESWITHDRAWN") == .privilegesWithdrawn)
    }
}
