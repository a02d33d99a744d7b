extension FindingKind {
    static let ofFiles = [
        filesOpen, filesNone, filesMissing, filesUnreadable, filesEmpty, filesPEM, filesEncrypted, filesMismatch,
        filesProfile,
        filesNoProfile, filesMode, filesRequest,
    ]

    static let filesOpen = FindingKind(
        "files.open", .files, .refused,
        "{folder} is not this user's alone: {reason}, so that another key or CA may have come in the place of ours",
        cure: "{cure}")
    static let filesNone = FindingKind(
        "files.none", .files, .noInput, "there is no identity of {device} in {folder}",
        cure: "{retrieve}")
    static let filesMissing = FindingKind(
        "files.missing", .files, .noInput, "{file} is {what}", cure: "{retrieve}")
    static let filesUnreadable = FindingKind(
        "files.unreadable", .files, .noInput, "{file} cannot be read: {reason}",
        cure: "{access}")
    static let filesEmpty = FindingKind(
        "files.empty", .files, .dataError, "there is nothing in {file}, as a loss of power leaves it",
        cure: "{retrieve}")
    static let filesPEM = FindingKind(
        "files.pem", .files, .dataError, "{file} is broken: {reason}", cure: "{retrieve}")
    static let filesEncrypted = FindingKind(
        "files.encrypted", .files, .dataError, "the private key in {file} needs a passphrase",
        cure: "(umask 077 && openssl pkey -in {file} -out {file}.plain && mv {file}.plain {file})")
    static let filesMismatch = FindingKind(
        "files.mismatch", .files, .dataError, "the key in {key} does not belong to the certificate in {certificate}",
        cure: "{retrieve}")
    static let filesProfile = FindingKind(
        "files.profile", .files, .dataError, "{file} is no profile of this program: {reason}", cure: "{retrieve}")
    static let filesNoProfile = FindingKind(
        "files.no-profile", .files, .noInput,
        "{folder} has no profile of {device}, which tells its gateway and its broker",
        cure: "{associate}")
    static let filesMode = FindingKind(
        "files.mode", .files, .dataError, "the key in {file} can be read by other users (mode {mode})",
        cure: "chmod 600 {file}", severity: .warning)
    static let filesRequest = FindingKind(
        "files.request", .files, .dataError, "the certificate request in {file} {reason}",
        cure: "it is not needed for connecting: leave it, or remove it", severity: .warning)

    static let ofChain = [
        chainOrder, chainSelfSigned, chainUnknown, chainInvalid, chainNoAuthority, chainUsage, chainStray,
    ]

    static let chainOrder = FindingKind(
        "chain.order", .files, .dataError,
        "{file} has the certificate of {first} before the device's own: TLS takes the first for its own",
        cure: "put the certificate of {own} first in {file}")
    static let chainSelfSigned = FindingKind(
        "chain.self-signed", .files, .dataError, "the certificate in {certificate} is signed by its own key, by no CA",
        cure: "{retrieve}")
    static let chainUnknown = FindingKind(
        "chain.unknown", .files, .dataError,
        "the certificate in {certificate} was issued by {issuer}: it was not signed by any CA in {authority}",
        cure: "{chain}")
    static let chainInvalid = FindingKind(
        "chain.invalid", .files, .dataError, "the certificate in {certificate} is not valid for TLS: {reason}",
        cure: "{retrieve}")
    static let chainNoAuthority = FindingKind(
        "chain.no-authority", .files, .dataError, "no certificate in {file} is a CA's: it is for {subject}",
        cure: "{chain}")
    static let chainUsage = FindingKind(
        "chain.usage", .files, .dataError, "the certificate in {certificate} is not for a TLS client: {reason}",
        cure: "{retrieve}", severity: .suspicion)
    static let chainStray = FindingKind(
        "chain.stray", .files, .dataError, "{file} has the certificate of {subject} in it, which is no CA",
        cure: "take it out of {file}: some clients look at the first certificate only", severity: .warning)
}
