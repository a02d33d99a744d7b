/// What a route answers.
struct Response: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    init(status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A JSON answer.
    static func json(_ value: some Encodable, status: Int = 200) -> Response {
        json(bytes: JSON.encode(value), status: status)
    }

    /// A JSON answer that is encoded already.
    static func json(bytes: [UInt8], status: Int = 200) -> Response {
        Response(status: status, headers: [("Content-Type", "application/json; charset=utf-8")], body: bytes)
    }

    /// `{"message": …}`, as the gateway itself and x509-identity-mgmt say no: without the status in the body.
    static func reason(_ text: String, status: Int) -> Response {
        struct Message: Encodable { let message: String }
        return .json(Message(message: text), status: status)
    }

    /// `{"message": …, "status": …}`, as most of the platform's services answer, well or not.
    static func message(_ text: String, status: Int) -> Response {
        struct Message: Encodable {
            let message: String
            let status: Int
        }
        return .json(Message(message: text, status: status), status: status)
    }
}
