import Glibc
import PKI

/// Our certificate as far as this side can judge it: what a broker that gives no reason may have refused it for.
struct OwnCertificate {
    /// What a broker would refuse it for.
    enum Problem: Equatable {
        case expired(Timestamp)
        case notYetValid(Timestamp)
        /// No authority in our file of authorities signed it.
        case unknownIssuer(DistinguishedName)
        /// The revocation list in this file names it.
        case revoked(file: String)
        /// A TLS client may not use it, for this reason.
        case usage(String)
    }

    let file: String
    private let certificate: Certificate
    private let others: [Certificate]

    /// - Returns: nil where the file holds no certificate that can be read.
    init?(file: String) {
        guard let all = OwnCertificate.certificates(in: file), let first = all.first else { return nil }
        self.file = file
        certificate = first
        others = Array(all.dropFirst())
    }

    var validity: (start: Timestamp, end: Timestamp) {
        (Timestamp(unixSeconds: certificate.notBefore), Timestamp(unixSeconds: certificate.notAfter))
    }

    /// A problem with its dates, by this machine's clock.
    var dateProblem: Problem? {
        let (start, end) = validity
        return end < .now ? .expired(end) : start > .now ? .notYetValid(start) : nil
    }

    /// The first problem: dates, then its issuer, then revocation, then the purposes that it is restricted to.
    ///
    /// - Parameters:
    ///   - authorityFile: the CAs that we know; without it, neither issuer nor revocation is checked.
    ///   - revocationList: the CRL that we have; it counts only after its signature, dates and extensions were checked.
    func problem(authorityFile: String?, revocationList: TLSConfiguration.RevocationList? = nil) -> Problem? {
        if let dateProblem { return dateProblem }
        if let authorities = authorityFile.flatMap(OwnCertificate.certificates) {
            if let issuer = certificate.missingIssuer(among: others, authorities: authorities) {
                return .unknownIssuer(issuer)
            }
            if let problem = revocation(in: revocationList, authorities) { return problem }
        }
        return certificate.clientUsageProblem.map(Problem.usage)
    }

    /// The first problem that a certificate can get after a broker has accepted it: its dates, or revocation.
    func laterProblem(authorityFile: String?, revocationList: TLSConfiguration.RevocationList?) -> Problem? {
        if let dateProblem { return dateProblem }
        guard let authorities = authorityFile.flatMap(OwnCertificate.certificates) else { return nil }
        return revocation(in: revocationList, authorities)
    }

    private func revocation(
        in revocation: TLSConfiguration.RevocationList?, _ authorities: [Certificate]
    ) -> Problem? {
        guard let revocation,
            case .revoked = revocation.list.answer(
                about: certificate, trusting: authorities, through: others, at: Timestamp.now.unixSeconds)
        else { return nil }
        return .revoked(file: revocation.file)
    }

    /// The certificates of a PEM file, which this process could read a moment ago.
    static func certificates(in file: String) -> [Certificate]? {
        guard let stream = fopen(file, "re") else { return nil }
        defer { fclose(stream) }
        var content = [UInt8](repeating: 0, count: 1 << 20)
        content.removeLast(content.count - fread(&content, 1, content.count, stream))
        return try? Certificate.all(pem: content)
    }
}
