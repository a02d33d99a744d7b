/// An answer that says no.
struct Refusal: Error {
    let response: Response

    init(_ response: Response) { self.response = response }

    init(_ status: Int, _ message: String) { response = .message(message, status: status) }

    /// As x509-identity-mgmt says no: with a reason alone.
    static func reason(_ status: Int, _ text: String) -> Refusal { Refusal(.reason(text, status: status)) }

    /// As EJBCA-REST says no to everything: 400, and what SOAP said.
    static func soap(_ message: String, status: Int = 400) -> Refusal { Refusal(status, "soap message: \(message)") }
}
