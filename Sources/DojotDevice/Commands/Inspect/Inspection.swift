import PKI

/// All that was found in the files named: their objects, which of them belong together, and what is wrong.
struct Inspection {
    /// An object and where it is from.
    struct Object {
        let object: PKIObject
        let encoding: PKIContent.Encoding
        let file: String
        let line: Int?
        let numberInMessage: Int?
        /// What a message calls it: its file, and where in that it is if there is more in it.
        let name: String
    }

    /// Something wrong, and with what.
    struct Entry {
        let finding: Finding
        let file: String
        /// The place of the object in ``objects``; nil where there is none.
        let object: Int?
        let name: String
        let hint: String?
    }

    let objects: [Object]
    let relations: [Belonging.Relation]
    let entries: [Entry]
    /// The time that all is judged by.
    let now: Timestamp

    /// Looks at all the files.
    ///
    /// - Parameter margin: the seconds of its life that a certificate must have left; nil for any.
    init(_ files: [InputFile], margin: Int64?) {
        let now = Timestamp.now
        var reader = Reader()
        for (index, file) in files.enumerated() { reader.read(file, index) }
        let belonging = Belonging(reader.members, at: now)
        var entries = reader.entries
        for (place, member) in reader.members.enumerated() {
            let isDevices =
                (files[member.file].isNamedAsDevices || belonging.hasKey(place, among: reader.members))
                && !belonging.isIssuer(place)
            for finding in member.object.findings(at: now, margin: margin, isDevices: isDevices) {
                entries.append(reader.entry(finding, place))
            }
        }
        entries += belonging.findings.map { reader.entry($0.finding, $0.member) }
        (objects, relations, self.now) = (reader.objects, belonging.relations, now)
        self.entries = entries
    }

    /// Goes through the files and keeps what is in them.
    private struct Reader {
        var objects: [Object] = []
        var members: [Belonging.Member] = []
        var entries: [Entry] = []

        mutating func read(_ file: InputFile, _ index: Int) {
            switch file.content {
            case .failure(let problem):
                entries.append(
                    Entry(
                        finding: problem.finding, file: file.name, object: nil, name: file.name, hint: problem.hint))
            case .success(let content):
                for part in content.parts { add(part, of: file, index, isOnly: content.parts.count == 1) }
                guard content.excess > 0 else { return }
                let message = "\(content.excess) bytes stand behind its end, where they do not belong"
                entries.append(entry(Finding(.trailingData, message), objects.count - 1))
            }
        }

        private mutating func add(_ part: PKIContent.Part, of file: InputFile, _ index: Int, isOnly: Bool) {
            var name = file.name
            if !isOnly, let number = part.numberInMessage {
                name += ", no. \(number)"
            } else if !isOnly, let line = part.line {
                name += ", line \(line)"
            }
            switch part.object {
            case .failure(let error):
                entries.append(
                    Entry(finding: Finding(error), file: file.name, object: nil, name: name, hint: nil))
            case .success(let object):
                objects.append(
                    Object(
                        object: object, encoding: part.encoding, file: file.name, line: part.line,
                        numberInMessage: part.numberInMessage, name: name))
                members.append(Belonging.Member(object, name: name, file: index))
                if case .privateKey = object, file.isOpenToOthers {
                    let message = "others may read it: chmod 600 \(file.name)"
                    entries.append(entry(Finding(.exposedKey, message), objects.count - 1))
                }
            }
        }

        func entry(_ finding: Finding, _ place: Int) -> Entry {
            Entry(
                finding: finding, file: objects[place].file, object: place, name: objects[place].name, hint: nil)
        }
    }
}

extension Belonging {
    /// Whether an object signed another one that is here.
    fileprivate func isIssuer(_ place: Int) -> Bool {
        relations.contains { $0.kind == .signedBy && $0.members[1] == place }
    }

    /// Whether the private key, or the request, that an object is for is here too.
    fileprivate func hasKey(_ place: Int, among members: [Member]) -> Bool {
        relations.contains { relation in
            relation.kind == .sameKey && relation.members.contains(place)
                && relation.members.contains { other in
                    switch members[other].object {
                    case .privateKey, .request: true
                    default: false
                    }
                }
        }
    }
}
