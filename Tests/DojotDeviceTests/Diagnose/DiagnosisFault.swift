import Testing

/// Something that is wrong, made for real, and what must be found.
struct DiagnosisFault: CustomTestStringConvertible, Sendable {
    let name: String
    /// The cause's code.
    let code: String
    /// As the program ends.
    let status: Int32
    /// What the cause or its cure says.
    let says: [String]
    /// Makes it, and gives the arguments of `diagnose`.
    let make: @Sendable (DiagnosisBench) throws -> [String]

    init(
        _ name: String, _ code: String, _ status: Int32, says: String...,
        make: @escaping @Sendable (DiagnosisBench) throws -> [String]
    ) {
        (self.name, self.code, self.status, self.says, self.make) = (name, code, status, says, make)
    }

    var testDescription: String { "\(name): \(code)" }
}
