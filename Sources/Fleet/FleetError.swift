/// Why something that is done for a whole fleet cannot be done.
public struct FleetError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong, to be compared.
    public enum Code: Sendable {
        /// A list of devices, or a table, that cannot be read.
        case invalidList
        /// The system lets this process have fewer files and sockets open than the fleet needs.
        case tooFewFiles
        /// One address of this machine cannot have that many connections to one broker.
        case tooFewSources
        /// A template of devices that is none.
        case invalidTemplate
        /// A payload's template, a scenario or an assertion that cannot be read.
        case invalidDeclaration
        /// A file that is no summary of a run.
        case invalidSummary
        /// A journal that another program wrote, or that is of another platform.
        case otherJournal
        /// Another process provisions into the same folder.
        case busy
        /// A file that was named is missing.
        case fileMissing
        /// A file or folder that cannot be read.
        case cannotRead
        /// A file or folder that cannot be made or written.
        case cannotWrite
        /// A port that cannot be listened on.
        case cannotListen
        /// libzmq, which a worker needs, is not installed.
        case libraryMissing
        /// What is no place of a Locust master.
        case invalidMaster
        /// What came from a Locust master is no message.
        case invalidMessage
        /// No Locust master answers.
        case masterSilent
        /// The master's index of this worker is beyond the parts that the devices are split into.
        case tooManyWorkers
        /// What a master asks for, and that this worker cannot do.
        case invalidOrder
    }

    /// What went wrong, to be compared.
    public let code: Code
    /// What was tried, on what, and why it failed: lower case, no full stop.
    public let message: String
    /// What to do about it, where that is known.
    public let hint: String?

    /// An error with its reason.
    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    public var description: String { message }
}
