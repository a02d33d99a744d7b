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
        // It may be a key.
        var bytes: [UInt8] = []
        var isExposed = false
        defer { wipe(&bytes) }
        do throws(InputDescriptor.Failure) {
            let input = try InputDescriptor.stream(path == "-" ? nil : path)
            isExposed = input.isFile && input.mode & 0o077 != 0
            bytes = try input.contents(most: Self.mostBytes)
        } catch {
            isOpenToOthers = false
            content = .failure(Self.problem(path, error))
            return
        }
        isOpenToOthers = isExposed
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

    private static func problem(_ path: String, _ failure: InputDescriptor.Failure) -> Problem {
        switch failure.number {
        case EISDIR:
            let hint = "dojot-device status --certs-dir \(path.shellWord)"
            return Problem(finding: Finding(.missing, failure.reason), hint: hint)
        case EFBIG: return Problem(finding: Finding(.unreadable, "it is larger than 256 MiB"), hint: nil)
        case EINVAL: return Problem(finding: Finding(.unreadable, failure.reason), hint: nil)
        default: return missing(path, failure.reason)
        }
    }

    private static func missing(_ path: String, _ reason: String) -> Problem {
        // A device's name in place of its certificate.
        let certificate = "certs/\(path).crt"
        let isDevice = !path.contains("/") && access(certificate, F_OK) == 0
        return Problem(
            finding: Finding(.missing, reason),
            hint: isDevice ? "dojot-device inspect \(certificate.shellWord)" : nil)
    }

    private static func hint(for bytes: [UInt8], _ path: String, _ error: PKIError) -> String? {
        let shown = path.shellWord
        switch error.code {
        case .empty:
            guard path != "-" else { return nil }
            return IdentityPath(path)?.retrieval
                ?? "if it is a device's file, retrieve a new identity with retrieve-cert"
        case .encryptedKey: return "openssl pkcs12 -in \(shown) -nodes | dojot-device inspect -"
        default: break
        }
        guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { return nil }
        if let dot = path.lastIndex(of: "."), access(path[..<dot] + ".crt", F_OK) == 0 {
            return "dojot-device inspect \(String(path[..<dot] + ".crt").shellWord)"
        }
        return "jq -r .certificate \(shown) | dojot-device inspect -"
    }
}
