import CommandLineKit
import Glibc
import PKI

/// A file that was named to be inspected, or standard input, as "-".
struct InputFile {
    /// As it was named, fit to be shown.
    let name: String
    private let path: String
    /// What is in it, or why that cannot be told.
    let content: Result<PKIContent, Problem>
    /// Whether others than its owner may read it.
    let isOpenToOthers: Bool

    /// Why a file says nothing.
    struct Problem: Error {
        let finding: Finding
        /// The way out.
        let hint: String?
    }

    /// More than any list of an authority has; what goes on for ever is not read to its end.
    private static let mostBytes = 256 << 20

    init(_ path: String) {
        self.path = path
        name = path == "-" ? "standard input" : path.printable
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            content = .failure(Self.missing(path, strerror(errno)))
            isOpenToOthers = false
            return
        }
        defer { if path != "-" { close(descriptor) } }
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        isOpenToOthers = isFile && status.st_mode & 0o077 != 0
        var bytes: [UInt8] = []
        // It may be a key. Room for all of it, so that it does not move and leave a copy behind.
        if isFile { bytes.reserveCapacity(min(Int(status.st_size), Self.mostBytes) + 1) }
        defer { wipe(&bytes) }
        if let problem = Self.read(descriptor, into: &bytes, path) {
            content = .failure(problem)
            return
        }
        do throws(PKIError) {
            content = .success(try PKIContent(reading: bytes))
        } catch {
            content = .failure(Problem(finding: Finding(error), hint: Self.hint(for: bytes, path, error)))
        }
    }

    /// Whether its name is that of a device's file: a key, a request or a profile of the same name stands beside it.
    var isNamedAsDevices: Bool {
        guard path != "-", let dot = path.lastIndex(of: "."), path[dot...] == ".crt" else { return false }
        return [".key", ".csr", ".json"].contains { access("\(path[..<dot])\($0)", F_OK) == 0 }
    }

    private static func read(_ descriptor: Int32, into bytes: inout [UInt8], _ path: String) -> Problem? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        defer { wipe(&chunk) }
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return nil }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EISDIR {
                    let hint = "see the devices in it: dojot-device status --certs-dir \(path.shellWord)"
                    return Problem(finding: Finding(.missing, "it is a folder"), hint: hint)
                }
                return missing(path, strerror(errno))
            }
            bytes += chunk[..<count]
            if bytes.count > mostBytes {
                return Problem(finding: Finding(.unreadable, "it is larger than 256 MiB"), hint: nil)
            }
        }
    }

    private static func missing(_ path: String, _ reason: UnsafeMutablePointer<CChar>) -> Problem {
        // A device's name in place of its certificate.
        let certificate = "certs/\(path).crt"
        let isDevice = !path.contains("/") && access(certificate, F_OK) == 0
        return Problem(
            finding: Finding(.missing, "\(String(cString: reason))".lowercased()),
            hint: isDevice ? "its certificate: dojot-device inspect \(certificate.shellWord)" : nil)
    }

    private static func hint(for bytes: [UInt8], _ path: String, _ error: PKIError) -> String? {
        let shown = path.shellWord
        switch error.code {
        case .empty: return path == "-" ? nil : "where it is a device's: dojot-device retrieve-cert HOST DEVICE -w"
        case .encryptedKey: return "take it apart first: openssl pkcs12 -in \(shown) -nodes | dojot-device inspect -"
        default: break
        }
        guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { return nil }
        if let dot = path.lastIndex(of: "."), access(path[..<dot] + ".crt", F_OK) == 0 {
            return
                "it is JSON; the certificate beside it: dojot-device inspect \(String(path[..<dot] + ".crt").shellWord)"
        }
        return "it is JSON; take out what is encoded in it: jq -r .certificate \(shown) | dojot-device inspect -"
    }
}
