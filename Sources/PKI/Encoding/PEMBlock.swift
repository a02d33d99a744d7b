import CLibCrypto

/// One block of a PEM text, found by its lines and not decoded yet.
struct PEMBlock {
    /// What its BEGIN line says, such as "CERTIFICATE".
    let label: String
    /// The number of its BEGIN line, from 1; of its END line where there is no other.
    let line: Int
    /// Whether it has a BEGIN line: OpenSSL looks for it at the beginning of a line, not behind a byte order mark.
    let hasBeginning: Bool
    /// Where it is in the text, both of its lines included; one that breaks off ends where the next begins.
    let range: Range<Int>

    /// All blocks of a text, in its order, also those that break off.
    static func all(in text: UnsafeBufferPointer<UInt8>) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var begun: (label: String, line: Int, start: Int)?
        func end(at end: Int) {
            guard let block = begun else { return }
            blocks.append(
                PEMBlock(label: block.label, line: block.line, hasBeginning: true, range: block.start..<end))
            begun = nil
        }
        var (start, number) = (0, 0)
        while start < text.count {
            let line = text[start..<(text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count)]
            let next = min(line.endIndex + 1, text.count)
            number += 1
            if let label = label(of: line, after: "-----BEGIN ") {
                end(at: start)
                begun = (label, number, start)
            } else if let label = label(of: line, after: "-----END ") {
                if begun == nil {
                    blocks.append(PEMBlock(label: label, line: number, hasBeginning: false, range: start..<next))
                }
                end(at: next)
            }
            start = next
        }
        end(at: text.count)
        return blocks
    }

    /// Hands over its RFC 1421 headers and what it encodes, which is wiped afterwards; nil where it is broken.
    func decoded<Result>(
        in text: UnsafeBufferPointer<UInt8>, _ body: (_ headers: String, _ der: UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result? {
        ERR_clear_error()
        let bytes = UnsafeBufferPointer(rebasing: text[range])
        guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
        defer { BIO_free(bio) }
        var (name, headers): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?) = (nil, nil)
        var (data, count): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
        guard PEM_read_bio(bio, &name, &headers, &data, &count) == 1 else { return nil }
        defer {
            shim_OPENSSL_free(name)
            shim_OPENSSL_free(headers)
            shim_OPENSSL_clear_free(data, count)
        }
        return body(headers.map { String(cString: $0) } ?? "", UnsafeBufferPointer(start: data, count: count))
    }

    /// What a BEGIN or END line says; nil where the line is none.
    private static func label(of line: Slice<UnsafeBufferPointer<UInt8>>, after prefix: StaticString) -> String? {
        var line = line
        while let last = line.last, last == UInt8(ascii: " ") || last == 9 || last == 13 { line = line.dropLast() }
        let start = UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
        guard line.starts(with: start), line.dropFirst(start.count).suffix(5).elementsEqual("-----".utf8) else {
            return nil
        }
        return String(decoding: line.dropFirst(start.count).dropLast(5), as: UTF8.self)
    }
}
