import Enrollment
import MQTT

/// Why a device has no identity that can be read. Waiting does not help it, as it may one that is lost: only other files do.
public enum Absence {
    /// What is found of its key and certificate when they are to be used.
    private static let codes: Set<MQTTError.Code> = [.fileUnreadable, .keyMismatch]
    private static let stored = "identity"

    /// What failed in looking for it, as a cause among a run's failures: "identity.notFound".
    static func cause(_ error: any Error) -> String {
        (error as? EnrollmentError).map { "\(stored).\($0.code)" } ?? stored
    }

    /// Whether an error of a connection is one.
    static func isCause(_ code: MQTTError.Code) -> Bool { codes.contains(code) }

    /// Whether a cause among a run's failures is one.
    public static func isCause(_ cause: String) -> Bool {
        cause.hasPrefix(stored) || codes.contains { $0.rawValue == cause }
    }
}
