/// Which of several objects belong together, and which do not: keys by their public half, certificates and lists by who
/// signed them.
public struct Belonging: Sendable {
    /// An object with what a message calls it, and the file that it is from.
    public struct Member: Sendable {
        public let object: PKIObject
        public let name: String
        public let file: Int

        public init(_ object: PKIObject, name: String, file: Int) {
            (self.object, self.name, self.file) = (object, name, file)
        }
    }

    /// How objects belong together.
    public enum Kind: String, Sendable {
        /// Two or more are for one key.
        case sameKey = "same-key"
        /// The second one's key signed the first.
        case signedBy = "signed-by"
        /// The second, a list of the first one's issuer, does not name it.
        case notRevoked = "not-revoked"
    }

    /// Objects that belong together, by their places in what was given.
    public struct Relation: Sendable {
        public let kind: Kind
        public let members: [Int]
    }

    /// What belongs together, in the order of the objects.
    public internal(set) var relations: [Relation] = []

    /// What does not, and for a list what it revokes, each with the place of the object that it is said of.
    public internal(set) var findings: [(member: Int, finding: Finding)] = []

    let members: [Member]
    let certificates: [(place: Int, certificate: Certificate)]
    let lists: [(place: Int, list: CertificateRevocationList)]

    /// The time to judge revocation lists by, in Unix seconds.
    let now: Int64

    /// Compares all of them with each other.
    public init(_ members: [Member], at now: Timestamp) {
        self.members = members
        self.now = now.unixSeconds
        certificates = members.enumerated().compactMap { place, member in
            if case .certificate(let certificate) = member.object { (place, certificate) } else { nil }
        }
        lists = members.enumerated().compactMap { place, member in
            if case .revocationList(let list) = member.object { (place, list) } else { nil }
        }
        compareKeys()
        lookForIssuers()
        lookForUnusedAuthorities()
        verifyChains()
        for (place, list) in lists { judge(list, at: place) }
        checkOrder()
    }

    /// A CA's certificate before the device's own in one file.
    private mutating func checkOrder() {
        for inFile in certificatesByFile {
            guard inFile[0].certificate.isCertificateAuthority,
                let own = inFile.first(where: { !$0.certificate.isCertificateAuthority })
            else { continue }
            let message = "it comes after a CA's certificate, which TLS would take for the device's"
            findings.append((own.place, Finding(.wrongOrder, message)))
        }
    }

    /// The certificates of each file that has any.
    var certificatesByFile: [[(place: Int, certificate: Certificate)]] {
        Dictionary(grouping: certificates) { members[$0.place].file }.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The names of some, such as "a, b and c".
    func named(_ places: [Int]) -> String {
        let names = places.map { members[$0].name }
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
