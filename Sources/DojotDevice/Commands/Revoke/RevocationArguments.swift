import CommandLineKit
import PKI

/// Why a certificate is revoked, by EJBCA's names, in any case.
struct RevocationReasonArgument: ExpressibleByArgument, CustomStringConvertible {
    let reason: RevocationReason

    static let valueName = "reason"
    /// All but the one that takes a revocation back.
    static let allValues = RevocationReason.allCases.filter { $0 != .removeFromCRL }.map(\.rawValue)

    init(reason: RevocationReason) { self.reason = reason }

    init(argument: String) throws(UsageError) {
        let name = argument.uppercased()
        guard Self.allValues.contains(name), let reason = RevocationReason(rawValue: name) else {
            guard name != RevocationReason.removeFromCRL.rawValue else {
                throw UsageError("\(name) revokes nothing: it takes a certificate off hold")
            }
            throw UsageError.choice(name, of: Self.allValues)
        }
        self.reason = reason
    }

    var description: String { reason.rawValue }
}

/// A certificate's serial number as somebody has it from elsewhere: hexadecimal, with colons or without, or decimal.
struct SerialArgument: ExpressibleByArgument {
    /// The numbers that it can mean, the likeliest first.
    let candidates: [SerialNumber]

    static let valueName = "number"

    init(argument: String) throws(UsageError) {
        var text = argument.filter { $0 != ":" }
        if text.lowercased().hasPrefix("0x") { text = String(text.dropFirst(2)) }
        candidates = [SerialNumber(hexadecimal: text), SerialNumber(decimal: argument)].compactMap(\.self)
        guard !candidates.isEmpty else { throw UsageError("'\(argument)' is no serial number: hexadecimal or decimal") }
    }

    /// The first of these that it can mean: a number of decimal digits alone may be both.
    func first<Value>(in values: [Value], _ number: (Value) -> SerialNumber) -> Value? {
        for candidate in candidates {
            if let found = values.first(where: { number($0) == candidate }) { return found }
        }
        return nil
    }

    /// The entry of a list that it can mean.
    func entry(in list: CertificateRevocationList) -> CertificateRevocationList.Entry? {
        candidates.lazy.compactMap { list.entry(serialNumber: $0) }.first
    }
}
