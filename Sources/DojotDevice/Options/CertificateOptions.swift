import CommandLineKit
import PKI

/// What the key and the certificate of one device are to be.
struct CertificateOptions: ParsableArguments {
    @OptionGroup()
    var kind: KeyKindOptions

    @Option(.long("key"), help: "Use the private key in this PEM file; none is made.", valueName: "file")
    var keyFile: String?

    @OptionGroup()
    var content: CertificateContentOptions

    func validate() throws {
        if keyFile != nil && kind.isLengthTyped {
            throw UsageError("--key and --key-length contradict each other: a key in a file has its length")
        }
        if keyFile != nil && kind.isTypeTyped {
            throw UsageError("--key and --key-type contradict each other: a key in a file is of its kind")
        }
    }
}

/// What kind of key is to be made.
struct KeyKindOptions: ParsableArguments {
    @Option(.long("key-type"), help: "The kind of key; EJBCA signs rsa only.", valueName: "type")
    var keyType: KeyTypeArgument = .rsa

    @Option(.long("key-length"), .short("k"), help: "The RSA key's length, 2048 to 8192 bits.", valueName: "bits")
    var keyLength: Int = 2048

    func validate() throws {
        guard KeyAlgorithm.rsaSizes.contains(keyLength) else {
            throw UsageError(
                "an RSA key of \(keyLength) bits is not taken: 2048 to 8192 are",
                hint: "leave --key-length out for 2048 bits")
        }
        if keyType != .rsa && isLengthTyped {
            throw UsageError("--key-length is for RSA keys: a \(keyType.rawValue) key has its length")
        }
    }

    /// The kind of key to be made, where none is given.
    var algorithm: KeyAlgorithm { keyType.algorithm(bits: keyLength) }

    fileprivate var isLengthTyped: Bool { $keyLength.source == .commandLine }
    fileprivate var isTypeTyped: Bool { $keyType.source == .commandLine }
}

/// What the certificate is to hold, and what it takes to get it.
struct CertificateContentOptions: ParsableArguments {
    @Option(
        .long("dns"), .short("d"), help: "A DNS name for the certificate's subject alternative names.",
        valueName: "name")
    var hostNames: [String]

    @Option(
        .long("ip"), .short("i"), help: "An IP address for the subject alternative names.",
        valueName: "address")
    var addresses: [String]

    @Option(
        .long("end-entity-password"), help: "The password that EJBCA knows for the device's end entity.",
        valueName: "password")
    var endEntityPassword: String = "dojot"

    func validate() throws { _ = try subjectAlternativeNames() }

    /// The names asked for, checked before anything is sent.
    func subjectAlternativeNames() throws(UsageError) -> [GeneralName] {
        var names: [GeneralName] = []
        for name in hostNames {
            guard Self.isHostName(name) else { throw UsageError("--dns '\(name)' is no DNS name") }
            names.append(.dns(name))
        }
        for text in addresses {
            guard let address = GeneralName.address(text) else { throw UsageError("--ip '\(text)' is no IP address") }
            names.append(address)
        }
        return names
    }

    /// Labels of letters, digits and "-", of 63 characters at most, a "*" as the first where wanted (RFC 1034, section 3.5).
    private static func isHostName(_ text: String) -> Bool {
        var labels = text.split(separator: ".", omittingEmptySubsequences: false)[...]
        if labels.count > 1, labels.first == "*" { labels = labels.dropFirst() }
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            }
    }
}
