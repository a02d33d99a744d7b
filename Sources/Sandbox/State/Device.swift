/// A device that the platform knows.
struct Device: Codable, Sendable, Equatable {
    var id: String
    var label: String
    var created: String
    /// The ids of its templates.
    var templates: [Int]
    /// When it was changed last; nil where it never was.
    var updated: String?
    /// Whether the platform drops what it publishes; nil in the journals of former sandboxes.
    private var disabled: Bool?

    var isDisabled: Bool {
        get { disabled ?? false }
        set { disabled = newValue ? true : nil }
    }

    init(id: String, label: String, created: String, templates: [Int], isDisabled: Bool = false) {
        self.id = id
        self.label = label
        self.created = created
        self.templates = templates
        self.isDisabled = isDisabled
    }
}
