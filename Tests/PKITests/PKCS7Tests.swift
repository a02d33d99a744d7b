import PKI
import TestSupport
import Testing

@Suite struct PKCS7Tests {
    @Test func opensslFindsTheCertificates() throws {
        let (device, authority) = (try Fixtures.device(), try Fixtures.authority.get())
        let made = try PKCS7.degenerate(certificates: [device, authority])
        let answer = try Peer.openssl("pkcs7", "-inform", "DER", "-print_certs", input: made)
        #expect(answer.status == 0, "\(answer.output)")
        #expect(try Certificate.all(pem: answer.bytes) == [device, authority])
        #expect(try PKCS7.certificates(der: made) == [device, authority])
    }

    @Test func aMessageOfOpensslIsRead() throws {
        let folder = try TemporaryFolder()
        let device = try Fixtures.device()
        let file = try folder.write(device.pem, to: "device.crt")
        let der = try Peer.openssl("crl2pkcs7", "-nocrl", "-certfile", file, "-outform", "DER")
        #expect(try PKCS7.certificates(der: der.bytes) == [device])
        let pem = try Peer.openssl("crl2pkcs7", "-nocrl", "-certfile", file)
        #expect(try PKCS7.certificates(pem: Array("text\r\n".utf8) + pem.bytes) == [device])
    }

    @Test func itsCertificatesOutliveIt() throws {
        let device = try Fixtures.device()
        var found = try PKCS7.certificates(der: PKCS7.degenerate(certificates: [device]))
        let first = found.removeFirst()
        #expect(first.sha256Fingerprint == device.sha256Fingerprint)
    }

    @Test func whatHasNoCertificateIsRefused() throws {
        let message = "there is no certificate in the PKCS #7 message"
        #expect(throws: PKIError(code: .malformed, message: message)) {
            try PKCS7.certificates(der: PKCS7.degenerate(certificates: []))
        }
        // A message of type data (1.2.840.113549.1.7.1) with nothing in it.
        let data: [UInt8] = [0x30, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01]
        #expect(throws: PKIError(code: .malformed, message: message)) { try PKCS7.certificates(der: data) }
        for bytes in [[], [0x30, 0x00], try Fixtures.authority.get().der] {
            let error = #expect(throws: PKIError.self) { try PKCS7.certificates(der: bytes) }
            #expect(error?.code == .malformed)
        }
    }
}
