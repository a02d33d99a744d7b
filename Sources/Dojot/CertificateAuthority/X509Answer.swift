import PKI

/// What x509-identity-mgmt answers to a success.
enum X509Answer {
    /// `GET /ca`.
    struct Authority: Decodable {
        let caPem: String
    }

    /// `GET /ca/crl`.
    struct RevocationList: Decodable {
        let crl: String

        func list(in exchange: GatewayExchange) throws(DojotError) -> CertificateRevocationList {
            do {
                return try CertificateRevocationList(pem: Array(crl.utf8))
            } catch {
                throw exchange.violation("the answer's revocation list cannot be read: \(error.message)")
            }
        }
    }

    /// `POST /certificates`.
    struct Signature: Decodable {
        let certificatePem: String
    }

    /// Whom a certificate belongs to: a device, an application, or nobody.
    struct Owner: Decodable {
        let device: String?
    }

    /// `GET /certificates/FINGERPRINT`, and an item of the list; only what was asked for is there.
    struct Item: Decodable {
        let pem: String?
        let belongsTo: Owner?
    }

    /// `GET /certificates`.
    struct Page: Decodable {
        struct Paging: Decodable {
            let totalPages: Int?
        }

        let paging: Paging
        let certificates: [Item]
    }

    /// The certificate in PEM.
    static func certificate(_ text: String, in exchange: GatewayExchange) throws(DojotError) -> Certificate {
        do {
            return try Certificate(pem: Array(text.utf8))
        } catch {
            throw exchange.violation("the answer's certificate cannot be read: \(error.message)")
        }
    }
}
