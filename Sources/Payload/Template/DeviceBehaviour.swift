/// A kind of simulated device: what it sends, and what it does when it is told something.
public struct DeviceBehaviour: Sendable {
    /// What it sends.
    public let attributes: PayloadTemplate
    /// What it publishes when something comes on its config topic; nil for nothing.
    public let onConfig: ConfigResponse?

    /// Puts the two together.
    public init(attributes: PayloadTemplate, onConfig: ConfigResponse? = nil) {
        (self.attributes, self.onConfig) = (attributes, onConfig)
    }

    /// Reads a template, or one with what is done on config beside it: `{"attrs": {…}, "config": {"acknowledge": "lastConfig"}}`.
    ///
    /// It is the second where the object has a member `attrs` that is an object and no generator.
    ///
    /// - Parameter readFile: Gives the content of a table that `$replay` names, as it is written there; each is asked for once.
    /// - Throws: `PayloadError` with the position of what is wrong.
    public init(
        json: [UInt8], readFile: @escaping PayloadTemplate.TableReader = PayloadTemplate.noTables
    ) throws(PayloadError) {
        let root = try JSONElement(object: json)
        guard case .object(let members) = root.content, DeviceBehaviour.isDeclaration(members) else {
            self.init(attributes: try PayloadTemplate(root, readFile: readFile))
            return
        }
        var parts = try root.members(for: "the file")
        let (attributes, config) = (parts.take("attrs") ?? root, parts.take("config"))
        try parts.finish()
        self.init(
            attributes: try PayloadTemplate(attributes, readFile: readFile),
            onConfig: try config.map { (element) throws(PayloadError) in try ConfigResponse(element) })
    }

    private static func isDeclaration(_ members: [JSONElement.Member]) -> Bool {
        guard let attributes = members.first(where: { $0.name == "attrs" })?.value,
            case .object(let inner) = attributes.content, !inner.contains(where: { $0.name.hasPrefix("$") })
        else { return false }
        return true
    }
}
