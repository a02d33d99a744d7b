/// A certificate as EJBCA's web service shows it.
struct EJBCACertificate: Encodable {
    private let certificateData: String
    private let type = 0

    private enum CodingKeys: CodingKey { case certificate, keyStore, type, certificateData }

    init(_ certificate: IssuedCertificate) { certificateData = certificate.der }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeNil(forKey: .certificate)
        try container.encodeNil(forKey: .keyStore)
        try container.encode(type, forKey: .type)
        try container.encode(certificateData, forKey: .certificateData)
    }
}
