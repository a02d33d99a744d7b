/// An answer that says no.
struct Refusal: Error {
    /// The answer; where the route writes errors in a form of its own, that form is made of `reason`.
    let response: Response
    /// The status, and what is wrong in words; nil where `response` is all that there is.
    let reason: (status: Int, text: String, detail: JSONValue?)?

    init(_ response: Response) { (self.response, reason) = (response, nil) }

    init(_ status: Int, _ message: String) { self.init(.message(message, status: status)) }

    private init(_ response: Response, reason: (status: Int, text: String, detail: JSONValue?)) {
        (self.response, self.reason) = (response, reason)
    }

    /// As the gateway and x509-identity-mgmt refuse: with a reason, and details where there are any.
    static func reason(_ status: Int, _ text: String, detail: JSONValue? = nil) -> Refusal {
        Refusal(.reason(text, status: status), reason: (status, text, detail))
    }

    /// As EJBCA-REST says no to everything: 400, and what SOAP said.
    static func soap(_ message: String, status: Int = 400) -> Refusal { Refusal(status, "soap message: \(message)") }

    /// As Flask answers where a service's code raised an exception that nobody caught.
    static var uncaughtException: Refusal {
        Refusal(
            Response(
                status: 500, headers: [("Content-Type", "text/html")],
                body: Array(
                    """
                    <!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
                    <title>500 Internal Server Error</title>
                    <h1>Internal Server Error</h1>
                    <p>The server encountered an internal error and was unable to complete your request. Either the server is \
                    overloaded or there is an error in the application.</p>

                    """.utf8)))
    }

    /// As x509-identity-mgmt answers where its code throws what it did not foresee.
    static var unexpectedError: Refusal { .reason(500, "An unexpected error has occurred.") }
}
