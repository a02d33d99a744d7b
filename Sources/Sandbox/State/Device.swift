/// A device that the platform knows.
struct Device: Codable, Sendable, Equatable {
    var id: String
    var label: String
    var created: String
    /// The ids of its templates.
    var templates: [Int]
}
