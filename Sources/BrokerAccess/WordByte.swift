extension UInt8 {
    /// Whether it is a letter, a digit or an underscore in ASCII: `\w`, what Mosca's client identifiers are made of.
    public var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
