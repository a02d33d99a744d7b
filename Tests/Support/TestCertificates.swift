import Foundation

/// Certificates that a test makes with openssl(1): two authorities, a broker's, and clients' in all the ways that can be refused.
public final class TestCertificates: Sendable {
    public let folder: TemporaryFolder

    /// Makes an authority ("ca") and a broker's certificate ("broker") for localhost, 127.0.0.1 and ::1.
    public init() throws {
        folder = try TemporaryFolder()
        try makeAuthority("ca")
        try make("broker", names: "DNS:localhost,IP:127.0.0.1,IP:::1")
    }

    /// The path of a file in the folder.
    public func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

    /// An authority of that name: NAME.crt and NAME.key.
    public func makeAuthority(_ name: String) throws {
        try openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", "/CN=\(name)", "-keyout", path("\(name).key"), "-out", path("\(name).crt"),
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        ])
    }

    /// A certificate that its own key signed, of no CA: NAME.crt and NAME.key.
    public func makeSelfSigned(_ name: String, commonName: String, names: String? = nil) throws {
        let alternatives = names.map { ["-addext", "subjectAltName=\($0)"] } ?? []
        try openssl(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=\(commonName)", "-keyout", path("\(name).key"), "-out", path("\(name).crt"),
                "-addext", "basicConstraints=CA:FALSE",
            ] + alternatives)
    }

    /// A certificate with a key, signed by `authority`: NAME.crt and NAME.key.
    ///
    /// - Parameters:
    ///   - names: alternative names as openssl writes them.
    ///   - days: its life; a negative one has passed.
    ///   - start: in how many days it begins; without it some days ago.
    ///   - isRSA: whether its key is RSA with 2048 bits and not P-256.
    ///   - purpose: its only extended key usage, such as "serverAuth".
    public func make(
        _ name: String, commonName: String? = nil, names: String? = nil, authority: String = "ca", days: Int = 30,
        start: Int? = nil, isRSA: Bool = false, purpose: String? = nil
    ) throws {
        let kind = isRSA ? ["rsa:2048"] : ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        try openssl(
            ["req", "-new", "-newkey"] + kind + [
                "-nodes", "-subj", "/CN=\(commonName ?? name)", "-keyout", path("\(name).key"),
                "-out", path("\(name).csr"),
            ])
        let extensions = path("\(name).ext")
        let lines = [names.map { "subjectAltName=\($0)\n" }, purpose.map { "extendedKeyUsage=\($0)\n" }].compactMap {
            $0
        }
        try (lines.isEmpty ? "basicConstraints=CA:FALSE\n" : lines.joined())
            .write(toFile: extensions, atomically: true, encoding: .utf8)
        // "x509 -req" cannot make one that has expired, "ca" can: the dates are given.
        try "".write(toFile: path("index.txt"), atomically: true, encoding: .utf8)
        let now = Date()
        let begin = now.addingTimeInterval(Double(start ?? min(0, days) - 3) * 86400)
        try openssl([
            "ca", "-batch", "-notext", "-config", try configuration(authority), "-in", path("\(name).csr"),
            "-out", path("\(name).crt"), "-extfile", extensions, "-startdate", Self.stamp(begin),
            "-enddate", Self.stamp(now.addingTimeInterval(Double(days) * 86400)),
        ])
    }

    /// A revocation list of the authority "ca" that holds these certificates.
    ///
    /// - Parameter days: when the next one is due; a negative number has passed.
    public func revoke(_ names: [String], days: Int = 30, to file: String = "crl.pem") throws {
        try "".write(toFile: path("index.txt"), atomically: true, encoding: .utf8)
        let settings = try configuration("ca")
        for name in names { try openssl(["ca", "-config", settings, "-revoke", path("\(name).crt")]) }
        let now = Date()
        try openssl([
            "ca", "-config", settings, "-gencrl", "-out", path(file), "-crl_lastupdate",
            Self.stamp(now.addingTimeInterval(Double(min(0, days) - 1) * 86400)), "-crl_nextupdate",
            Self.stamp(now.addingTimeInterval(Double(days) * 86400)),
        ])
    }

    private func configuration(_ authority: String) throws -> String {
        let file = path("\(authority).cnf")
        try """
        [ca]
        default_ca=own
        [own]
        database=\(path("index.txt"))
        new_certs_dir=\(folder.url.path)
        certificate=\(path("\(authority).crt"))
        private_key=\(path("\(authority).key"))
        default_md=sha256
        rand_serial=yes
        policy=any
        unique_subject=no
        [any]
        commonName=supplied

        """.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    private static func stamp(_ date: Date) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "yyMMddHHmmss'Z'"
        return format.string(from: date)
    }

    private func openssl(_ arguments: [String]) throws {
        guard let program = Programs.installed("openssl") else { throw SupportError("openssl is not installed") }
        let outcome = try Child.run(program, arguments, timeout: 30)
        guard outcome.status == 0 else {
            throw SupportError("openssl \(arguments.joined(separator: " ")): \(outcome.stderr)")
        }
    }
}
