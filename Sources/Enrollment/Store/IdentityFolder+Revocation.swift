extension IdentityFolder {
    /// Takes the identity out of use: its files, and those of the one before, go to `revoked/DEVICE-SERIAL` in the folder of identities.
    ///
    /// One rename takes it away whole; cut off before, it is in place as it was, and cut off after, links are left that lead nowhere,
    /// which the next run removes.
    /// - Parameter serial: of its certificate, hexadecimal.
    /// - Returns: where its files are.
    public func moveToRevoked(serial: String) throws(EnrollmentError) -> String {
        try takeOverPlainFiles()
        let target = layout.revoked(serial: serial)
        try FileSystem.makeFolder(FileSystem.parent(of: target))
        try PermissionProblem.check(FileSystem.parent(of: target))
        if let current = try current, try FileSystem.kind(layout.generation(current)) == .folder {
            let folder = layout.generation(current)
            if let previous = generations.filter({ $0 < current }).max() {
                try FileSystem.rename(layout.generation(previous), to: "\(folder)/previous")
            }
            try FileSystem.rename(folder, to: target)
            try FileSystem.sync(FileSystem.parent(of: target), layout.folder)
        }
        try removeDanglingLinks()
        try FileSystem.sync(layout.folder, layout.directory)
        return target
    }

    /// Removes the identity's links that lead nowhere.
    func removeDanglingLinks() throws(EnrollmentError) {
        let links = StoreLayout.Part.allCases.map(layout.visible) + [layout.current]
        for link in links where try FileSystem.kind(link) == .link {
            if !FileSystem.exists(link) { FileSystem.remove(link) }
        }
    }
}
