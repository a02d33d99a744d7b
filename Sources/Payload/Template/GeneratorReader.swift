/// Reads one generator of a template: `{"$uniform": [20, 30], "decimals": 1}`.
struct GeneratorReader {
    let name: JSONElement.Member
    var options: JSONMembers
    private(set) var tables: Tables

    /// The generators, by their names.
    private enum Kind: String, CaseIterable {
        case uniform = "$uniform"
        case normal = "$normal"
        case walk = "$walk"
        case sine = "$sine"
        case choice = "$choice"
        case boolean = "$boolean"
        case counter = "$counter"
        case timestamp = "$timestamp"
        case replay = "$replay"
        case device = "$device"
        case constant = "$constant"
    }

    init(_ members: [JSONElement.Member], of element: JSONElement, tables: Tables) throws(PayloadError) {
        let kinds = members.filter { $0.name.hasPrefix("$") }
        if kinds.count > 1 {
            throw PayloadError(
                "a value has one generator, and \"\(kinds[0].name.shown)\" is one already", at: kinds[1].position)
        }
        name = kinds[0]
        options = try JSONMembers(members, of: name.name)
        _ = options.take { $0.hasPrefix("$") }
        self.tables = tables
    }

    /// The rule, with nothing left that it does not know.
    mutating func rule() throws(PayloadError) -> Generator.Rule {
        guard let kind = Kind(rawValue: name.name) else {
            throw JSONMembers.unknown(name, "there is no generator", among: Kind.allCases.map(\.rawValue))
        }
        let rule = try rule(of: kind)
        try options.finish()
        return rule
    }

    private mutating func rule(of kind: Kind) throws(PayloadError) -> Generator.Rule {
        switch kind {
        case .uniform: .uniform(try range())
        case .normal: .normal(try normal())
        case .walk: .walk(try walk())
        case .sine: .sine(try sine())
        case .choice: try choice()
        case .boolean: .boolean(try probability())
        case .counter: try counter()
        case .timestamp: .timestamp(try word(value, name.name))
        case .replay: .replay(try replay())
        case .device: .device(try word(value, name.name))
        case .constant: .constant(Array(value.text))
        }
    }

    var value: JSONElement { name.value }

    // MARK: - Words and values

    private mutating func choice() throws(PayloadError) -> Generator.Rule {
        let values = try value.array(for: name.name)
        guard !values.isEmpty else { throw value.error("\(name.name) has nothing to choose from") }
        let texts = values.map { Array($0.text) }
        guard let weights = options.take("weights") else { return .choice(texts) }
        let numbers = try weights.array(for: "weights").map { (element) throws(PayloadError) -> UInt64 in
            guard let weight = UInt32(exactly: try element.integer(for: "a weight")) else {
                throw element.error("a weight is a whole number from 0 to \(UInt32.max)")
            }
            return UInt64(weight)
        }
        guard numbers.count == values.count else {
            throw weights.error("there are \(values.count) values to choose from, and \(numbers.count) weights")
        }
        guard numbers.contains(where: { $0 > 0 }) else { throw weights.error("one of the weights is more than 0") }
        return .weighted(WeightedChoice(texts, weights: numbers))
    }

    private mutating func replay() throws(PayloadError) -> ReplayedColumn {
        let path = try value.string(for: name.name)
        let column = try options.take("column").map { (element) throws(PayloadError) in
            try element.string(for: "column")
        }
        let start = try options.take("start").map { (element) throws(PayloadError) -> ReplayedColumn.Start in
            try word(element, "start")
        }
        do throws(PayloadError) {
            return try ReplayedColumn(column, of: try tables.content(of: path), start: start ?? .first)
        } catch {
            throw value.error("\(path.shown): \(error.message)")
        }
    }

    /// One of the few words that a type has.
    private func word<Word: RawRepresentable & CaseIterable>(
        _ element: JSONElement, _ what: String
    ) throws(PayloadError) -> Word where Word.RawValue == String {
        let known = Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
        guard let word = Word(rawValue: try element.string(for: what)) else {
            throw element.error("\(what) is \(known)")
        }
        return word
    }
}
