import Dojot
import Enrollment
import Fleet
import HTTP
import MQTT
import PKI
import Payload

extension Failure {
    /// Any error a command can end with, as its user reads it.
    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as EnrollmentError: self.init(error)
        case let error as DojotError: self.init(error)
        case let error as HTTPError: self.init(error)
        case let error as PKIError: self.init(error)
        case let error as MQTTError: self.init(error)
        case let error as PayloadError: self.init(error)
        case let error as FleetError: self.init(error)
        default: self.init(.failure, "\(error)")
        }
    }
}
