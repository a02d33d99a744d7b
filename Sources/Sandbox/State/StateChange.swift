/// One step from a state of the platform to the next: what a line of its journal says.
enum StateChange: Codable, Sendable, Equatable {
    /// How far the platform has counted.
    struct Numbers: Codable, Sendable, Equatable {
        /// The id of the next template, and of the next attribute of one.
        var nextTemplate = 1
        var nextAttribute = 1
        /// The number of the CA's last revocation list.
        var revocationList = 0
    }

    case numbers(Numbers)
    /// A new template.
    case template(DeviceTemplate)
    case noTemplate(Int)
    /// A new device.
    case device(Device)
    case noDevice(String)
    /// A new end entity, or what one is now.
    case endEntity(EndEntity)
    case noEndEntity(String)
    /// A new certificate, or what became of one.
    case certificate(IssuedCertificate)
}
