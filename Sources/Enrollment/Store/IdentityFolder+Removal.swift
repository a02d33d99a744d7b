public import Dojot

extension IdentityFolder {
    /// Removes all files of the device: its identity, the one before, an unfinished run, and keys that were set aside. What `revoke` moved
    /// away, and the files of the CA, stay.
    ///
    /// One rename takes the identity away whole: cut off before, it is in place as it was; cut off after, it is out of use, and the next
    /// removal completes this one.
    public func removeAll() throws(EnrollmentError) {
        // Files that another program put in the place of links become part of what the rename takes away.
        try? takeOverPlainFiles()
        let place = layout.forgotten
        FileSystem.removeTree(place)
        try FileSystem.rename(layout.folder, to: place)
        for path in StoreLayout.Part.allCases.map(layout.visible) where !FileSystem.remove(path) {
            throw FileSystem.failure(.cannotWrite, "remove", path)
        }
        try FileSystem.sync(layout.identities, layout.directory)
        FileSystem.removeTree(place)
        guard try FileSystem.kind(place) == .absent else {
            throw FileSystem.failure(.cannotWrite, "remove", place)
        }
        try FileSystem.sync(layout.identities)
    }
}

extension CredentialStore {
    /// The name under which files of a device are here, complete or not.
    ///
    /// - Throws: `.openFolder`, `.ambiguous`, `.notFound`.
    public func storedName(of name: DeviceName) throws(EnrollmentError) -> DeviceName {
        try PermissionProblem.check(store: directory)
        if hasFiles("\(name)") { return name }
        let found = names(answeringTo: name)
        guard let first = found.first else {
            throw EnrollmentError(.notFound, "no files of \(name) in \(directory)")
        }
        guard found.count == 1 else {
            throw EnrollmentError(
                .ambiguous, "\(directory) has several devices \(name): \(found.joined(separator: ", "))",
                device: "\(name)", cure: "name the device with its tenant, such as \(first)")
        }
        return try asking(platform: { () throws(DojotError) in try DeviceName(first) })
    }

    private func hasFiles(_ name: String) -> Bool {
        let layout = StoreLayout(directory: directory, name: name)
        let paths = StoreLayout.Part.allCases.map(layout.visible) + [layout.folder, layout.forgotten]
        return paths.contains { ((try? FileSystem.kind($0)) ?? .absent) != .absent }
    }
}
