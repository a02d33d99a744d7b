/// Lays out JSON that is known to be right anew: without white space, or indented as mosquitto_sub's `--pretty` does.
struct JSONReformatter {
    private let input: [UInt8]
    private let isPretty: Bool
    private var index = 0

    /// - Parameter depth: how deep the value stands in what is around it.
    static func append(_ json: [UInt8], isPretty: Bool, depth: Int = 0, to output: inout [UInt8]) {
        var reformatter = JSONReformatter(input: json, isPretty: isPretty)
        reformatter.value(depth, &output)
    }

    private init(input: [UInt8], isPretty: Bool) {
        self.input = input
        self.isPretty = isPretty
    }

    private mutating func value(_ depth: Int, _ output: inout [UInt8]) {
        skipSpace()
        guard index < input.count else { return }
        switch input[index] {
        case UInt8(ascii: "{"): object(depth, &output)
        case UInt8(ascii: "["): array(depth, &output)
        case UInt8(ascii: "\""): string(&output)
        default:
            while index < input.count, !Self.endsLiteral(input[index]) {
                output.append(input[index])
                index += 1
            }
        }
    }

    private mutating func object(_ depth: Int, _ output: inout [UInt8]) {
        index += 1
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        while true {
            skipSpace()
            guard index < input.count, input[index] != UInt8(ascii: "}") else { break }
            if input[index] == UInt8(ascii: ",") {
                index += 1
                skipSpace()
            }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            newLine(depth + 1, &output)
            string(&output)
            skipSpace()
            index += 1
            output.append(UInt8(ascii: ":"))
            if isPretty { output.append(UInt8(ascii: "\t")) }
            value(depth + 1, &output)
        }
        index += 1
        newLine(depth, &output)
        output.append(UInt8(ascii: "}"))
    }

    private mutating func array(_ depth: Int, _ output: inout [UInt8]) {
        index += 1
        output.append(UInt8(ascii: "["))
        while true {
            skipSpace()
            guard index < input.count, input[index] != UInt8(ascii: "]") else { break }
            if input[index] == UInt8(ascii: ",") {
                index += 1
                output.append(UInt8(ascii: ","))
                if isPretty { output.append(UInt8(ascii: " ")) }
            }
            value(depth + 1, &output)
        }
        index += 1
        output.append(UInt8(ascii: "]"))
    }

    private mutating func string(_ output: inout [UInt8]) {
        let start = index
        index += 1
        while index < input.count, input[index] != UInt8(ascii: "\"") {
            index += input[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(index + 1, input.count)
        output += input[start..<index]
    }

    private func newLine(_ depth: Int, _ output: inout [UInt8]) {
        guard isPretty else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: "\t"), count: depth))
    }

    private mutating func skipSpace() {
        while index < input.count, " \t\r\n".utf8.contains(input[index]) { index += 1 }
    }

    private static func endsLiteral(_ byte: UInt8) -> Bool { ",]} \t\r\n".utf8.contains(byte) }
}
