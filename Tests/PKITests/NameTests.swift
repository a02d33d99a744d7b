import PKI
import Testing

@Suite struct NameTests {
    @Test(arguments: [
        ("f60c28", "CN = f60c28"), ("a,b", "CN = \"a,b\""), (" a", "CN = \" a\""), ("#a", "CN = \"#a\""),
        ("a\"b\\", "CN = a\\\"b\\\\"), ("é", "CN = é"), ("a\u{1b}[2J", "CN = a\\1B[2J"), ("a\n", "CN = a\\0A"),
        ("\u{202E}a", "CN = \\E2\\80\\AEa"), ("\u{9b}", "CN = \\C2\\9B"),
    ])
    func aNameIsPrintedSoThatItCannotDeceive(name: String, text: String) throws {
        #expect(DistinguishedName(commonName: name).description == text)
        let request = try CertificateRequest(
            subject: DistinguishedName(commonName: name), signedBy: Fixtures.deviceKey.get())
        #expect(request.subject.commonName == name)
        #expect(request.subject.description == text)
    }

    @Test func aNameOfManyPartsKeepsThem() throws {
        let name = DistinguishedName(attributes: [
            .init(type: "C", value: "BR"), .init(type: "O", value: "dojot"), .init(type: "CN", value: "first"),
            .init(type: "CN", value: "last"), .init(type: "UID", value: "7", isJoined: true),
            .init(type: "1.2.3.4", value: "x"),
        ])
        let request = try CertificateRequest(subject: name, signedBy: Fixtures.deviceKey.get())
        #expect(request.subject == name)
        #expect(name.commonName == "last")
        #expect(name.description == "C = BR, O = dojot, CN = first, CN = last + UID = 7, 1.2.3.4 = x")
        #expect(DistinguishedName(attributes: []).commonName == nil)
        #expect(DistinguishedName(attributes: []).description == "")
    }

    @Test func anAttributeThatNobodyKnowsIsRefused() throws {
        let name = DistinguishedName(attributes: [.init(type: "nonsense", value: "x")])
        let error = #expect(throws: PKIError.self) {
            try CertificateRequest(subject: name, signedBy: Fixtures.deviceKey.get())
        }
        #expect(error?.code == .invalidName)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("FE80:0:0:0::1", "fe80::1"), ("::ffff:1.2.3.4", "::ffff:1.2.3.4"),
        ("1.2.3", nil), ("localhost", nil), ("", nil), ("1.2.3.4/24", nil), ("[::1]", nil), ("1.2.3.4\0x", nil),
        ("::\01", nil),
    ])
    func anAddressIsWrittenInOneWay(text: String, canonical: String?) {
        #expect(GeneralName.address(text) == canonical.map(GeneralName.ip))
    }

    @Test func usesAreNamedAsTheStandardDoes() {
        let usage: KeyUsage = [.digitalSignature, .decipherOnly, .keyCertSign]
        #expect(usage.description == "digitalSignature, keyCertSign, decipherOnly")
        #expect(KeyUsage().names.isEmpty)
    }
}
