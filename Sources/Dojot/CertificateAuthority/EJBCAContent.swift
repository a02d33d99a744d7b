/// What is sent to EJBCA-REST.
enum EJBCAContent {
    /// `POST /sign/NAME/pkcs10`.
    struct Signature: Encodable {
        let passwd: String
        /// The base64 of the request on one line.
        let certificate: String
    }

    /// `POST /user`: makes an end entity, or sets one that exists to this.
    struct EndEntity: Encodable {
        let username: String
        let password: String
        let caName: String
        /// NEW: may be signed for.
        let status = 10
    }
}
