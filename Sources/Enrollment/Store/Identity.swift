import CommandLineKit

/// A device's complete identity in a folder: its profile and where its files are.
///
/// All paths lead into one generation, so that a renewal going on at the same time cannot mix two.
public struct Identity: Sendable {
    /// The device as its files are named, such as `f60c28` or `admin:f60c28`.
    public let name: String
    public let profile: Profile
    public let keyFile: String
    public let certificateFile: String
    /// The certificate request; absent where the Certificate Retriever's user removed it.
    public let requestFile: String?
    /// The CA's certificate, PEM; it may hold an older one below.
    public let authorityFile: String

    /// Where the CA's revocation list is, if there is one.
    public let revocationListFile: RevocationListFile

    /// Reads the profile and checks that the other files are there.
    init(reading layout: StoreLayout) throws(EnrollmentError) {
        let generation = try FileSystem.target(ofLink: layout.current).map { "\(layout.folder)/\($0)" }
        func path(_ part: StoreLayout.Part) -> String { layout.source(of: part, in: generation) }
        let profile = try JSON.decode(Profile.self, from: path(.profile), meantAs: "profile")
        name = layout.name
        self.profile = profile
        keyFile = path(.key)
        certificateFile = path(.certificate)
        requestFile = FileSystem.exists(path(.request)) ? path(.request) : nil
        authorityFile = "\(layout.directory)/\(profile.ca).crt"
        revocationListFile = RevocationListFile(directory: layout.directory, authorityName: profile.ca)
        for file in [keyFile, certificateFile, authorityFile] where !FileSystem.exists(file) {
            throw EnrollmentError(
                .incomplete, "the identity of \(name) is incomplete: \(file) is missing", device: name,
                cure: Self.retrieval(of: layout, profile, isNew: file != authorityFile))
        }
        for place in layout.places(in: generation) + [authorityFile, revocationListFile.path] {
            try PermissionProblem.check(place)
        }
    }

    /// The command that makes the identity anew, or that fetches what can be fetched again.
    private static func retrieval(of layout: StoreLayout, _ profile: Profile, isNew: Bool) -> String {
        var words = ["dojot-device", "retrieve-cert", profile.gateway, layout.name]
        if profile.ca != "IOTmidCA" { words.append(profile.ca) }
        if layout.directory != "certs" { words += ["--certs-dir", layout.directory] }
        if isNew { words.append("-w") }
        return words.map(\.shellWord).joined(separator: " ")
    }
}
