import PKI
import TestSupport
import Testing

@Suite struct CertificateTests {
    @Test func opensslReadsWhatWasIssued() throws {
        let serialNumber = try #require(SerialNumber(hexadecimal: "0A1B2C3D4E5F6071"))
        let device = try Fixtures.device(
            named: "admin:f60c28", serialNumber: serialNumber, names: [.dns("device.lab"), .ip("10.0.0.1")])
        let answer = try Peer.openssl(
            "x509", "-noout", "-text", "-nameopt", "oneline", "-fingerprint", "-sha256", input: device.pem)
        #expect(answer.status == 0)
        for expected in [
            "Version: 3 (0x2)",
            "Serial Number: \(serialNumber.decimal) (0xa1b2c3d4e5f6071)", "Signature Algorithm: ecdsa-with-SHA256",
            "Issuer: CN = IOTmidCA", "Subject: CN = admin:f60c28", "Not Before: Nov 24 05:59:00 2026 GMT",
            "Not After : Nov 24 06:00:00 2027 GMT",
            "X509v3 Key Usage: \n                Digital Signature, Non Repudiation, Key Encipherment\n",
            "X509v3 Basic Constraints: \n                CA:FALSE\n",
            "X509v3 Extended Key Usage: \n                TLS Web Client Authentication\n",
            "DNS:device.lab, IP Address:10.0.0.1", "sha256 Fingerprint=\(device.sha256Fingerprint)",
        ] { #expect(answer.output.contains(expected), "\(expected) in \(answer.output)") }
        #expect(!answer.output.contains("critical"))
        let authority = try Peer.openssl("x509", "-noout", "-text", input: Fixtures.authority.get().pem)
        #expect(authority.output.contains("X509v3 Basic Constraints: critical\n                CA:TRUE\n"))
        #expect(
            authority.output.contains(
                "X509v3 Key Usage: critical\n                Digital Signature, Certificate Sign, CRL Sign\n"))
    }

    @Test func opensslVerifiesTheChain() throws {
        let folder = try TemporaryFolder()
        let device = try folder.write(Fixtures.device(validity: 0...4_000_000_000).pem, to: "device.crt")
        let key = try PrivateKey(generating: .p256)
        let stranger = try folder.write(Fixtures.authority(named: "IOTmidCA", key: key).pem, to: "stranger.crt")
        let authority = try folder.write(Fixtures.authority.get().pem, to: "ca.crt")
        let at = String(Fixtures.noon)
        let good = try Peer.openssl("verify", "-x509_strict", "-attime", at, "-CAfile", authority, device)
        #expect(good.status == 0, "\(good.output)")
        #expect(try Peer.openssl("verify", "-attime", at, "-CAfile", stranger, device).status == 2)
    }

    @Test func aCertificateReadsBackAsItWasIssued() throws {
        let serialNumber = try #require(SerialNumber(decimal: "12345678901234567890"))
        let names: [GeneralName] = [.dns("localhost"), .ip("127.0.0.1"), .ip("::1")]
        let made = try Fixtures.device(serialNumber: serialNumber, names: names)
        let authority = try Fixtures.authority.get()
        for read in [try Certificate(pem: made.pem), try Certificate(der: made.der)] {
            #expect(read == made)
            #expect(read.subject == DistinguishedName(commonName: "f60c28"))
            #expect(read.issuer == authority.subject)
            #expect(read.serialNumber == serialNumber)
            #expect(read.notBefore == Fixtures.noon - 60)
            #expect(read.notAfter == Fixtures.noon + Fixtures.year)
            #expect(try read.publicKey == Fixtures.deviceKey.get().publicKey)
            #expect(try Fixtures.deviceKey.get().belongs(to: read))
            #expect(try !Fixtures.rsa.get().belongs(to: read))
            #expect(read.subjectAlternativeNames == names)
            #expect(!read.isCertificateAuthority)
            #expect(read.keyUsage == [.digitalSignature, .nonRepudiation, .keyEncipherment])
            #expect(read.extendedKeyUsage == ["clientAuth"])
            #expect(read.signatureAlgorithm == "ecdsa-with-SHA256")
            #expect(read.authorityKeyIdentifier == authority.subjectKeyIdentifier)
            #expect(read.subjectKeyIdentifier?.utf8.count == 59)
        }
        #expect(authority.isCertificateAuthority)
        #expect(authority.keyUsage == [.digitalSignature, .keyCertSign, .cRLSign])
        #expect(authority != made)
    }

