import PKI

/// What EJBCA-REST answers to a success.
enum EJBCAAnswer {
    /// `GET /ca`.
    struct Authorities: Decodable {
        let authorities: [Entry]

        enum CodingKeys: String, CodingKey {
            case authorities = "CAs"
        }

        struct Entry: Decodable {
            let name: String
        }
    }

    /// `GET /ca/NAME`.
    struct Authority: Decodable {
        /// DER in base64 with line breaks, and no PEM lines.
        let certificate: String
    }

    /// `GET /user/NAME/find`.
    struct Certificates: Decodable {
        let certs: [Entry]

        struct Entry: Decodable {
            let certificateData: String
        }
    }

    /// `GET /user/NAME`.
    struct EndEntities: Decodable {
        let user: [Entry]

        struct Entry: Decodable {
            let status: EndEntityStatus?

            private enum CodingKeys: String, CodingKey { case status }

            /// Most often that there is one is all that is of interest: a status of another shape is none.
            init(from decoder: any Decoder) throws {
                let number = try? decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .status)
                status = number.map(EndEntityStatus.init)
            }
        }
    }

    /// `POST /sign/NAME/pkcs10`.
    struct Signature: Decodable {
        let status: Status

        struct Status: Decodable {
            let data: String
            let responseType: String
        }

        /// The certificate in the answer; of several in a PKCS #7 the one with the key that was asked for.
        func certificate(for key: PublicKey, in exchange: GatewayExchange) throws(DojotError) -> Certificate {
            switch status.responseType {
            case "CERTIFICATE":
                return try EJBCAAnswer.certificate(status.data, in: exchange)
            case "PKCS7":
                let certificates: [Certificate]
                do {
                    certificates = try PKCS7.certificates(der: EJBCAAnswer.decode(status.data))
                } catch {
                    throw exchange.violation("the answer's PKCS #7 cannot be read: \(error.message)")
                }
                guard let match = certificates.first(where: { $0.publicKey == key }) ?? certificates.first else {
                    throw exchange.violation("the answer's PKCS #7 has no certificate in it")
                }
                return match
            default:
                throw exchange.violation(
                    "the answer is of type \(ServerText.quoted(status.responseType)), not CERTIFICATE or PKCS7")
            }
        }
    }

    /// `GET /ca/NAME/crl`.
    struct RevocationList: Decodable {
        /// DER in base64.
        let content: String

        enum CodingKeys: String, CodingKey {
            case content = "CRL"
        }

        func list(in exchange: GatewayExchange) throws(DojotError) -> CertificateRevocationList {
            do {
                return try CertificateRevocationList(der: EJBCAAnswer.decode(content))
            } catch {
                throw exchange.violation("the answer's revocation list cannot be read: \(error.message)")
            }
        }
    }

    /// `GET /ca/NAME/certificate/SERIAL/status`.
    struct Status: Decodable {
        let status: Revocation

        struct Revocation: Decodable {
            /// "NOTREVOKED", or why it was.
            let reason: String
        }

        var state: CertificateStanding.State {
            status.reason == "NOTREVOKED" ? .valid : .revoked(RevocationReason(rawValue: status.reason))
        }
    }

    /// The certificate in base64 of DER.
    static func certificate(_ text: String, in exchange: GatewayExchange) throws(DojotError) -> Certificate {
        do {
            return try Certificate(der: decode(text))
        } catch {
            throw exchange.violation("the answer's certificate cannot be read: \(error.message)")
        }
    }

    /// Releases differ in how they break lines: LF, CRLF or not at all.
    private static func decode(_ text: String) throws(PKIError) -> [UInt8] { try Base64.decode(text) }
}
