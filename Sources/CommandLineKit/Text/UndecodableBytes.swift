extension String {
    /// Decodes bytes as UTF-8 without loss: each byte that is part of no valid sequence becomes one scalar from U+10FF80 to
    /// U+10FFFF, at the end of a private use area.
    ///
    /// `String(decoding:as:)` would replace such bytes, so that a file with another name is opened, or another message sent.
    /// A valid sequence that encodes one of these scalars is preserved byte by byte too, so that ``argumentBytes`` always returns the
    /// original bytes.
    public init(preservingBytes bytes: some Sequence<UInt8>) {
        var (text, parser, bytes) = (String.UnicodeScalarView(), Unicode.UTF8.ForwardParser(), Array(bytes))
        var (rest, start) = (bytes.makeIterator(), 0)
        func appendBytes(_ count: Int) {
            for byte in bytes[start..<start + count] { text.append(Unicode.Scalar(undecodable: byte)) }
            start += count
        }
        while true {
            switch parser.parseScalar(from: &rest) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if scalar.undecodableByte == nil {
                    text.append(scalar)
                    start += encoded.count
                } else {
                    appendBytes(encoded.count)
                }
            case .error(let length): appendBytes(length)
            case .emptyInput:
                self.init(text)
                return
            }
        }
    }

    /// Whether it has bytes in it that are not UTF-8.
    public var hasUndecodableBytes: Bool {
        // The first byte of the reserved scalars' encoding.
        utf8.contains(0xF4) && unicodeScalars.contains { $0.undecodableByte != nil }
    }

    /// The original bytes of a string made by ``init(preservingBytes:)``.
    public var argumentBytes: [UInt8] {
        guard hasUndecodableBytes else { return Array(utf8) }
        return unicodeScalars.flatMap { scalar in scalar.undecodableByte.map { [$0] } ?? Array(String(scalar).utf8) }
    }
}

extension Unicode.Scalar {
    /// The scalar that stands for a byte from 0x80 to 0xFF, which is the only kind that can be undecodable.
    fileprivate init(undecodable byte: UInt8) {
        // U+10FF80 to U+10FFFF are scalars, all of them.
        self = Unicode.Scalar(0x10_FF00 + UInt32(byte)) ?? Unicode.Scalar(byte)
    }

    /// The byte that the scalar stands for; nil where it stands for itself.
    var undecodableByte: UInt8? {
        (0x10_FF80...0x10_FFFF).contains(value) ? UInt8(value & 0xFF) : nil
    }
}
