import CLinux
import Dojot
import Foundation
import TestSupport
import Testing

@testable import Enrollment

/// Who else may put a key in the place of ours.
@Suite("A folder that is not this user's alone")
struct PermissionProblemTests {
    private let temporary = try! TemporaryFolder()  // a test without a folder cannot go on

    private static let isRoot = geteuid() == 0

    /// Makes a folder with that mode, whatever the umask is.
    private func folder(_ mode: mode_t, named name: String = "certs") -> String {
        let path = temporary.path(name)
        mkdir(path, 0o700)
        chmod(path, mode)
        return path
    }

    private static let everybody = "everybody may write to it"
    private static let byMode: [(mode_t, String?)] = [
        (0o700, nil), (0o755, nil), (0o1755, nil), (0o2750, nil), (0o777, everybody), (0o757, everybody),
        (0o702, everybody), (0o1777, everybody),
    ]

    @Test("is told by its mode", arguments: byMode)
    func modes(mode: mode_t, reason: String?) {
        let path = folder(mode)
        let found = PermissionProblem(into: path)
        #expect(found?.reason == reason)
        #expect(found == nil || found?.cure == "chmod go-w \(path)")
    }

    @Test("its group may write to it, unless that is the user's own, with nobody else in it", .enabled(if: isRoot))
    func groups() {
        let path = folder(0o775)
        chown(path, 0, 0)
        // root's own group is root: as on every Debian, and with nobody in it.
        #expect(PermissionProblem(into: path) == nil)
        chown(path, 0, 100)
        #expect(PermissionProblem(into: path)?.reason == "its group users may write to it")
        chown(path, 0, 54_321)
        #expect(PermissionProblem(into: path)?.reason == "its group 54321 may write to it")
        chmod(path, 0o755)
        #expect(PermissionProblem(into: path) == nil)
    }

    @Test("it belongs to another user", .enabled(if: isRoot))
    func owners() {
        let path = folder(0o700)
        chown(path, 65_534, 0)
        #expect(PermissionProblem(into: path)?.reason == "it belongs to nobody")
        chown(path, 54_321, 0)
        #expect(PermissionProblem(into: path)?.reason == "it belongs to the user 54321")
    }

    @Test("an access list lets others write to it", .enabled(if: hasAccessLists))
    func accessLists() {
        let path = folder(0o755)
        #expect(Self.letWrite(65_534, to: path))
        #expect(PermissionProblem(into: path)?.reason == "its access list lets others write to it")
    }

    @Test("its path is a word for a shell in what mends it")
    func quoting() {
        let path = folder(0o777, named: "it's mine")
        let outcome = try? Child.run("/bin/sh", ["-c", PermissionProblem(into: path)?.cure ?? "false"])
        #expect(outcome?.status == 0)
        #expect(PermissionProblem(into: path) == nil)
    }

    @Test("what is not there is no finding, a file is checked like a folder")
    func others() throws {
        #expect(PermissionProblem(into: temporary.path("nothing")) == nil)
        let file = try temporary.write("x", to: "file")
        chmod(file, 0o644)
        #expect(PermissionProblem(into: file) == nil)
        chmod(file, 0o666)
        #expect(PermissionProblem(into: file)?.cure == "chmod go-w \(file)")
        #expect(PermissionProblem(into: "/dev/null") == nil)
    }

    @Test("a folder on the way to it can be replaced by others")
    func above() throws {
        let (shared, certs) = (folder(0o777, named: "shared"), "shared/certs")
        mkdir(temporary.path(certs), 0o700)
        let ways = [certs, "shared/absent", "shared/../shared/certs", "link", "shared/away"]
        symlink(certs, temporary.path("link"))
        symlink("/", temporary.path("shared/away"))
        for way in ways {
            let found = PermissionProblem(above: temporary.path(way))
            #expect(found?.path.hasSuffix("shared") == true, "\(way)")
            #expect(found?.reason == Self.everybody)
            #expect(found?.cure.hasPrefix("chmod go-w ") == true)
        }
        #expect(PermissionProblem(above: temporary.path("shared")) == nil)
        // In a folder with the sticky bit only an entry's owner can replace it.
        chmod(shared, 0o1777)
        for way in ways { #expect(PermissionProblem(above: temporary.path(way)) == nil, "\(way)") }
        if Self.isRoot {
            chown(temporary.path(certs), 65_534, 0)
            #expect(PermissionProblem(above: temporary.path(certs))?.reason == Self.everybody)
        }
    }

    @Test("is refused with all that is below it, for reading and for writing")
    func refused() throws {
        let authority = try Authority()
        let store = CredentialStore(directory: folder(0o755))
        let name = try DeviceName("f60c28")
        let run = try makeRun("f60c28")
        let certificate = try authority.sign(run.request)
        let profile = try makeProfile("f60c28", certificate)
        do {
            let place = try store.checkOut(name)
            try place.keep(run)
            try place.install(
                run, certificate, profile: profile, authority: authority.certificate, overwrite: false)
        }
        let watch = IdentityWatch(try store.load(name), in: store)
        for part in [
            "certs", "certs/.identities", "certs/.identities/f60c28", "certs/.identities/f60c28/1",
            "certs/IOTmidCA.crt",
            "certs/.identities/f60c28/1/f60c28.key", "certs/.identities/f60c28/1/f60c28.crt",
            "certs/.identities/f60c28/1/f60c28.json",
        ] {
            let path = temporary.path(part)
            var before = stat()
            stat(path, &before)
            chmod(path, 0o777)
            var attempts: [() throws -> Void] = [{ _ = try store.load(name) }, { _ = try watch.replacement() }]
            // What is below is written anew.
            if part.split(separator: "/").count <= 3, !part.hasSuffix("crt") {
                attempts.append { _ = try store.checkOut(name) }
            }
            for attempt in attempts {
                let error = #expect(throws: EnrollmentError.self) { try attempt() }
                #expect(error?.code == .openFolder && error?.cure == "chmod go-w \(path)", "\(part)")
            }
            #expect(try store.identities().first?.flaws.filter { $0 != .keyExposed } == [.folderOpen], "\(part)")
            chmod(path, before.st_mode & 0o7777)
        }
        #expect(try store.identities().first?.flaws == [])
        _ = try store.load(name)
    }

    private static let hasAccessLists: Bool = {
        guard let folder = try? TemporaryFolder() else { return false }
        return letWrite(65_534, to: folder.path)
    }()

    /// Adds a user to the list of a folder, as `setfacl -m u:USER:rwx` does; the form is that of linux/posix_acl_xattr.h.
    private static func letWrite(_ user: UInt32, to path: String) -> Bool {
        let nobody = UInt32.max
        let entries: [(tag: UInt16, permission: UInt16, id: UInt32)] = [
            (0x01, 7, nobody), (0x02, 7, user), (0x04, 5, nobody), (0x10, 7, nobody), (0x20, 5, nobody),
        ]
        var bytes: [UInt8] = [2, 0, 0, 0]
        for entry in entries {
            withUnsafeBytes(of: entry.tag.littleEndian) { bytes += $0 }
            withUnsafeBytes(of: entry.permission.littleEndian) { bytes += $0 }
            withUnsafeBytes(of: entry.id.littleEndian) { bytes += $0 }
        }
        return setxattr(path, "system.posix_acl_access", bytes, bytes.count, 0) == 0
    }
}
