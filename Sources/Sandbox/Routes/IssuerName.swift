import PKI

/// The issuer of a certificate as EJBCA's web service takes it: by its distinguished name, and by no other name.
///
/// EJBCA knows a CA by a number, the hash code that Java gives to its name in EJBCA's own order of attributes (`stringToBCDNString`): that
/// of `CN=IOTmidCA,O=EJBCA IOT,C=SE` is 576968287, as docs/apiary.apib of ejbca-rest has it. A text without attributes has none of them,
/// and the number 0.
struct IssuerName {
    /// The name in EJBCA's order, such as "CN=IOTmidCA,O=EJBCA IOT,C=SE".
    let text: String

    /// EJBCA's order of the attributes that a CA's name may have; others come first.
    private static let order = ["E", "UID", "CN", "SERIALNUMBER", "GN", "SN", "T", "OU", "O", "L", "ST", "DC", "C"]

    /// Reads a name with its attributes in any order.
    init(_ text: String) {
        var attributes: [(type: String, value: String)] = []
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1).map { part in
                String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            if pair.count == 2, !pair[1].isEmpty { attributes.append((pair[0].uppercased(), pair[1])) }
        }
        self.init(attributes)
    }

    init(_ name: DistinguishedName) { self.init(name.attributes.map { ($0.type.uppercased(), $0.value) }) }

    private init(_ attributes: [(type: String, value: String)]) {
        let places = Dictionary(uniqueKeysWithValues: Self.order.enumerated().map { ($1, $0) })
        let sorted = attributes.enumerated().sorted { first, second in
            let (one, other) = (places[first.element.type] ?? -1, places[second.element.type] ?? -1)
            return (one, first.offset) < (other, second.offset)
        }
        text = sorted.map { "\($0.element.type)=\($0.element.value)" }.joined(separator: ",")
    }

    /// EJBCA's number of the CA: `String.hashCode()` of Java.
    var identifier: Int32 { text.utf16.reduce(0) { $0 &* 31 &+ Int32($1) } }
}
