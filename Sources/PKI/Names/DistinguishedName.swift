import CLibCrypto

/// Who a certificate is for or from: a Name of RFC 5280, section 4.1.2.4.
public struct DistinguishedName: Hashable, Sendable, CustomStringConvertible {
    /// One attribute of the name.
    public struct Attribute: Hashable, Sendable {
        /// OpenSSL's short name of its type, such as "CN", else the numbers of its object identifier.
        public var type: String
        /// Its value as text.
        public var value: String
        /// Whether it shares a relative distinguished name with the attribute before it ("CN = a + UID = b").
        public var isJoined: Bool

        /// Makes an attribute, on its own unless said otherwise.
        public init(type: String, value: String, isJoined: Bool = false) {
            self.type = type
            self.value = value
            self.isJoined = isJoined
        }
    }

    /// The attributes in the order that the certificate has them in, from the widest to the narrowest.
    public var attributes: [Attribute]

    /// Makes a name from its attributes.
    public init(attributes: [Attribute]) { self.attributes = attributes }

    /// Makes a name that has a common name only.
    public init(commonName: String) { self.init(attributes: [Attribute(type: "CN", value: commonName)]) }

    /// The last common name, which is the most specific.
    public var commonName: String? { attributes.last { $0.type == "CN" }?.value }

    /// The name in one line as OpenSSL prints it, such as "C = BR, CN = f60c28", safe for a terminal.
    public var description: String {
        var text = ""
        for (index, attribute) in attributes.enumerated() {
            if index > 0 { text += attribute.isJoined ? " + " : ", " }
            text += "\(attribute.type) = \(Self.escaped(attribute.value))"
        }
        return text
    }

    /// Quotes what would be taken for part of the name's syntax, and shows control characters as their bytes.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
                text += String(scalar).utf8.map { "\\" + ASN1.hexadecimal([$0]) }.joined()
            default: text.unicodeScalars.append(scalar)
            }
        }
        let needsQuotes =
            value.hasPrefix(" ") || value.hasPrefix("#") || value.hasSuffix(" ")
            || value.contains { ",+<>;".contains($0) }
        return needsQuotes ? "\"\(text)\"" : text
    }
}

extension DistinguishedName {
    /// The name that OpenSSL holds.
    init(_ name: OpaquePointer?) {
        attributes = (0..<max(0, X509_NAME_entry_count(name))).map { index in
            let entry = X509_NAME_get_entry(name, index)
            let previous = index > 0 ? X509_NAME_get_entry(name, index - 1) : nil
            let isJoined = previous != nil && X509_NAME_ENTRY_set(entry) == X509_NAME_ENTRY_set(previous)
            return Attribute(
                type: ASN1.name(X509_NAME_ENTRY_get_object(entry)),
                value: ASN1.text(X509_NAME_ENTRY_get_data(entry)), isJoined: isJoined)
        }
    }

    /// The name as OpenSSL holds it, to be freed by the caller.
    ///
    /// - Throws: ``PKIError/Code/invalidName`` where a value is empty or too long (a common name: 64 characters).
    func makeHandle() throws(PKIError) -> OpaquePointer {
        ERR_clear_error()
        guard let name = X509_NAME_new() else { throw PKIError(.cryptography, draining: "cannot make a name") }
        for attribute in attributes {
            let value = Array(attribute.value.utf8)
            let isAdded = X509_NAME_add_entry_by_txt(
                name, attribute.type, MBSTRING_FLAG, value, Int32(clamping: value.count), -1,
                attribute.isJoined ? -1 : 0)
            guard isAdded == 1, !value.isEmpty else {
                X509_NAME_free(name)
                throw PKIError(.invalidName, draining: "cannot make a certificate for \"\(self)\"")
            }
        }
        return name
    }
}
