import Dojot
import Testing

@Suite struct GatewayTests {
    @Test(
        arguments: [
            ("http://localhost:8000", "http://localhost:8000", "localhost", 8000, true, true),
            ("http://localhost:8000/", "http://localhost:8000", "localhost", 8000, true, true),
            ("http://localhost:8000///", "http://localhost:8000", "localhost", 8000, true, true),
            ("localhost:8000", "http://localhost:8000", "localhost", 8000, true, true),
            ("dojot.example", "http://dojot.example", "dojot.example", 80, true, false),
            ("HTTPS://Dojot.Example/", "https://dojot.example", "dojot.example", 443, false, false),
            ("https://dojot.example/iot/", "https://dojot.example/iot", "dojot.example", 443, false, false),
            ("http://[::1]:8000", "http://[::1]:8000", "::1", 8000, true, true),
            ("192.0.2.7", "http://192.0.2.7", "192.0.2.7", 80, true, false),
        ] as [(String, String, String, UInt16, Bool, Bool)])
    func readsWhatPeopleType(
        text: String, description: String, host: String, port: UInt16, isPlainHTTP: Bool, isLoopback: Bool
    ) throws {
        let gateway = try Gateway(text)
        #expect(gateway.description == description)
        #expect(gateway.host == host)
        #expect(gateway.port == port)
        #expect(gateway.isPlainHTTP == isPlainHTTP)
        #expect(gateway.isLoopback == isLoopback)
        #expect(gateway.url("/auth") == description + "/auth")
    }

    @Test(arguments: [
        "", "/", "http://", "ftp://localhost", "mqtt://localhost:1883", "http://localhost:99999", "http://local host",
        "http://localhost/?a=b", "http://localhost/#x", "http://localhost/../auth", "http://localhost\r\nHost: evil",
        "localhost:", "::1", "-u", "http://a@b",
    ])
    func refusesWhatIsNoGateway(text: String) {
        let error = #expect(throws: DojotError.self) { try Gateway(text) }
        #expect(error?.code == .invalidGateway)
        #expect(error?.message.contains("http://localhost:8000 is meant") == true)
    }

    @Test func aPasswordInAUrlIsNotRepeated() {
        let error = #expect(throws: DojotError.self) { try Gateway("http://admin:s3cr3t@localhost:8000") }
        #expect(error?.message.contains("s3cr3t") == false)
        #expect(error?.message.contains("@localhost:8000") == true)
    }
}
