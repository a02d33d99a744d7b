import Dojot
import Enrollment
import FoundationEssentials
import Glibc
import PKI

/// What is in a folder of identities for a device, also where it makes no identity: the files by the names that users know, and the
/// profile if it can be read.
struct DeviceFiles {
    let directory: String
    /// The device as its files are named, such as `f60c28` or `admin:f60c28`.
    let name: String
    let profile: Profile?
    /// Why there is a profile's file and no profile.
    let brokenProfile: String?

    /// Nil where there is nothing of the device.
    init?(of name: DeviceName, in store: CredentialStore) throws {
        directory = store.directory
        do throws(EnrollmentError) {
            let identity = try store.load(name)
            self.name = identity.name
            profile = identity.profile
            brokenProfile = nil
            return
        } catch  where error.code == .ambiguous {
            throw error
        } catch {
            // It is what is missing or broken that is looked for.
        }
        let directory = directory
        func hasAnything(_ candidate: String) -> Bool {
            ["key", "crt", "json"].contains { Self.isThere("\(directory)/\(candidate).\($0)") }
        }
        let qualified = name.tenant == nil ? Self.qualifiedNames(of: name, in: directory) : [name.device]
        guard let found = ([name.description] + qualified).first(where: hasAnything) else { return nil }
        self.name = found
        (profile, brokenProfile) = Self.read("\(directory)/\(found).json")
    }

    func path(_ part: String) -> String { "\(directory)/\(name).\(part)" }

    /// The CA's certificate: the profile's, else that of the usual name.
    var authority: String { "\(directory)/\(authorityName).crt" }

    var authorityName: String { profile?.ca ?? "IOTmidCA" }

    /// A file of the CA's revoked certificates, where there is one.
    var revocationList: String? {
        let file = RevocationListFile(directory: directory, authorityName: authorityName).path
        return Self.isThere(file) ? file : nil
    }

    /// Who else may write where the files are.
    var permissionProblem: PermissionProblem? {
        CredentialStore(directory: directory).permissionProblem(device: name, authorityName: authorityName)
    }

    /// The request; it is not missed where it is a link to a missing file.
    var request: String? { Self.isReachable(path("csr")) ? path("csr") : nil }

    /// Whether something is there, be it a link that leads nowhere.
    private static func isThere(_ path: String) -> Bool {
        var status = stat()
        // What this user may not look at is not missing.
        return lstat(path, &status) == 0 || errno == EACCES
    }

    /// Whether something is there, links followed; what this user may not look at counts as well.
    private static func isReachable(_ path: String) -> Bool { access(path, F_OK) == 0 || errno != ENOENT }

    private static func read(_ file: String) -> (Profile?, String?) {
        guard isReachable(file) else { return (nil, nil) }
        let content: [UInt8]
        do throws(InputDescriptor.Failure) {
            content = try InputDescriptor(file).contents(most: 1 << 20)
        } catch {
            return (nil, "it cannot be read: \(error.reason)")
        }
        if content.isEmpty { return (nil, "it is empty") }
        guard let profile = try? JSONDecoder().decode(Profile.self, from: Data(content)) else {
            return (nil, "it is no JSON of a profile")
        }
        return (profile, nil)
    }

    /// The names with a tenant under which there are files of the device.
    private static func qualifiedNames(of name: DeviceName, in directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.sorted().compactMap { file in
            let stem = file.split(separator: ".").first.map(String.init) ?? ""
            return stem.hasSuffix(":\(name.device)") ? stem : nil
        }
    }
}
