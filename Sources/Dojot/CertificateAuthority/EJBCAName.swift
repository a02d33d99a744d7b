import PKI

/// A distinguished name as EJBCA writes it, such as `CN=IOTmidCA,O=EJBCA IOT,C=SE`.
///
/// EJBCA-REST passes the CA of `/ca/CA/certificate/…` to `revokeCert` and `checkRevokationStatus` of EJBCA's web service, which want the
/// issuer's distinguished name; for a CA's name EJBCA answers `Could not find CA with name null and ID 0` (dojot/ejbca-rest v0.4.3,
/// RESTmain.py; seen on the real service).
struct EJBCAName: CustomStringConvertible {
    /// The types in EJBCA's order, from the narrowest to the widest, with their names in EJBCA and in OpenSSL
    /// (Keyfactor/ejbca-ce, DnComponents.java and CeSecoreNameStyle.java).
    private static let types = [
        ("STREET", "street"), ("Pseudonym", "pseudonym"), ("TelephoneNumber", "telephoneNumber"),
        ("PostalAddress", "postalAddress"), ("BusinessCategory", "businessCategory"), ("PostalCode", "postalCode"),
        ("unstructuredAddress", "unstructuredAddress"), ("unstructuredName", "unstructuredName"),
        ("E", "emailAddress"), ("DN", "dnQualifier"), ("UID", "UID"), ("CN", "CN"), ("Name", "name"),
        ("SN", "serialNumber"), ("GIVENNAME", "GN"), ("INITIALS", "initials"), ("SURNAME", "SN"), ("T", "title"),
        ("OU", "OU"), ("organizationIdentifier", "organizationIdentifier"), ("O", "O"), ("L", "L"), ("ST", "ST"),
        ("DC", "DC"), ("C", "C"),
    ]

    let description: String

    init(_ name: DistinguishedName) {
        var attributes = name.attributes.map { attribute in
            let rank = Self.types.firstIndex { $0.1 == attribute.type } ?? Self.types.count
            let type = rank < Self.types.count ? Self.types[rank].0 : attribute.type
            return (rank: rank, text: "\(type)=\(Self.escaped(attribute.value))")
        }
        // EJBCA's own certificates begin with the narrowest, unless the CA uses X.500 order.
        if let first = attributes.first, let last = attributes.last, last.rank < first.rank { attributes.reverse() }
        let sorted = attributes.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        description = sorted.map(\.element.text).joined(separator: ",")
    }

    /// The name as one segment of a path.
    var pathSegment: String { DeviceContent.queryValue(description) }

    /// RFC 4514, section 2.4, as Bouncy Castle does it.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value {
            if "\\\",+<>;=".contains(character) { text += "\\" }
            text.append(character)
        }
        if text.hasPrefix("#") || text.hasPrefix(" ") { text = "\\" + text }
        if value.count > 1, text.hasSuffix(" ") { text = text.dropLast() + "\\ " }
        return text
    }
}
