import CLibCrypto

/// One block of a PEM text, found by its lines and not decoded yet.
struct PEMBlock {
    /// What its BEGIN line says, such as "CERTIFICATE". It may be anything, also a key: messages show ``shownLabel``.
    let label: String
    /// The number of its BEGIN line, from 1; of its END line where there is no other.
    let line: Int
    /// Whether it has a BEGIN line: OpenSSL looks for it at the beginning of a line, not behind a byte order mark.
    let hasBeginning: Bool
    /// Where it is in the text, both of its lines included; one that breaks off ends where the next begins.
    let range: Range<Int>

    /// The label for a message: in quotes where it is written as RFC 7468, section 3, and OpenSSL write labels, and no longer than those
    /// are; else no part of it, since it may be a key whose lines were joined.
    var shownLabel: String {
        let isPlain =
            label.utf8.count <= 40
            && label.split(separator: " ", omittingEmptySubsequences: false).allSatisfy { word in
                (1...12).contains(word.utf8.count) && word.utf8.allSatisfy(Self.isLabelByte)
            }
        return isPlain ? "\"\(label)\"" : "PEM block of an unknown kind"
    }

    /// Whether its lines have been joined into one, as a shell does that does not quote them, or end in CR alone.
    var isFolded: Bool { label.contains("-----") }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "#") || byte == UInt8(ascii: ".")
    }

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
