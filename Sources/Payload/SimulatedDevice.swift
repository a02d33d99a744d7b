/// What one simulated device says, object after object; the same seed says the same again.
///
/// It is a value of a few words: its plan is shared, its random numbers are its own, and it allocates only when it is made.
public struct SimulatedDevice: Sendable {
    private let plan: GeneratorPlan
    private var random: SplitMix64
    /// What counters and walks remember.
    private var memory: [Int64]

    /// A device at its beginning: its counters are at 0, its walks somewhere in their ranges.
    ///
    /// - Parameter stream: which device of a run this is; each has a sequence of its own from the one seed.
    public init(plan: GeneratorPlan, seed: UInt64, stream: UInt64 = 0) {
        self.plan = plan
        random = SplitMix64(seed: seed, stream: stream)
        memory = [Int64](repeating: 0, count: plan.slotCount)
        for step in plan.steps {
            guard case .walk(let range) = step.rule, let slot = step.slot else { continue }
            memory[slot] = random.next(in: range.lower...range.upper)
        }
    }

    /// Appends the next object, on one line, to `buffer`.
    ///
    /// - Parameter time: milliseconds since 1970, UTC.
    public mutating func appendNextObject(to buffer: inout [UInt8], at time: Int64) {
        if plan.steps.isEmpty { buffer.append(UInt8(ascii: "{")) }
        for step in plan.steps {
            buffer.append(contentsOf: step.prefix)
            appendNextValue(of: step, to: &buffer, at: time)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    private mutating func appendNextValue(of step: GeneratorPlan.Step, to buffer: inout [UInt8], at time: Int64) {
        switch step.rule {
        case .uniform(let range):
            JSONText.append(random.next(in: range.lower...range.upper), decimals: range.decimals, to: &buffer)
        case .walk(let range):
            let slot = step.slot ?? 0
            JSONText.append(memory[slot], decimals: range.decimals, to: &buffer)
            memory[slot] = random.nextStep(from: memory[slot], in: range)
        case .choice(let values):
            buffer.append(contentsOf: values[Int(random.next(below: UInt64(values.count)))])
        case .counter:
            let slot = step.slot ?? 0
            memory[slot] &+= 1
            JSONText.append(memory[slot], to: &buffer)
        case .timestamp: JSONText.append(time, to: &buffer)
        case .constant(let value): buffer.append(contentsOf: value)
        }
    }
}

extension SplitMix64 {
    /// A number of `range`, whose ends must be less than 2^63 apart.
    fileprivate mutating func next(in range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next(below: UInt64(range.upperBound - range.lowerBound) + 1))
    }

    fileprivate mutating func nextStep(from value: Int64, in range: DecimalRange) -> Int64 {
        let longest = min(max(range.span / 20, 1), range.span)
        let moved = value + next(in: -longest...longest)
        // Reflected at the bounds; a step is never longer than the range, so once is enough.
        if moved > range.upper { return 2 * range.upper - moved }
        if moved < range.lower { return 2 * range.lower - moved }
        return moved
    }
}
