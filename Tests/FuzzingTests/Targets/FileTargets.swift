import FoundationEssentials
import Glibc

@testable import Enrollment

extension FuzzTarget {
    /// The files of a folder of identities: the first byte chooses which, the rest is what is in it.
    static let files = FuzzTarget("files", longest: 8192) { bytes in
        let (number, content) = bytes.choice
        let folder = try Folder()
        switch number % 4 {
        case 0: try folder.write(content, to: "f60c28.json")
        case 1: try folder.write(content, to: ".identities/f60c28/pending.pem")
        case 2: try folder.write(content, to: "f60c28.crt")
        default: try folder.write(content, to: "IOTmidCA.crt")
        }
        var reader = IdentityReader(directory: folder.path)
        if let identity = reader.read("f60c28") {
            if let name = identity.authorityName { try requirePlainName(name) }
            if let profile = identity.profile { try check(profile) }
        }
        if number % 4 == 1, let run = try? PendingRun(resuming: "\(folder.path)/.identities/f60c28/pending.pem") {
            try requirePlainName(run.order.ca)
        }
        _ = try? RevocationListFile(directory: folder.path, authorityName: "IOTmidCA").read()
        _ = try? AuthorityFile(directory: folder.path, name: "IOTmidCA").read()
    }

    private static func check(_ profile: Profile) throws {
        try requirePlainName(profile.tenant)
        try requirePlainName(profile.device)
        try requirePlainName(profile.ca)
        let again = try JSONDecoder().decode(Profile.self, from: JSONEncoder().encode(profile))
        try require(again == profile, "a profile is another when it is written")
    }

    /// A folder of its own; it goes with this.
    private final class Folder {
        let path: String

        init() throws {
            let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
            var template = Array("\(parent)/dojot-fuzz.XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw Broken(description: "there is no folder to write to") }
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            for name in [".identities", ".identities/f60c28"] { mkdir("\(path)/\(name)", 0o700) }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ content: [UInt8], to name: String) throws {
            try Data(content).write(to: URL(filePath: "\(path)/\(name)"))
        }
    }
}
