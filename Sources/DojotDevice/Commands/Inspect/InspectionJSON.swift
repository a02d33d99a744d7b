import FoundationEssentials
import PKI

/// What was found, as a script reads it.
struct InspectionJSON: Encodable {
    struct Relation: Encodable {
        /// "same-key", "signed-by" or "not-revoked".
        let kind: String
        /// Places in `objects`.
        let objects: [Int]
    }

    struct Entry: Encodable {
        /// One of ``Finding/Code``.
        let code: String
        let message, file: String
        /// The place in `objects`; left out where nothing could be read.
        let object: Int?
    }

    let objects: [ObjectJSON]
    let relations: [Relation]
    let findings: [Entry]

    init(_ inspection: Inspection) {
        objects = inspection.objects.map { ObjectJSON($0, at: inspection.now) }
        relations = inspection.relations.map { Relation(kind: $0.kind.rawValue, objects: $0.members) }
        findings = inspection.entries.map {
            Entry(code: $0.finding.code.rawValue, message: $0.finding.message, file: $0.file, object: $0.object)
        }
    }
}
