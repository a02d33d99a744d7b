/// The generators of a kind of device, made ready to run: any number of devices share one.
public struct GeneratorPlan: Sendable {
    struct Step: Sendable {
        /// What stands before the value: `{"name":` or `,"name":`.
        let prefix: [UInt8]
        let rule: Generator.Rule
        /// Where in a device's memory this rule keeps what it must remember, if it must.
        let slot: Int?
    }

    let steps: [Step]
    /// How many numbers a device must remember.
    let slotCount: Int

    /// Prepares the generators, whose attributes come in this order.
    ///
    /// - Throws: `PayloadError` where a name comes twice.
    public init(_ generators: [Generator]) throws(PayloadError) {
        try Attribute.requireUnique(generators.map(\.name))
        var steps: [Step] = []
        var slots = 0
        for generator in generators {
            var prefix = [steps.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ",")]
            JSONText.append(string: generator.name, to: &prefix)
            prefix.append(UInt8(ascii: ":"))
            var slot: Int?
            switch generator.rule {
            case .walk, .counter: (slot, slots) = (slots, slots + 1)
            case .uniform, .choice, .timestamp, .constant: break
            }
            steps.append(Step(prefix: prefix, rule: generator.rule, slot: slot))
        }
        (self.steps, slotCount) = (steps, slots)
    }
}
