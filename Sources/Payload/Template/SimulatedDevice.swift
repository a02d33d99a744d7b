/// What one simulated device says, object after object; the same seed says the same again.
///
/// It is a value of five words: its template is shared, its random numbers are its own, and it allocates only when it is made.
public struct SimulatedDevice: Sendable {
    private let template: PayloadTemplate
    private var random: SplitMix64
    /// What counters, walks and replayed tables remember.
    private var memory: [Int64]
    /// Id and label as JSON, where the template asks for them.
    private let names: [[UInt8]]

    /// A device at its beginning, which has no name of its own: its counters are at their first number, its walks somewhere
    /// in their ranges.
    ///
    /// - Parameter stream: which device of a run this is; each has a sequence of its own from the one seed.
    public init(template: PayloadTemplate, seed: UInt64, stream: UInt64 = 0) {
        self.init(template, SplitMix64(seed: seed, stream: stream), id: "", label: "")
    }

    /// A device at its beginning; what it says follows from its id and the run's seed, whichever devices are beside it.
    ///
    /// - Parameter label: What `{"$device": "label"}` says; its id where it has none.
    public init(template: PayloadTemplate, seed: UInt64, id: String, label: String? = nil) {
        self.init(template, SplitMix64(seed: seed, name: id), id: id, label: label ?? id)
    }

    private init(_ template: PayloadTemplate, _ random: SplitMix64, id: String, label: String) {
        self.template = template
        self.random = random
        memory = [Int64](repeating: 0, count: template.slotCount)
        names = template.namesDevice ? [SimulatedDevice.json(id), SimulatedDevice.json(label)] : []
        for step in template.steps {
            guard let slot = step.slot else { continue }
            switch step.rule {
            case .walk(let walk): memory[slot] = walk.first(&self.random)
            case .counter(let first, _): memory[slot] = first
            case .replay(let column): memory[slot] = column.first(&self.random)
            default: break
            }
        }
    }

    private static func json(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONText.append(string: text, to: &bytes)
        return bytes
    }

    /// Appends the next object, on one line, to `buffer`.
    ///
    /// - Parameter time: milliseconds since 1970, UTC.
    public mutating func appendNextObject(to buffer: inout [UInt8], at time: Int64) {
        for step in template.steps {
            buffer.append(contentsOf: step.prefix)
            appendNextValue(of: step, to: &buffer, at: time)
        }
        buffer.append(contentsOf: template.suffix)
    }

    private mutating func appendNextValue(of step: PayloadTemplate.Step, to buffer: inout [UInt8], at time: Int64) {
        switch step.rule {
        case .uniform(let range):
            JSONText.append(random.next(in: range.lower...range.upper), decimals: range.decimals, to: &buffer)
        case .normal(let distribution):
            JSONText.append(distribution.next(&random), decimals: distribution.decimals, to: &buffer)
        case .sine(let sine):
            JSONText.append(sine.value(at: time, &random), decimals: sine.range.decimals, to: &buffer)
        case .choice(let values):
            buffer.append(contentsOf: values[Int(random.next(below: UInt64(values.count)))])
        case .weighted(let choice): buffer.append(contentsOf: choice.next(&random))
        case .boolean(let probability):
            buffer.append(contentsOf: random.nextFraction() < probability ? "true".utf8 : "false".utf8)
        case .timestamp(.milliseconds): JSONText.append(time, to: &buffer)
        case .timestamp(.seconds): JSONText.append(time / 1000, to: &buffer)
        case .timestamp(.iso8601): JSONText.append(iso8601: time, to: &buffer)
        case .device(let field): buffer.append(contentsOf: names[field == .id ? 0 : 1])
        case .constant(let value): buffer.append(contentsOf: value)
        case .walk, .counter, .replay: if let slot = step.slot { appendRemembered(step.rule, slot, to: &buffer) }
        }
    }

    /// Appends the value of a rule that follows from the one before.
    private mutating func appendRemembered(_ rule: Generator.Rule, _ slot: Int, to buffer: inout [UInt8]) {
        switch rule {
        case .walk(let walk):
            JSONText.append(memory[slot], decimals: walk.range.decimals, to: &buffer)
            memory[slot] = walk.next(after: memory[slot], &random)
        case .counter(_, let step):
            JSONText.append(memory[slot], to: &buffer)
            memory[slot] &+= step
        case .replay(let column): memory[slot] = column.append(row: memory[slot], to: &buffer)
        default: break
        }
    }
}
