import Diagnosis
import Enrollment
import FoundationEssentials
import Glibc
import PKI

/// All of a diagnosis in one file, to be sent to who may help: findings, versions, profile and certificates. No key, no password and
/// no token is in it: nothing that holds one is read for it.
struct DiagnosisBundle {
    private let path: String

    /// - Throws: where there is a file of that name: it is not for this program to overwrite.
    init(_ path: String) throws(Failure) {
        self.path = path
        var status = stat()
        if lstat(path, &status) == 0 {
            throw Failure(.cannotCreate, "cannot make \(path): there is such a file", hint: "name a new one")
        }
    }

    func write(
        _ target: DiagnosisTarget, _ report: DiagnosisReport,
        _ certificates: (device: [Certificate], authorities: [Certificate], broker: [Certificate])
    ) throws {
        let content = Content(
            made: "\(Timestamp.now)", versions: Version.lines, system: Self.system,
            diagnosis: DiagnosisJSON(target, report), profile: target.profile,
            certificates: Certificates(
                device: certificates.device.map(Shown.init), authorities: certificates.authorities.map(Shown.init),
                broker: certificates.broker.map(Shown.init)))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try create(Array(try encoder.encode(content)) + [UInt8(ascii: "\n")])
        Console.note("written to \(path): no key, password or token is in it")
    }

    /// Makes the file, readable by its owner alone until its owner says otherwise.
    private func create(_ content: [UInt8]) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(.cannotCreate, "make") }
        defer { close(descriptor) }
        let error = content.withUnsafeBytes { StandardOutput.writeAll($0, to: descriptor) }
        guard error == 0 else {
            unlink(path)
            errno = error
            throw failure(.inputOutput, "write")
        }
    }

    private func failure(_ code: ExitCode, _ action: String) -> Failure {
        Failure(code, "cannot \(action) \(path): \(String(cString: strerror(errno)).lowercased())")
    }

    /// The system's name and its kernel's, such as "Debian GNU/Linux 12 (bookworm), Linux 6.1.0-18-amd64 x86_64".
    private static var system: String {
        let release = (try? String(contentsOf: URL(fileURLWithPath: "/etc/os-release"), encoding: .utf8)) ?? ""
        let line = release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
        let name = line?.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" }
        var kernel = utsname()
        uname(&kernel)
        func text<Field>(_ field: Field) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        let parts = [text(kernel.sysname), text(kernel.release), text(kernel.machine)]
        return ([name.map { String($0) }].compactMap { $0 } + [parts.joined(separator: " ")]).joined(separator: ", ")
    }

    private struct Content: Encodable {
        let made: String
        let versions: [String]
        let system: String
        let diagnosis: DiagnosisJSON
        let profile: Profile?
        let certificates: Certificates
    }

    private struct Certificates: Encodable {
        let device, authorities, broker: [Shown]
    }

    private struct Shown: Encodable {
        let subject, issuer, serial, notBefore, notAfter, pem: String
        let names: [String]

        init(_ certificate: Certificate) {
            subject = "\(certificate.subject)"
            issuer = "\(certificate.issuer)"
            serial = certificate.serialNumber.hexadecimal
            notBefore = "\(Timestamp(unixSeconds: certificate.notBefore))"
            notAfter = "\(Timestamp(unixSeconds: certificate.notAfter))"
            names = certificate.subjectAlternativeNames.map { "\($0)" }
            pem = String(decoding: certificate.pem, as: UTF8.self)
        }
    }
}