    @Test func aCertificateOfOpensslIsRead() throws {
        let folder = try TemporaryFolder()
        let made = try Peer.openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder.path("key"), "-out", folder.path("crt"),
            "-subj", "/C=BR/O=dojot/OU=a+OU=b/CN=\u{e9}\u{1b}[31m", "-utf8", "-set_serial", "0x0fedcba987654321",
            "-addext", "subjectAltName=DNS:x.y,email:a@b.c,URI:http://d.e/,IP:FE80:0:0:0:0:0:0:1")
        #expect(made.status == 0, "\(made.output)")
        let certificate = try Certificate(pem: folder.bytes("crt"))
        #expect(certificate.subject.description == "C = BR, O = dojot, OU = a + OU = b, CN = é\\1B[31m")
        #expect(certificate.serialNumber.hexadecimal == "0FEDCBA987654321")
        #expect(certificate.signatureAlgorithm == "sha256WithRSAEncryption")
        #expect(certificate.publicKey.algorithm == .rsa(bits: 2048))
        #expect(
            certificate.subjectAlternativeNames == [
                .dns("x.y"), .other("email:a@b.c"), .other("URI:http://d.e/"), .ip("fe80::1"),
            ])
        #expect(certificate.isCertificateAuthority)
        #expect(certificate.keyUsage == nil)
        #expect(certificate.isSigned(by: certificate))
        #expect(try PrivateKey(pem: folder.bytes("key")).belongs(to: certificate))
    }

    @Test func everyCertificateOfAChainIsReadInOrder() throws {
        let (device, authority) = (try Fixtures.device(), try Fixtures.authority.get())
        let text = Array("subject=x\r\n".utf8) + device.pem + Array("\nissuer=y\n\n".utf8) + authority.pem
        #expect(try Certificate.all(pem: text) == [device, authority])
        #expect(try Certificate(pem: text) == device)
        #expect(throws: PKIError.self) { try Certificate.all(pem: device.pem + authority.pem.dropLast(40)) }
        #expect(throws: PKIError.self) { try Certificate.all(pem: Array("nothing".utf8)) }
        #expect(throws: PKIError.self) { try Certificate.all(pem: []) }
    }

    @Test func pemMayHaveTextAndOtherLineEnds() throws {
        let device = try Fixtures.device()
        let pem = String(decoding: device.pem, as: UTF8.self)
        for variant in [pem.replacing("\n", with: "\r\n"), "Certificate:\n  Data:\n" + pem, String(pem.dropLast())] {
            #expect(try Certificate(pem: Array(variant.utf8)) == device)
        }
    }

    @Test func whatIsNoCertificateIsRefused() throws {
        let device = try Fixtures.device()
        let short = Array(device.der.dropLast())
        for der in [[], [0x30], [0x30, 0x00], device.der + [0], short, try Fixtures.deviceKey.get().pem()] {
            let error = #expect(throws: PKIError.self) { try Certificate(der: der) }
            #expect(error?.code == .malformed)
        }
        for (pem, message) in [
            ([], "cannot read the certificate: there is nothing in it"),
            (Array("x".utf8), "cannot read the certificate: there is no \"BEGIN CERTIFICATE\" in it"),
            (device.pem.dropLast(30), "cannot read the certificate: it breaks off before its END line"),
        ] {
            #expect(throws: PKIError(code: .malformed, message: message)) { try Certificate(pem: Array(pem)) }
        }
    }
}
