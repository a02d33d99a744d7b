/// The state as sandboxes kept it before there was a journal: one document, `state.json`.
struct FormerState: Decodable {
    let endEntities: [String: EndEntity]
    let certificates: [IssuedCertificate]
    let templates: [DeviceTemplate]
    let devices: [Device]
    let nextTemplate: Int
    let nextAttribute: Int
    let revocationListNumber: Int

    /// The same as a state of today.
    var state: PlatformState {
        var state = PlatformState()
        for template in templates { state.apply(.template(template)) }
        for device in devices { state.apply(.device(device)) }
        for entity in endEntities.values { state.apply(.endEntity(entity)) }
        for certificate in certificates { state.apply(.certificate(certificate)) }
        state.apply(
            .numbers(
                .init(
                    nextTemplate: nextTemplate, nextAttribute: nextAttribute, revocationList: revocationListNumber)))
        return state
    }
}
