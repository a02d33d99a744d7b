import Foundation
import TestSupport

/// What x509-identity-mgmt answers to a request for a certificate.
struct Certified: Decodable {
    let certificatePem: String
    let certificateFingerprint: String
}

/// One page of certificates.
struct CertificateList: Decodable {
    struct Paging: Decodable {
        struct Link: Decodable {
            let number: Int
            let url: String
        }
        let previous: Link?
        let current: Link
        let next: Link?
        let totalItems, totalPages, limitPerPage: Int
    }
    struct Item: Decodable {
        struct Owner: Decodable { let device: String? }
        let fingerprint: String?
        let pem: String?
        let belongsTo: Owner?
        let tenant: String?
    }
    let paging: Paging
    let certificates: [Item]
}

extension Enrolled {
    /// Has a certificate signed by x509-identity-mgmt.
    ///
    /// - Parameter owner: the device that it is to belong to from the start.
    init(
        x509 sandbox: RunningSandbox, device: String = "f60c28", token: String, belongingTo owner: String? = nil
    ) throws {
        folder = try TemporaryFolder()
        clientIdentifier = "\(sandbox.ready.tenant):\(device)"
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        _ = try Self.makeRequest(in: folder, subject: "/CN=\(device)", key: key)
        let answer = try sandbox.certify(folder.read("device.csr"), belongingTo: owner, token: token)
        guard answer.status == 201 else { throw SupportError("certificates: \(answer.status) \(answer.body)") }
        let certified = try decode(Certified.self, answer.body)
        try folder.write(certified.certificatePem + "\n", to: "device.crt")
        try folder.write(certified.certificateFingerprint, to: "fingerprint")
        let authority = try sandbox.request("GET", "/x509/v1/ca", token: token)
        try folder.write((try decode([String: String].self, authority.body)["caPem"] ?? "") + "\n", to: "ca.crt")
    }

    /// The fingerprint that the platform gave with the certificate.
    var fingerprint: String { (try? folder.read("fingerprint")) ?? "" }

    /// The certificate's place in the API.
    var path: String { "/x509/v1/certificates/\(fingerprint)" }
}

extension RunningSandbox {
    /// Asks x509-identity-mgmt for a certificate; of the CSR's PEM the line break at the end is left out, as it must.
    func certify(
        _ pem: String, belongingTo owner: String? = nil, token: String
    ) throws -> (status: Int, body: String) {
        struct Owner: Encodable { let device: String }
        struct Order: Encodable {
            let csr: String
            let belongsTo: Owner?
        }
        let text = pem.hasSuffix("\n") ? String(pem.dropLast()) : pem
        let order = try JSONEncoder().encode(Order(csr: text, belongsTo: owner.map { Owner(device: $0) }))
        return try request(
            "POST", "/x509/v1/certificates", json: String(decoding: order, as: UTF8.self), token: token)
    }

    /// Says whom a certificate belongs to, nobody for nil; gives the status.
    func associate(_ enrolled: Enrolled, with device: String?, token: String) throws -> Int {
        guard let device else { return try request("DELETE", enrolled.path + "/belongsto", token: token).status }
        return try request(
            "PATCH", enrolled.path, json: #"{"belongsTo": {"device": "\#(device)"}}"#, token: token
        ).status
    }

    /// Asks for a page of certificates.
    func certificates(_ query: String = "", token: String) throws -> CertificateList {
        try decode(CertificateList.self, request("GET", "/x509/v1/certificates" + query, token: token).body)
    }
}
