import CommandLineKit

/// What comes from outside, on a terminal: line breaks and tabs as they are, all else that steers a terminal, and what is no
/// UTF-8, as bytes ("\1B").
enum TerminalText {
    static func append(_ bytes: some Collection<UInt8>, to output: inout [UInt8]) {
        if bytes.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == UInt8(ascii: "\n") }) {
            return output.append(contentsOf: bytes)
        }
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var rest = bytes[...]
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                let isShown = !scalar.steersTerminals || scalar == "\n" || scalar == "\t"
                let part = rest.prefix(encoded.count)
                if isShown { output.append(contentsOf: part) } else { appendHexadecimal(part, to: &output) }
                rest = rest.dropFirst(encoded.count)
            case .error(let length):
                appendHexadecimal(rest.prefix(length), to: &output)
                rest = rest.dropFirst(length)
            case .emptyInput: return
            }
        }
    }

    private static func appendHexadecimal(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        for byte in bytes {
            output.append(UInt8(ascii: "\\"))
            OutputFormat.appendHexadecimal([byte], isUpper: true, to: &output)
        }
    }
}
