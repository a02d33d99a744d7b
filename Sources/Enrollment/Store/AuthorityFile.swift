import PKI

/// The file with a CA's certificate, `CANAME.crt`; several identities of a folder share it.
///
/// The certificate that the platform uses now comes first; older ones stay below it while an identity here was signed by them.
struct AuthorityFile {
    let directory: String
    let name: String

    var path: String { "\(directory)/\(name).crt" }

    /// The certificates in the file, newest first; none where there is no file.
    func read() throws(EnrollmentError) -> [Certificate] {
        guard FileSystem.exists(path) else { return [] }
        let content = try FileSystem.read(path)
        return try asking(about: path) { () throws(PKIError) in try Certificate.all(pem: content) }
    }

    /// The certificates in the file; none also where it is broken, so that a new one can take its place.
    private func readable() throws(EnrollmentError) -> [Certificate] {
        do throws(EnrollmentError) {
            return try read()
        } catch {
            guard error.code == .cryptography else { throw error }
            return []
        }
    }

    /// Checks that putting `certificate` here would not take another platform's away, and that nobody else can write to the file.
    func check(accepts certificate: Certificate, overwrite: Bool) throws(EnrollmentError) {
        try PermissionProblem.check(path)
        if try holdsFirst(certificate) { return }
        let known = try readable()
        guard known.isEmpty || known.contains(certificate) || overwrite else {
            throw EnrollmentError(
                .authorityDiffers,
                "\(path) is another CA certificate than the one that the gateway sends for \(name)")
        }
    }

    /// Puts `certificate` first, and keeps those below it that an identity of the folder was signed by.
    func put(_ certificate: Certificate, overwrite: Bool) throws(EnrollmentError) {
        try check(accepts: certificate, overwrite: overwrite)
        let known = try holdsFirst(certificate) ? [certificate] : readable()
        if known.first == certificate {
            FileSystem.removeReplacement(of: path)
            return
        }
        let signed = try identityCertificates()
        let needed = known.filter { older in
            older != certificate && signed.contains { $0.isSigned(by: older) }
        }
        let content = ([certificate] + needed).flatMap(\.pem)
        try FileSystem.replace(path, content, mode: 0o644)
    }

    /// Whether the file begins with just that certificate, as it is written here: of a thousand devices all but the first find it so, and
    /// to decode it for each took a sixth of their time.
    func holdsFirst(_ certificate: Certificate) throws(EnrollmentError) -> Bool {
        guard FileSystem.exists(path) else { return false }
        return try FileSystem.read(path).starts(with: certificate.pem)
    }

    /// The devices' certificates in this folder; a file that is none does not count.
    private func identityCertificates() throws(EnrollmentError) -> [Certificate] {
        var certificates: [Certificate] = []
        for file in FileSystem.names(in: directory) where file.hasSuffix(".crt") && file != "\(name).crt" {
            do throws(EnrollmentError) {
                let pem = try FileSystem.read("\(directory)/\(file)")
                if let certificate = try? Certificate(pem: pem) { certificates.append(certificate) }
            } catch  where error.code == .fileMissing {
                // A link that does not lead anywhere yet.
            }
        }
        return certificates
    }
}
