import Foundation
import PKI
import TestSupport
import Testing

/// A list is believed where `openssl verify -crl_check` believes it, and nowhere else.
@Suite struct CRLTrustTests {
    typealias Extension = CraftedRevocationList.Extension

    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let expected: String
        let change: @Sendable (inout CraftedRevocationList) -> Void

        init(
            _ name: String, _ expected: String,
            _ change: @escaping @Sendable (inout CraftedRevocationList) -> Void = { _ in }
        ) {
            (self.name, self.expected, self.change) = (name, expected, change)
        }

        var testDescription: String { name }
    }

    static let cases = [
        Case("a plain list", "known"),
        Case("an unknown extension", "known") { $0.extensions = [.unknown(isCritical: false)] },
        Case("an unknown extension of an entry", "known") { $0.entryExtensions = [.unknown(isCritical: false)] },
        Case("an unknown critical extension", "unsupported") { $0.extensions = [.unknown(isCritical: true)] },
        Case("an unknown critical extension of an entry", "unsupported") {
            $0.serials = [[0x11], [0x22]]
            $0.entryExtensions = [.unknown(isCritical: true)]
        },
        Case("a critical list number", "unsupported") { $0.extensions = [Extension([0x55, 0x1D, 0x14], [2, 1, 7])] },
        Case("users' certificates only", "known") { $0.extensions = [.scope(1)] },
        Case("CAs' certificates only", "unsupported") { $0.extensions = [.scope(2)] },
        Case("some reasons only", "unsupported") { $0.extensions = [.scope(3)] },
        Case("an indirect list", "unsupported") { $0.extensions = [.scope(4)] },
        Case("attribute certificates only", "unsupported") { $0.extensions = [.scope(5)] },
        Case("another distribution point", "unsupported") {
            // [0] { [0] { [6] "http://x" } }
            let url = Array("http://x".utf8)
            $0.extensions = [Extension([0x55, 0x1D, 0x1C], [0x30, 14, 0xA0, 12, 0xA0, 10, 0x86, 8] + url)]
        },
        Case("a broken distribution point", "unsupported") {
            $0.extensions = [Extension([0x55, 0x1D, 0x1C], [5, 0])]
        },
        Case("a delta list", "unsupported") { $0.extensions = [.delta] },
        Case("a list of tomorrow", "notYetValid") { ($0.start, $0.end) = (86_400, 172_800) },
        Case("a list of yesterday", "expired") { ($0.start, $0.end) = (-172_800, -86_400) },
        Case("the list of another CA", "otherIssuer") { $0.issuer = "other" },
    ]

    static let made = Result { () throws -> TestCertificates in
        let made = try TestCertificates()
        try made.makeAuthority("other")
        try made.make("device")
        return made
    }

    @Test("agrees with openssl verify -crl_check", arguments: cases, [false, true])
    func agreement(of item: Case, isRevoked: Bool) throws {
        let made = try Self.made.get()
        let device = try Certificate(pem: made.folder.bytes("device.crt"))
        var list = CraftedRevocationList(issuer: "ca")
        item.change(&list)
        if isRevoked { list.serials.append(Self.integer(device)) }
        let folder = try TemporaryFolder()
        let file = try folder.write(list.pem(signedBy: made.path("ca.key")), to: "list.crl")
        let answer = try Self.answer(file, about: device, authority: "ca")
        #expect(answer == (item.expected == "known" ? (isRevoked ? "revoked" : "notRevoked") : item.expected))
        // OpenSSL takes a delta list for a whole one, and a distribution point that it cannot read for none.
        guard !item.name.contains("delta"), !item.name.contains("broken") else { return }
        try Self.compare(answer, with: file, authority: "ca")
    }

    @Test("a list that another key signed in the CA's name is not believed", arguments: [false, true])
    func forgery(isRevoked: Bool) throws {
        let made = try Self.made.get()
        let device = try Certificate(pem: made.folder.bytes("device.crt"))
        var list = CraftedRevocationList(issuer: "ca")
        if isRevoked { list.serials = [Self.integer(device)] }
        let folder = try TemporaryFolder()
        let file = try folder.write(list.pem(signedBy: made.path("other.key")), to: "list.crl")
        let answer = try Self.answer(file, about: device, authority: "ca")
        #expect(answer == "notSigned")
        try Self.compare(answer, with: file, authority: "ca")
    }

    /// The list is fine, and nobody who is trusted made it.
    @Test func aListWhoseAuthorityIsNotTrustedIsNotBelieved() throws {
        let made = try Self.made.get()
        let device = try Certificate(pem: made.folder.bytes("device.crt"))
        let folder = try TemporaryFolder()
        let file = try folder.write(CraftedRevocationList(issuer: "ca").pem(signedBy: made.path("ca.key")), to: "l")
        #expect(try Self.answer(file, about: device, authority: "other") == "notSigned")
    }

    /// The certificate's number as a positive INTEGER.
    private static func integer(_ certificate: Certificate) -> [UInt8] {
        let bytes = certificate.serialNumber.bytes
        return (bytes.first.map { $0 > 0x7F } ?? true ? [0] : []) + bytes
    }

    private static func answer(_ file: String, about device: Certificate, authority: String) throws -> String {
        let list = try CertificateRevocationList(pem: Array(Data(contentsOf: URL(fileURLWithPath: file))))
        let trusted = try Certificate(pem: made.get().folder.bytes("\(authority).crt"))
        switch list.answer(about: device, trusting: [trusted], at: Timestamp.now.unixSeconds) {
        case .notRevoked: return "notRevoked"
        case .revoked: return "revoked"
        case .unknown(let problem):
            #expect(!problem.message.isEmpty)
            return problem.kind.rawValue
        }
    }

    private static func compare(_ answer: String, with file: String, authority: String) throws {
        let made = try made.get()
        let outcome = try Peer.openssl(
            "verify", "-crl_check", "-CRLfile", file, "-CAfile", made.path("\(authority).crt"), made.path("device.crt"))
        #expect((answer == "notRevoked") == (outcome.status == 0), "\(answer): \(outcome.output)")
        if answer == "revoked" { #expect(outcome.output.contains("certificate revoked"), "\(outcome.output)") }
    }
}
