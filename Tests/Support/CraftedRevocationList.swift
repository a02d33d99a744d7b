public import Foundation

/// A revocation list with anything in it that the standard knows or does not, in DER that a test puts together itself: openssl(1) makes
/// no entry with an extension of one's own. It is signed with openssl and a P-256 key.
public struct CraftedRevocationList {
    /// An extension: its object identifier, whether it is critical, and what it says in DER.
    public struct Extension: Sendable {
        let identifier: [UInt8]
        let isCritical: Bool
        let value: [UInt8]

        /// - Parameter identifier: the encoded numbers, such as 55 1D 1C for 2.5.29.28.
        public init(_ identifier: [UInt8], isCritical: Bool = true, _ value: [UInt8]) {
            (self.identifier, self.isCritical, self.value) = (identifier, isCritical, value)
        }

        /// One that nobody knows: 1.2.3.4.
        public static func unknown(isCritical: Bool) -> Extension {
            Extension([0x2A, 3, 4], isCritical: isCritical, [5, 0])
        }

        /// An issuing distribution point (RFC 5280, section 5.2.5) with one field: 1 onlyContainsUserCerts, 2 onlyContainsCACerts,
        /// 4 indirectCRL, 5 onlyContainsAttributeCerts, each a Boolean; 3 onlySomeReasons, bits.
        public static func scope(_ field: UInt8) -> Extension {
            Extension(
                [0x55, 0x1D, 0x1C], field == 3 ? [0x30, 4, 0x83, 2, 6, 0x40] : [0x30, 3, 0x80 | field, 1, 0xFF])
        }

        /// That the list is a delta to list 1 (RFC 5280, section 5.2.4).
        public static let delta = Extension([0x55, 0x1D, 0x1B], [2, 1, 1])

        var der: [UInt8] {
            element(0x30, element(6, identifier) + (isCritical ? [1, 1, 0xFF] : []) + element(4, value))
        }
    }

    /// The common name of the issuer.
    public var issuer: String
    /// The numbers of what is revoked, as bytes of a positive INTEGER.
    public var serials: [[UInt8]] = []
    /// What each entry has.
    public var entryExtensions: [Extension] = []
    public var extensions: [Extension] = []
    /// In seconds from now.
    public var start = -3600.0
    public var end = 3600.0
    /// The time that "now" is.
    public var now = Date()

    public init(issuer: String) { self.issuer = issuer }

    /// The list in PEM.
    ///
    /// - Parameter keyFile: the P-256 key that signs.
    public func pem(signedBy keyFile: String) throws -> String {
        let algorithm = element(0x30, element(6, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]))
        let name = element(
            0x30, element(0x31, element(0x30, element(6, [0x55, 4, 3]) + element(0x0C, Array(issuer.utf8)))))
        let entries = serials.flatMap { serial in
            element(
                0x30,
                element(2, serial) + time(start)
                    + (entryExtensions.isEmpty ? [] : element(0x30, entryExtensions.flatMap(\.der))))
        }
        let content =
            element(2, [1]) + algorithm + name + time(start) + time(end)
            + (entries.isEmpty ? [] : element(0x30, entries))
            + (extensions.isEmpty ? [] : element(0xA0, element(0x30, extensions.flatMap(\.der))))
        let whole = element(0x30, content)
        guard let program = Programs.installed("openssl") else { throw SupportError("openssl is not installed") }
        let signed = try Child.run(program, ["dgst", "-sha256", "-sign", keyFile], input: whole)
        guard signed.status == 0 else { throw SupportError("openssl dgst: \(signed.stderr)") }
        let list = element(0x30, whole + algorithm + element(3, [0] + signed.standardOutput))
        let text = Data(list).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN X509 CRL-----\n\(text)\n-----END X509 CRL-----\n"
    }

    private func time(_ offset: Double) -> [UInt8] {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "yyMMddHHmmss'Z'"
        return element(0x17, Array(format.string(from: now.addingTimeInterval(offset)).utf8))
    }
}

/// One element of DER.
private func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    let length: [UInt8] = count < 128 ? [UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
    return [tag] + length + content
}
