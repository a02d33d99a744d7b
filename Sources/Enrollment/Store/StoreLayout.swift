// What a folder of identities looks like:
//
//     certs/
//       IOTmidCA.crt                          the CA's certificate, older ones below it while an identity needs them
//       f60c28.key → .identities/f60c28/current/f60c28.key      and so .csr, .crt, .json: the Certificate Retriever's names
//       .identities/
//         f60c28/
//           current → 2                       one rename of this link changes the identity, whole
//           2/  f60c28.key  f60c28.csr  f60c28.crt  f60c28.json
//           1/  …                             the one before, for a way back: `renew --rollback` makes it generation 3, and
//               revoked                       refuses to where this empty file says that the platform took it back
//           2/run.pem                         for a moment: pending.pem by another name, so that the flip of `current` completes the run
//           candidate/  …                     for a moment: a new identity, while it is tried on the broker
//           pending.pem                       an unfinished run, key and request: it may already have been signed
//           lock                              held by the process at work on this device
//         lock                                held while a CA's certificate, or its revocation list, is compared and replaced
//       revoked/
//         f60c28-5A0F…/                       an identity that the platform took back, by its serial number: a generation's folder
//           f60c28.key  …  previous/          with the one before it

import Glibc

/// The paths of one device's files in a folder of identities.
struct StoreLayout: Sendable {
    /// The folder, such as `certs`.
    let directory: String
    /// The device as its files are named, such as `f60c28` or `admin:f60c28`.
    let name: String
    /// How what is written here gets onto the disk.
    var durability = Durability.each

    var identities: String { "\(directory)/.identities" }
    var storeLock: String { "\(identities)/lock" }
    var folder: String { "\(identities)/\(name)" }
    var lock: String { "\(folder)/lock" }
    var current: String { "\(folder)/current" }
    var pending: String { "\(folder)/pending.pem" }
    var candidate: String { "\(folder)/candidate" }
    /// The device's folder while it is removed; no device has such a name.
    var forgotten: String { "\(identities)/.forgotten-\(name)" }

    /// The folder of what becomes of an identity with that certificate when it is revoked.
    func revoked(serial: String) -> String { "\(directory)/revoked/\(name)-\(serial.filter { $0 != "-" })" }

    /// The second name of the run that a generation comes from.
    func run(in folder: String) -> String { "\(folder)/run.pem" }

    /// The file that says of a generation that it is revoked.
    func revocationMark(in folder: String) -> String { "\(folder)/revoked" }

    func generation(_ number: Int) -> String { "\(folder)/\(number)" }

    /// The file that users and other programs open.
    func visible(_ part: Part) -> String { "\(directory)/\(name).\(part.rawValue)" }

    /// What `visible` is a link to, relative to the folder of identities.
    func visibleTarget(_ part: Part) -> String { ".identities/\(name)/current/\(name).\(part.rawValue)" }

    func file(_ part: Part, in folder: String) -> String { "\(folder)/\(name).\(part.rawValue)" }

    /// The file that a part is read from.
    ///
    /// It is that of the generation, unless another program has put a file, or a link of its own, in the place of the visible link,
    /// as scp and the restoring of a backup do.
    func source(of part: Part, in generation: String?) -> String {
        guard let generation else { return visible(part) }
        switch try? FileSystem.kind(visible(part)) {
        case .file, .folder, .other: return visible(part)
        case .link where (try? FileSystem.target(ofLink: visible(part))) != visibleTarget(part): return visible(part)
        case .absent, .link, nil: return file(part, in: generation)
        }
    }

    /// The first visible link that leads nowhere, as where `.identities` is missing; nil where there is none.
    var brokenLink: String? {
        Part.allCases.map(visible).first { path in
            (try? FileSystem.kind(path)) == .link && access(path, F_OK) != 0 && errno == ENOENT
        }
    }

    /// The folders and files of one device that nobody else may write to.
    func places(in generation: String?) -> [String] {
        [identities, folder] + (generation.map { [$0] } ?? []) + Part.allCases.map { source(of: $0, in: generation) }
    }

    /// One of an identity's files, by its extension.
    enum Part: String, CaseIterable {
        case key
        case request = "csr"
        case certificate = "crt"
        case profile = "json"

        /// Who may read it: a key is its owner's alone.
        var mode: UInt32 { self == .key ? 0o600 : 0o644 }
    }
}
