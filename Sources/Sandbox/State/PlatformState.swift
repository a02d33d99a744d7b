/// All that the platform knows, but for its keys and its devices' history.
struct PlatformState: Sendable {
    /// By user name.
    private(set) var endEntities: [String: EndEntity] = [:]
    private(set) var certificates = CertificateTable()
    /// In the order of their making.
    private(set) var templates: [DeviceTemplate] = []
    private(set) var devices = DeviceTable()
    private(set) var numbers = StateChange.Numbers()

    /// Goes to the next state.
    mutating func apply(_ change: StateChange) {
        switch change {
        case .numbers(let numbers): self.numbers = numbers
        case .template(let template):
            templates.append(template)
            numbers.nextTemplate = max(numbers.nextTemplate, template.id + 1)
            numbers.nextAttribute = max(numbers.nextAttribute, (template.attrs.last?.id ?? 0) + 1)
        case .noTemplate(let id): templates.removeAll { $0.id == id }
        case .device(let device): devices.add(device)
        case .noDevice(let id): devices.remove(id)
        case .endEntity(let entity): endEntities[entity.username] = entity
        case .noEndEntity(let name): endEntities[name] = nil
        case .certificate(let certificate): certificates.put(certificate)
        }
    }

    /// Gives the changes that lead from nothing to this state.
    func forEachChange<Failure: Error>(_ body: (StateChange) throws(Failure) -> Void) throws(Failure) {
        try body(.numbers(numbers))
        for template in templates { try body(.template(template)) }
        for device in devices { try body(.device(device)) }
        for entity in endEntities.values { try body(.endEntity(entity)) }
        for certificate in certificates.all { try body(.certificate(certificate)) }
    }

    /// The changes that add devices, and the end entities under which EJBCA knows them: new ones, and again new those that are left of
    /// former devices (`createOrEditUser` in controller/UserController.py of ejbca-rest v0.4.2).
    func adding(_ devices: [Device], endEntityNames: (String) -> [String], authority: String) -> [StateChange] {
        let names = devices.flatMap { endEntityNames($0.id) }
        return devices.map { .device($0) } + names.map { .endEntity(EndEntity($0, caName: authority)) }
    }
}
