import CLibCrypto

/// Comparing what nobody may learn by measuring time.
enum Secret {
    static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        !left.isEmpty && left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    static func equal(_ left: String, _ right: String) -> Bool { equal(Array(left.utf8), Array(right.utf8)) }
}
