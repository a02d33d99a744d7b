/// How the program ends, after sysexits.h(3); every command's `--help` lists those it can end with.
enum ExitCode: Int32, Sendable {
    case success = 0
    case failure = 1
    /// A check was made and says no.
    case checkFailed = 3
    /// `subscribe -W` ran out, as in mosquitto_sub(1).
    case waitExpired = 27
    case usage = 64
    /// The data is wrong: a certificate, a certificate request, JSON, a key that does not match.
    case dataError = 65
    case noInput = 66
    /// A service cannot be reached.
    case unavailable = 69
    case cannotCreate = 73
    case inputOutput = 74
    /// It may work later: 429, 503, a time limit.
    case temporaryFailure = 75
    /// The peer broke its protocol.
    case protocolError = 76
    /// Refused: login, permission, certificate.
    case refused = 77
    /// Ended by SIGINT, as a shell reports it.
    case interrupted = 130
    /// Ended by SIGTERM, as a shell reports it.
    case terminated = 143
}
