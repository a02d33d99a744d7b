/// All that the platform knows, but for its keys and its devices' history.
struct PlatformState: Codable, Sendable {
    /// By user name.
    var endEntities: [String: EndEntity] = [:]
    /// In the order of their signing.
    var certificates: [IssuedCertificate] = []
    /// In the order of their making.
    var templates: [DeviceTemplate] = []
    /// In the order of their making.
    var devices: [Device] = []
    /// The id of the next template, and of the next attribute of one.
    var nextTemplate = 1
    var nextAttribute = 1
    /// The number of the CA's last revocation list.
    var revocationListNumber = 0

    /// The index of a device.
    func index(ofDevice id: String) -> Int? { devices.firstIndex { $0.id == id } }

    /// The index of a certificate by its serial number, in hex of either case, with or without leading zeros.
    func index(ofCertificate serialNumber: String) -> Int? {
        let digits = serialNumber.uppercased().drop { $0 == "0" }
        return certificates.firstIndex { $0.serialNumber.drop { $0 == "0" } == digits }
    }

    /// The attributes of all templates of a device.
    func attributes(of device: Device) -> [DeviceTemplate.Attribute] {
        templates.filter { device.templates.contains($0.id) }.flatMap(\.attrs)
    }
}
