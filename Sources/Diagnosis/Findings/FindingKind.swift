/// One of the things that can be wrong, as the table of them has it: a code that stays the same from release to release, the step that
/// finds it, what it means for the program's end, the cause in a sentence and what mends it.
///
/// In code, cause and cure a word in braces stands for what is filled in when it is found.
public struct FindingKind: Sendable {
    /// How much it weighs.
    public enum Severity: String, Sendable, Encodable {
        /// It is why there is no connection, unless another one was found before.
        case fault
        /// It is wrong on the platform's side, which no connection to the broker needs: the cause where no fault is.
        case aside
        /// It need do no harm: the cause where the broker refuses the certificate, before all that the broker says.
        case suspicion
        /// It does no harm now.
        case warning
    }

    /// What it means for the program's end, by the names of sysexits.h.
    public enum Effect: Sendable {
        /// The data is wrong: a key, a certificate, a name.
        case dataError
        /// An input file is missing or cannot be read.
        case noInput
        /// A service cannot be reached.
        case unavailable
        /// It may work later.
        case temporaryFailure
        /// The peer broke its protocol, or speaks another one.
        case protocolError
        /// Refused: a certificate, a login, a permission.
        case refused
    }

    public let code: String
    public let step: Step
    public let severity: Severity
    public let effect: Effect
    /// Lower case, no full stop.
    public let cause: String
    /// What to do, with a command to run where there is one.
    public let cure: String

    init(
        _ code: String, _ step: Step, _ effect: Effect, _ cause: String, cure: String, severity: Severity = .fault
    ) {
        self.code = code
        self.step = step
        self.effect = effect
        self.cause = cause
        self.cure = cure
        self.severity = severity
    }

    /// The whole table, in the order of the steps.
    public static let all =
        ofFiles + ofChain + ofDates + ofRevocation + ofNames + ofGateway + ofLogin + ofPlatform + ofNetwork + ofTLS
        + ofClient + ofConnack + ofSession
}
