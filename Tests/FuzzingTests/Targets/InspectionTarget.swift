import CommandLineKit
import FoundationEssentials

@testable import DojotDevice
@testable import PKI

extension FuzzTarget {
    /// Files of keys and certificates, as `inspect` takes them apart and shows them.
    static let inspection = FuzzTarget("inspection", longest: 8192) { bytes in
        let content: PKIContent
        do throws(PKIError) {
            content = try PKIContent(reading: bytes)
        } catch {
            return try requireHarmless(error.message.printable, "an error")
        }
        let now = Timestamp(unixSeconds: 1_750_000_000)
        var members: [Belonging.Member] = []
        for part in content.parts {
            guard let object = try? part.object.get() else { continue }
            members.append(Belonging.Member(object, name: "file", file: 0))
            for field in ObjectFields(object, at: now).fields where field.label != "to" {
                try requireHarmless(field.value, "the field \"\(field.label)\"")
            }
            let found = Inspection.Object(
                object: object, encoding: part.encoding, file: "file", line: part.line,
                numberInMessage: part.numberInMessage, name: "file")
            _ = try JSONEncoder().encode(ObjectJSON(found, at: now))
            for finding in object.findings(at: now, margin: 86_400, isDevices: true) {
                try requireHarmless(finding.message.printable, "a finding")
            }
            try checkConversion(of: object)
        }
        for found in Belonging(members, at: now).findings {
            try requireHarmless(found.finding.message.printable, "a finding")
        }
    }

    /// What is written in another form is the same object.
    private static func checkConversion(of object: PKIObject) throws {
        guard let der = try? object.der(), !der.isEmpty, let pem = try? object.pem() else { return }
        for form in [der, pem] {
            let again = try PKIContent(reading: form)
            guard again.parts.count == 1, case .success(let same) = again.parts[0].object else {
                throw Broken(description: "a \(object.kind) that was converted cannot be read")
            }
            try require(try same.der() == der, "a \(object.kind) that was converted is another one")
        }
    }
}
