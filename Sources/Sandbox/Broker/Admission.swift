/// A device, and the names in certificates by which the broker lets it publish and subscribe.
struct Admission: Sendable, Equatable {
    let device: String
    /// Common names; none where the device may do nothing.
    let names: [String]
}
