import FoundationEssentials

extension RunSummary {
    /// The summary as `summary.json` has it: indented, its names in order.
    public var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Every number in it is finite: nothing else can fail.
        return ((try? encoder.encode(self)).map(Array.init) ?? []) + [UInt8(ascii: "\n")]
    }

    /// Reads what another run wrote.
    ///
    /// - Throws: `FleetError` with `.invalidSummary`.
    public init(json: [UInt8]) throws(FleetError) {
        do {
            self = try JSONDecoder().decode(RunSummary.self, from: Data(json))
        } catch let error as DecodingError {
            throw FleetError(.invalidSummary, "it is no summary of a run: \(Self.reason(error))")
        } catch {
            throw FleetError(.invalidSummary, "it is no summary of a run")
        }
        guard version == 1 else { throw FleetError(.invalidSummary, "it is a summary of version \(version), not 1") }
    }

    private static func reason(_ error: DecodingError) -> String {
        let path = { (path: [any CodingKey]) in path.map(\.stringValue).joined(separator: ".") }
        return switch error {
        case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(path(context.codingPath)) is not what it should be"
        default: "it is not JSON"
        }
    }
}
