/// A step of the walk, in the order in which they are taken; the raw value stands at the start of its line.
public enum Step: String, CaseIterable, Sendable, Encodable {
    /// Key, certificate, request and CA's certificate: there, readable, belonging together.
    case files
    /// The days that certificates have left, and this machine's clock.
    case dates
    /// Whether the certificate was taken back.
    case crl
    /// The names in certificate and client identifier, by the platform's rule.
    case name
    /// The platform's gateway: name, port, TLS, what answers.
    case gateway
    case login
    /// Whether the platform has the device.
    case device
    /// EJBCA's end entity, or with x509-identity-mgmt the certificate's association with the device.
    case entity
    /// The addresses of the broker's name.
    case dns
    case tcp
    /// Whether it is TLS, and the broker's certificate.
    case tls
    /// Whether our certificate is asked for, and accepted.
    case client
    /// The broker's answer to CONNECT.
    case connack
    /// Whether the device may subscribe to its `config` topic.
    case config
    /// Whether the device may publish to its `attrs` topic.
    case attrs
}
