import CommandLineKit
import PKI

/// What was found, as a person reads it: one block an object, then what belongs together, then what is wrong.
struct InspectionText {
    private let inspection: Inspection

    init(_ inspection: Inspection) { self.inspection = inspection }

    /// Prints it in one piece; nothing where there is no object.
    func print() {
        guard !inspection.objects.isEmpty else { return }
        var text = ""
        for object in inspection.objects {
            text += "\(object.name): \(object.object.kind) (\(form(of: object)))\n"
            for (label, value) in ObjectFields(object.object, at: inspection.now).fields {
                text += Self.line(label, value)
            }
            text += "\n"
        }
        let relations = inspection.relations.map(sentence)
        if !relations.isEmpty { text += "together\n" + relations.map { "  \($0)\n" }.joined() + "\n" }
        if inspection.entries.isEmpty {
            text += Colour.good.paint("nothing is wrong") + "\n"
        } else {
            text += "findings\n"
            let width = (inspection.entries.map(\.finding.code.rawValue.count).max() ?? 0) + 2
            for entry in inspection.entries {
                let code = entry.finding.code
                let space = String(repeating: " ", count: width - code.rawValue.count)
                text += "  \(Self.colour(of: code).paint(code.rawValue))\(space)"
                text += "\(entry.name): \(entry.finding.message.printable)\n"
            }
        }
        Console.write(text, to: 1)
    }

    /// A field, its label in a column of its own; an empty label goes on with the field before.
    private static func line(_ label: String, _ value: String) -> String {
        let space = String(repeating: " ", count: max(1, 15 - label.count))
        return "  \(label)\(space)\(value)\n"
    }

    private func form(of object: Inspection.Object) -> String {
        object.encoding.rawValue + (object.numberInMessage == nil ? "" : ", in a PKCS #7 message")
    }

    private func sentence(_ relation: Belonging.Relation) -> String {
        let names = relation.members.map { inspection.objects[$0].name }
        switch relation.kind {
        case .sameKey: return names.dropLast().joined(separator: ", ") + " and \(names.last ?? "") are for the same key"
        case .signedBy: return "\(names[0]) is signed by \(names[1])"
        case .notRevoked: return "\(names[0]) is not on the list \(names[1])"
        }
    }

    /// Red for what does not work, yellow for what is only to be known.
    private static func colour(of code: Finding.Code) -> Colour {
        switch code {
        case .expiresSoon, .unusualKey, .weakKey, .weakSignature, .isAuthority, .selfSigned, .wrongUsage, .encryptedKey,
            .exposedKey, .staleList, .partialList, .uncheckedList, .unusableList, .ambiguousName:
            .warning
        case .missing, .empty, .unreadable, .trailingData, .expired, .notYetValid, .badSignature, .wrongOrder,
            .mismatch,
            .notAuthority, .revoked, .brokenChain:
            .bad
        }
    }
}
