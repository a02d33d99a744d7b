import CommandLineKit
import Enrollment
import MQTT

/// How the connection is secured: mosquitto_pub's flags.
struct TLSOptions: ParsableArguments {
    @Option(.long("cafile"), help: "PEM file of the CA that signed the broker's certificate.", valueName: "file")
    var authorityFile: String?

    @Option(.long("capath"), help: "Folder of such files, prepared by openssl rehash.", valueName: "folder")
    var authorityFolder: String?

    @Option(.long("cert"), help: "PEM file of the device's certificate.", valueName: "file")
    var certificateFile: String?

    @Option(.long("key"), help: "PEM file of the device's private key.", valueName: "file")
    var keyFile: String?

    @Flag(.long("tls-use-os-certs"), help: "Trust the authorities that the system trusts.")
    var trustsSystem: Bool

    @Flag(.long("insecure"), help: "Do not check that the broker's certificate is for its host name: for tests only.")
    var isInsecure: Bool

    @Option(.long("tls-version"), help: "The least version of TLS; tlsv1.1 means tlsv1.2.", valueName: "version")
    var version: TLSVersionArgument = .v12

    @Option(.long("ciphers"), help: "Ciphers of TLS 1.2 and before, as openssl ciphers writes them.", valueName: "list")
    var ciphers: String?

    @Option(.long("tls-alpn"), help: "The application protocol to ask for.", valueName: "protocol")
    var applicationProtocol: String?

    @Option(.long("psk"), help: "A pre-shared key, in place of certificates.", valueName: "hex")
    var preSharedKey: String?

    @Option(.long("psk-identity"), help: "The identity that belongs to the pre-shared key.", valueName: "identity")
    var preSharedKeyIdentity: String?

    func validate() throws(UsageError) {
        if (certificateFile == nil) != (keyFile == nil) { throw UsageError("--cert and --key are needed together") }
        if (preSharedKey == nil) != (preSharedKeyIdentity == nil) {
            throw UsageError("--psk and --psk-identity are needed together")
        }
        if preSharedKey != nil && (authorityFile ?? authorityFolder ?? certificateFile) != nil {
            throw UsageError("--psk takes the place of certificates: leave out --cafile, --capath, --cert and --key")
        }
    }

    /// Whether something here asks for TLS.
    var asksForTLS: Bool {
        (authorityFile ?? authorityFolder ?? certificateFile ?? preSharedKey) != nil || trustsSystem
    }

    /// The options that `diagnose` has too, for a hint, without a pre-shared key.
    var diagnosisOptions: [String] {
        let words: [(String, String?)] = [
            ("--cafile", authorityFile), ("--capath", authorityFolder), ("--cert", certificateFile), ("--key", keyFile),
        ]
        return words.flatMap { name, value in value.map { [name, $0] } ?? [] }
            + (trustsSystem ? ["--tls-use-os-certs"] : []) + (isInsecure ? ["--insecure"] : [])
    }

    /// Says aloud what is asked for that lets others answer in the broker's place, or cannot be had; each time, unless nothing is to be said.
    func warn(isQuiet: Bool) {
        guard !isQuiet, preSharedKey == nil else { return }
        if isInsecure {
            Console.warning(
                "the broker's certificate is not checked for its host name: whoever has one of the same CA may answer")
        }
        if version == .v11 { Console.warning("TLS 1.1 is not safe any more: TLS 1.2 is the least that is spoken") }
    }

    /// The settings, put over those of a profile where there are any; without an authority's file the system's are trusted.
    func apply(to base: TLSConfiguration?) throws -> TLSConfiguration {
        var settings = base ?? TLSConfiguration()
        let hasAuthority = (authorityFile ?? authorityFolder ?? settings.authorityFile) != nil
        if let authorityFile {
            settings.authorityFile = authorityFile
            settings.revocationList = try RevocationListFile(beside: authorityFile).flatMap {
                file throws(EnrollmentError) in
                try TLSConfiguration.RevocationList(file)
            }
        }
        if let authorityFolder {
            settings.authorityFolder = authorityFolder
            settings.authorityFile = authorityFile
        }
        if let certificateFile {
            settings.certificateFile = certificateFile
            settings.keyFile = keyFile
        }
        settings.trustsSystem = trustsSystem || !hasAuthority
        settings.checksHostName = !isInsecure
        settings.minimumVersion = version.version
        settings.ciphers = ciphers
        settings.applicationProtocol = applicationProtocol
        if let preSharedKey, let preSharedKeyIdentity {
            settings = TLSConfiguration()
            settings.minimumVersion = version.version == .v13 ? .v13 : .v12
            settings.ciphers = ciphers
            settings.preSharedKey = try .init(identity: preSharedKeyIdentity, hexadecimal: preSharedKey)
        }
        return settings
    }
}

/// The least version of TLS as mosquitto_pub writes it; of tlsv1.1, which RFC 8996 takes out of use, no more than the word is known.
enum TLSVersionArgument: String, CaseIterable, ExpressibleByArgument {
    case v13 = "tlsv1.3"
    case v12 = "tlsv1.2"
    case v11 = "tlsv1.1"

    var version: TLSConfiguration.Version {
        switch self {
        case .v13: .v13
        case .v12, .v11: .v12
        }
    }
}
