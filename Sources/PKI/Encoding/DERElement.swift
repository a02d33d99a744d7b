/// One element of DER (X.690): its tag and where it lies. Only its outside is looked at.
struct DERElement {
    let tag: UInt8
    /// Where its contents are.
    let contents: Range<Int>
    /// Whether it says where it ends; what does not is BER, as some programs write PKCS #7.
    let isDefinite: Bool

    static let integer: UInt8 = 0x02
    static let bitString: UInt8 = 0x03
    static let octetString: UInt8 = 0x04
    static let objectIdentifier: UInt8 = 0x06
    static let sequence: UInt8 = 0x30

    /// Reads the element that begins at an offset; its contents may reach beyond the bytes. Nil where there is none.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int = 0) {
        guard offset + 1 < bytes.count, bytes[offset] & 0x1F != 0x1F else { return nil }
        tag = bytes[offset]
        let first = Int(bytes[offset + 1])
        isDefinite = first != 0x80
        guard first > 0x80 else {
            contents = offset + 2..<(isDefinite ? offset + 2 + first : bytes.count)
            return
        }
        // Four bytes of length are 4 GiB: nothing here is larger.
        let count = first - 0x80
        guard count <= 4, offset + 2 + count <= bytes.count else { return nil }
        let length = bytes[offset + 2..<offset + 2 + count].reduce(0) { $0 << 8 | Int($1) }
        contents = offset + 2 + count..<offset + 2 + count + length
    }

    /// The elements inside it, as far as the bytes reach, `most` at most.
    func children(in bytes: UnsafeBufferPointer<UInt8>, most: Int) -> [DERElement] {
        var children: [DERElement] = []
        var offset = contents.lowerBound
        while offset < min(contents.upperBound, bytes.count), children.count < most,
            let child = DERElement(bytes, at: offset)
        {
            children.append(child)
            offset = child.contents.upperBound
        }
        return children
    }
}
