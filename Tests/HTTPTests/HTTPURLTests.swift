import HTTP
import Testing

@Suite struct HTTPURLTests {
    @Test(
        arguments: [
            ("http://localhost:8000/auth", "localhost", 8000, "/auth", true),
            ("http://localhost", "localhost", 80, "", true),
            ("https://Dojot.Example/x?y=1", "dojot.example", 443, "/x?y=1", false),
            ("HTTPS://[::1]:8443/", "::1", 8443, "/", true),
            ("http://[2001:DB8::7]/", "2001:db8::7", 80, "/", false),
            ("http://127.8.9.10/", "127.8.9.10", 80, "/", true),
            ("http://127.example.com/", "127.example.com", 80, "/", false),
            ("http://dojot_gw-1:65535/", "dojot_gw-1", 65_535, "/", false),
            ("http://a.localhost/", "a.localhost", 80, "/", true),
            ("http://localhost.example/", "localhost.example", 80, "/", false),
        ] as [(String, String, UInt16, String, Bool)])
    func takesUrlsApart(text: String, host: String, port: UInt16, target: String, isLoopback: Bool) throws {
        let url = try #require(HTTPURL(text))
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.target == target)
        #expect(url.isLoopback == isLoopback)
        #expect(url.isPlainHTTP == text.lowercased().hasPrefix("http:"))
    }

    @Test(arguments: [
        "", "localhost:8000", "ftp://localhost/", "file:///etc/passwd", "http://", "http:///x", "http://user@host/",
        "http://user:secret@host/", "http://host:0/", "http://host:65536/", "http://host:/", "http://host:8a/",
        "http://host:+80/", "http://ho st/", "http://host/a b", "http://host/a\r\nX: y", "http://host/#f",
        "http://[::1/", "http://[::g]/", "http://[127.0.0.1]/", "http://[fe80::1%eth0]/", "http://[::1]x/",
        "http://-host/", "http://.host/", "http://a..b/", "http://höst/", "http://host/ä", "http://host\0/",
        "http://host\\@evil/", "http://[::1\0]/", "http://[::\0\0\u{1}1]:80/", "http://127.0.0.1\0.evil/",
    ])
    func refusesAllElse(text: String) {
        #expect(HTTPURL(text) == nil)
    }

    @Test func keepsThePortThatWasGivenOnly() {
        #expect(HTTPURL("http://HOST:80/")?.description == "http://host:80/")
        #expect(HTTPURL("http://HOST/")?.description == "http://host/")
        #expect(HTTPURL("https://[::1]:8443/a")?.authority == "[::1]:8443")
    }
}
