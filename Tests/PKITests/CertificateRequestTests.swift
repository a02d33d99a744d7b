import PKI
import TestSupport
import Testing

@Suite struct CertificateRequestTests {
    @Test func opensslAcceptsTheRequestAndSeesWhatTheRetrieverAsksFor() throws {
        let names: [GeneralName] = [.dns("device.lab"), .ip("10.0.0.1"), .ip("2001:db8::1")]
        let request = try CertificateRequest(
            subject: DistinguishedName(commonName: "admin:f60c28"), subjectAlternativeNames: names,
            signedBy: Fixtures.rsa.get())
        let answer = try Peer.openssl("req", "-verify", "-noout", "-text", "-nameopt", "oneline", input: request.pem)
        #expect(answer.status == 0)
        for expected in [
            "verify OK", "Version: 1 (0x0)", "Subject: CN = admin:f60c28", "Public-Key: (2048 bit)",
            "X509v3 Key Usage: \n                    Digital Signature, Non Repudiation, Key Encipherment\n",
            "X509v3 Basic Constraints: \n                    CA:FALSE\n",
            "DNS:device.lab, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1",
            "Signature Algorithm: sha256WithRSAEncryption",
        ] { #expect(answer.output.contains(expected), "\(expected) in \(answer.output)") }
        #expect(!answer.output.contains("critical"))
    }

    @Test(arguments: [KeyAlgorithm.rsa(bits: 2048), .p256, .p384, .p521])
    func aRequestReadsBackAsItWasMade(algorithm: KeyAlgorithm) throws {
        let key = try algorithm == .rsa(bits: 2048) ? Fixtures.rsa.get() : PrivateKey(generating: algorithm)
        let names: [GeneralName] = [.dns("a.b"), .ip("127.0.0.1")]
        let made = try CertificateRequest(
            subject: DistinguishedName(commonName: "f60c28"), subjectAlternativeNames: names, signedBy: key)
        for read in [made, try CertificateRequest(pem: made.pem), try CertificateRequest(der: made.der)] {
            #expect(read.subject.commonName == "f60c28")
            #expect(read.publicKey == key.publicKey)
            #expect(read.publicKey.algorithm == algorithm)
            #expect(read.subjectAlternativeNames == names)
            #expect(read.keyUsage == [.digitalSignature, .nonRepudiation, .keyEncipherment])
            #expect(read.hasValidSignature)
            #expect(read.der == made.der)
        }
    }

    @Test func aChangedRequestHasNoValidSignature() throws {
        let made = try CertificateRequest(
            subject: DistinguishedName(commonName: "f60c28"), signedBy: Fixtures.deviceKey.get())
        let name = try #require(made.der.firstIndex(of: UInt8(ascii: "f")))
        var changed = made.der
        changed[name] = UInt8(ascii: "e")
        let read = try CertificateRequest(der: changed)
        #expect(read.subject.commonName == "e60c28")
        #expect(!read.hasValidSignature)
    }

    @Test func aRequestOfOpensslIsRead() throws {
        let folder = try TemporaryFolder()
        let made = try Peer.openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            folder.path("key"), "-subj", "/C=BR/O=dojot, Inc./CN=f60c28", "-out", folder.path("csr"))
        #expect(made.status == 0, "\(made.output)")
        let request = try CertificateRequest(pem: folder.bytes("csr"))
        #expect(request.subject.description == "C = BR, O = \"dojot, Inc.\", CN = f60c28")
        #expect(request.hasValidSignature)
        #expect(request.keyUsage == nil)
        #expect(request.subjectAlternativeNames.isEmpty)
        #expect(try request.publicKey == PrivateKey(pem: folder.bytes("key")).publicKey)
    }

    @Test(arguments: [
        ("", [], PKIError.Code.invalidName),
        (String(repeating: "x", count: 65), [], .invalidName),
        ("f60c28", [GeneralName.ip("10.0.0")], .invalidName),
        ("f60c28", [GeneralName.ip("dns.name")], .invalidName),
        ("f60c28", [GeneralName.dns("")], .invalidName),
        ("f60c28", [GeneralName.dns("a,DNS:b c")], .invalidName),
        ("f60c28", [GeneralName.dns("größe.de")], .invalidName),
    ])
    func namesThatNoCertificateCarriesAreRefused(name: String, names: [GeneralName], code: PKIError.Code) throws {
        let key = try Fixtures.deviceKey.get()
        let error = #expect(throws: PKIError.self) {
            try CertificateRequest(
                subject: DistinguishedName(commonName: name), subjectAlternativeNames: names, signedBy: key)
        }
        #expect(error?.code == code)
    }

    @Test func aNameNeverBecomesTwo() throws {
        let request = try CertificateRequest(
            subject: DistinguishedName(commonName: "a/CN=b,CN=c"), subjectAlternativeNames: [.dns("a,DNS:b")],
            signedBy: Fixtures.deviceKey.get())
        #expect(request.subject.attributes == [.init(type: "CN", value: "a/CN=b,CN=c")])
        #expect(request.subjectAlternativeNames == [.dns("a,DNS:b")])
    }
}
