import CLibCrypto

/// Extensions to be put into a certificate, request or CRL (RFC 5280, section 4.2).
struct Extensions: ~Copyable {
    private(set) var handle: OpaquePointer?

    init() { handle = shim_sk_X509_EXTENSION_new_null() }

    deinit { shim_sk_X509_EXTENSION_pop_free(handle) }

    mutating func add(_ usage: KeyUsage, isCritical: Bool) throws(PKIError) {
        let bits = ASN1_BIT_STRING_new()
        defer { ASN1_BIT_STRING_free(bits) }
        for bit in 0..<Int32(KeyUsage.names.count) where usage.rawValue & 1 << UInt16(bit) != 0 {
            ASN1_BIT_STRING_set_bit(bits, bit, 1)
        }
        try add(NID_key_usage, bits, isCritical: isCritical)
    }

    /// Says whether the subject is a certificate authority, and how many may stand below it.
    mutating func add(isAuthority: Bool, pathLength: Int? = nil, isCritical: Bool) throws(PKIError) {
        guard let constraints = BASIC_CONSTRAINTS_new() else {
            throw PKIError(.cryptography, draining: "cannot make a certificate's extensions")
        }
        defer { BASIC_CONSTRAINTS_free(constraints) }
        constraints.pointee.ca = isAuthority ? 0xFF : 0
        if let pathLength {
            constraints.pointee.pathlen = ASN1_INTEGER_new()
            ASN1_INTEGER_set_int64(constraints.pointee.pathlen, Int64(pathLength))
        }
        try add(NID_basic_constraints, constraints, isCritical: isCritical)
    }

    mutating func add(_ names: [GeneralName]) throws(PKIError) {
        guard !names.isEmpty else { return }
        let stack = shim_sk_GENERAL_NAME_new_null()
        defer { GENERAL_NAMES_free(stack) }
        for name in names {
            let handle = try name.makeHandle()
            guard shim_sk_GENERAL_NAME_push(stack, handle) > 0 else {
                GENERAL_NAME_free(handle)
                throw PKIError(.cryptography, draining: "cannot make a certificate's extensions")
            }
        }
        try add(NID_subject_alt_name, UnsafeMutableRawPointer(stack), isCritical: false)
    }

    /// Adds an extension in OpenSSL's own words (x509v3_config(5)): never with text from elsewhere in `value`.
    mutating func add(
        _ identifier: Int32, value: StaticString, issuer: OpaquePointer?, subject: OpaquePointer?
    ) throws(PKIError) {
        try add(identifier, value: String(describing: value), issuer: issuer, subject: subject)
    }

    mutating func add(_ purposes: [ExtendedKeyUsage]) throws(PKIError) {
        guard !purposes.isEmpty else { return }
        try add(NID_ext_key_usage, value: purposes.map(\.rawValue).joined(separator: ","), issuer: nil, subject: nil)
    }

    private mutating func add(
        _ identifier: Int32, value: String, issuer: OpaquePointer?, subject: OpaquePointer?
    ) throws(PKIError) {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, subject, nil, nil, 0)
        guard let made = X509V3_EXT_nconf_nid(nil, &context, identifier, value) else {
            throw PKIError(.cryptography, draining: "cannot make a certificate's extensions")
        }
        guard shim_sk_X509_EXTENSION_push(handle, made) > 0 else {
            X509_EXTENSION_free(made)
            throw PKIError(.cryptography, draining: "cannot make a certificate's extensions")
        }
    }

    private mutating func add(
        _ identifier: Int32, _ value: UnsafeMutableRawPointer?, isCritical: Bool
    ) throws(PKIError) {
        guard value != nil, X509V3_add1_i2d(&handle, identifier, value, isCritical ? 1 : 0, 0) == 1 else {
            throw PKIError(.cryptography, draining: "cannot make a certificate's extensions")
        }
    }

    /// Adds each of them, in order, by X509_add_ext or X509_CRL_add_ext, which copy it.
    func add(by add: (OpaquePointer?) -> Int32) throws(PKIError) {
        for index in 0..<shim_sk_X509_EXTENSION_num(handle) {
            guard add(shim_sk_X509_EXTENSION_value(handle, index)) == 1 else {
                throw PKIError(.cryptography, draining: "cannot make a certificate's extensions")
            }
        }
    }
}

/// Reads extensions of a certificate, request or CRL.
enum ExtensionReader {
    static func subjectAlternativeNames(_ stack: OpaquePointer?) -> [GeneralName] {
        guard let found = X509V3_get_d2i(stack, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(found)
        defer { GENERAL_NAMES_free(names) }
        return (0..<shim_sk_GENERAL_NAME_num(names)).compactMap { index in
            shim_sk_GENERAL_NAME_value(names, index).map(GeneralName.init)
        }
    }

    static func keyUsage(_ stack: OpaquePointer?) -> KeyUsage? {
        guard let found = X509V3_get_d2i(stack, NID_key_usage, nil, nil) else { return nil }
        let bits = found.assumingMemoryBound(to: ASN1_BIT_STRING.self)
        defer { ASN1_BIT_STRING_free(bits) }
        let set = (0..<KeyUsage.names.count).filter { ASN1_BIT_STRING_get_bit(bits, Int32($0)) == 1 }
        return set.reduce(into: []) { $0.insert(KeyUsage(rawValue: 1 << UInt16($1))) }
    }

    /// The purposes by OpenSSL's names, such as "clientAuth".
    static func extendedKeyUsage(_ stack: OpaquePointer?) -> [String] {
        guard let found = X509V3_get_d2i(stack, NID_ext_key_usage, nil, nil) else { return [] }
        let objects = OpaquePointer(found)
        defer { shim_sk_ASN1_OBJECT_pop_free(objects) }
        return (0..<shim_sk_ASN1_OBJECT_num(objects)).map { ASN1.name(shim_sk_ASN1_OBJECT_value(objects, $0)) }
    }

    /// Whether the subject says that it is a certificate authority; nil where it says nothing.
    static func isAuthority(_ stack: OpaquePointer?) -> Bool? {
        guard let found = X509V3_get_d2i(stack, NID_basic_constraints, nil, nil) else { return nil }
        let constraints = found.assumingMemoryBound(to: BASIC_CONSTRAINTS.self)
        defer { BASIC_CONSTRAINTS_free(constraints) }
        return constraints.pointee.ca != 0
    }

    /// How many authorities may stand between the subject and a certificate that signs no others; nil for no limit.
    static func pathLength(_ stack: OpaquePointer?) -> Int? {
        guard let found = X509V3_get_d2i(stack, NID_basic_constraints, nil, nil) else { return nil }
        let constraints = found.assumingMemoryBound(to: BASIC_CONSTRAINTS.self)
        defer { BASIC_CONSTRAINTS_free(constraints) }
        var length: Int64 = 0
        guard constraints.pointee.pathlen != nil,
            ASN1_INTEGER_get_int64(&length, constraints.pointee.pathlen) == 1
        else { return nil }
        return Int(length)
    }

    /// Whether an extension is there and marked as critical; nil where it is not there.
    static func isCritical(_ identifier: Int32, _ stack: OpaquePointer?) -> Bool? {
        let index = X509v3_get_ext_by_NID(stack, identifier, -1)
        guard index >= 0 else { return nil }
        return X509_EXTENSION_get_critical(X509v3_get_ext(stack, index)) == 1
    }
}
