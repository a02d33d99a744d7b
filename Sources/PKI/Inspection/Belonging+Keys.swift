extension Belonging {
    /// Puts together what is for one key, and finds what is for another key than the rest.
    mutating func compareKeys() {
        var groups: [[Int]] = []
        var placeOf: [PublicKey: Int] = [:]
        for (place, member) in members.enumerated() {
            guard let key = member.object.publicKey else { continue }
            if let group = placeOf[key] {
                groups[group].append(place)
            } else {
                placeOf[key] = groups.count
                groups.append([place])
            }
        }
        relations += groups.filter { $0.count > 1 }.map { Relation(kind: .sameKey, members: $0) }
        let incomplete = groups.filter { !isComplete($0) }
        guard !incomplete.isEmpty else { return }
        // What a message compares with: all that fits together, else what comes first.
        let concerned = groups.filter { isOfDevice($0) }
        let reference = concerned.first { isComplete($0) } ?? concerned[0]
        for group in incomplete where group != reference {
            let others = concerned.count == 2 ? named(reference) : "all the others"
            findings.append((group[0], Finding(.mismatch, "\(pronoun(group)) for another key than \(others)")))
        }
    }

    /// Whether objects for one key are more than an authority's certificate, which needs no key beside it.
    private func isOfDevice(_ group: [Int]) -> Bool {
        group.contains { place in
            if case .certificate(let certificate) = members[place].object {
                !certificate.isCertificateAuthority
            } else {
                true
            }
        }
    }

    /// Whether objects for one key have all that the others have: a key where one is there, and a certificate likewise.
    private func isComplete(_ group: [Int]) -> Bool {
        guard isOfDevice(group) else { return true }
        let hasLocked = members.contains { if case .encryptedKey = $0.object { true } else { false } }
        let needsKey = !hasLocked && members.contains { isKey($0.object) }
        let needsCertificate = certificates.contains { !$0.certificate.isCertificateAuthority }
        return (!needsKey || group.contains { isKey(members[$0].object) })
            && (!needsCertificate || group.contains { place in certificates.contains { $0.place == place } })
    }

    private func isKey(_ object: PKIObject) -> Bool {
        switch object {
        case .privateKey, .publicKey: true
        case .certificate, .request, .revocationList, .encryptedKey: false
        }
    }

    /// "it is", or "it is, as b and c are," where several are for one key.
    private func pronoun(_ group: [Int]) -> String {
        group.count == 1
            ? "it is" : "it is, as \(named(Array(group.dropFirst()))) \(group.count == 2 ? "is" : "are"),"
    }
}
