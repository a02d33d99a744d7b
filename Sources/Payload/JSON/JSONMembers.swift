import CommandLineKit

/// The members of an object that means something here, taken one by one; what is left at the end is refused, so that a
/// mistyped name is not passed over.
public struct JSONMembers: Sendable {
    private let what: String
    private var left: [JSONElement.Member]
    private var known: [String] = []

    /// - Throws: `PayloadError` where a name comes twice.
    init(_ members: [JSONElement.Member], of what: String) throws(PayloadError) {
        try JSONMembers.requireUnique(members)
        (self.what, left) = (what, members)
    }

    /// The value of that name, if it is there; it is gone then.
    public mutating func take(_ name: String) -> JSONElement? {
        known.append(name)
        guard let index = left.firstIndex(where: { $0.name == name }) else { return nil }
        return left.remove(at: index).value
    }

    /// The first member that `isWanted`, if there is one; it is gone then.
    mutating func take(where isWanted: (String) -> Bool) -> JSONElement.Member? {
        left.firstIndex { isWanted($0.name) }.map { left.remove(at: $0) }
    }

    /// Says that nothing else is expected.
    ///
    /// - Throws: `PayloadError` with the place of what is there all the same.
    public func finish() throws(PayloadError) {
        guard let other = left.first else { return }
        throw JSONMembers.unknown(other, "\(what) has no member", among: known)
    }

    /// An error that names what is there, what may have been meant, and what could be there.
    static func unknown(
        _ member: JSONElement.Member, _ problem: String, among known: [String]
    ) -> PayloadError {
        var message = "\(problem) \"\(member.name.shown)\""
        if let meant = Suggestion.nearest(to: member.name, among: known) {
            message += "; did you mean \"\(meant)\"?"
        } else if !known.isEmpty {
            message += "; there are \(known.joined(separator: ", "))"
        }
        return PayloadError(message, at: member.position)
    }

    static func requireUnique(_ members: [JSONElement.Member]) throws(PayloadError) {
        var seen: Set<String> = []
        for member in members where !seen.insert(member.name).inserted {
            throw PayloadError("\"\(member.name.shown)\" is there twice", at: member.position)
        }
    }
}

extension String {
    /// The text for a message: not too long, and what steers a terminal shown as bytes.
    var shown: String { unicodeScalars.count > 40 ? String(unicodeScalars.prefix(40)).printable + "…" : printable }
}
