import Foundation
import Glibc
import TestSupport
import Testing

/// What others on the machine, or a web page in a browser on it, may try on a sandbox.
@Suite struct AbuseTests {
    @Test func faultsAreForThisMachineOnly() throws {
        let sandbox = try RunningSandbox.start()
        let url = sandbox.ready.gateway + "/_sandbox/faults"
        let host = String(sandbox.ready.gateway.dropFirst("http://".count))
        let port = host.split(separator: ":").last ?? ""
        func status(_ method: String, _ headers: [String]) throws -> String {
            let words =
                headers.flatMap { ["-H", $0] } + (method == "POST" ? ["-d", #"{"rule": "GET /ca drop"}"#] : [])
            return try Child.run(
                "/usr/bin/curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", method] + words + [url]
            ).stdout
        }
        let json = "Content-Type: application/json"
        for method in ["GET", "POST", "DELETE"] {
            for header in [
                "Host: evil.example", "Host: evil.example:\(port)", "Host: 127.evil.example", "Host: 10.0.0.1",
                "Host: localhost.evil",
                "Origin: http://evil.example", "Origin: null", "Origin: http://127.0.0.1:1",
            ] {
                #expect(try status(method, [json, header]) == "403", "\(method) \(header)")
            }
        }
        for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
            #expect(try status("POST", ["Content-Type: \(type)"]) == "415", "\(type)")
        }
        #expect(try sandbox.request("GET", "/_sandbox/faults").body == #"{"faults":[]}"#)
        for header in ["Host: localhost:\(port)", "Host: [::1]:\(port)", "Origin: http://\(host)"] {
            #expect(try status("POST", [json, header]) == "200", "\(header)")
            #expect(try status("DELETE", [header]) == "200", "\(header)")
        }
    }

    /// A folder of a sandbox that ended, and what makes it unsafe.
    @Test func aFolderThatOthersCanChangeIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("dojot")
        #expect(try RunningSandbox.start(["--dir", path]).stop().status == 0)
        func refused(_ reason: String) throws {
            let outcome = try Child.run(
                Programs.path("dojot-sandbox"), ["--port", "0", "--mqtt-port", "0", "--dir", path], timeout: 20)
            #expect(outcome.status == 77, "\(reason): \(outcome)")
            #expect(outcome.stderr.contains("cannot use the folder \(path): "), "\(outcome)")
            #expect(outcome.stderr.contains(reason), "\(outcome)")
        }
        for (name, mode) in [("", 0o777), ("/authority", 0o707), ("/broker", 0o777), ("/broker/mosquitto.conf", 0o666)]
            as [(String, mode_t)]
        {
            var status = stat()
            #expect(stat(path + name, &status) == 0)
            chmod(path + name, mode)
            try refused("others can write to \(path)\(name)")
            chmod(path + name, status.st_mode & 0o7777)
        }
        let kept = folder.path("kept")
        #expect(FileManager.default.createFile(atPath: kept, contents: Data("kept".utf8)))
        unlink(path + "/lock")
        #expect(symlink(kept, path + "/lock") == 0)
        try refused("\(path)/lock is a symbolic link")
        #expect(try folder.read("kept") == "kept")
        unlink(path + "/lock")
        chmod(folder.path, 0o777)
        try refused("others can write to \(folder.path)")
        chmod(folder.path, 0o700)
        if geteuid() == 0 {
            chown(path + "/broker", 12_345, 12_345)
            try refused("\(path)/broker is another user's")
            chown(path + "/broker", 0, 0)
        }
        #expect(try RunningSandbox.start(["--dir", path]).stop().status == 0)
    }

    @Test func namesAreBoundedAndSoIsTheMemory() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        func kilobytes() throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(sandbox.ready.pid)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            return try #require(line.flatMap { Int($0.filter(\.isNumber)) })
        }
        let folder = try TemporaryFolder()
        func post(_ path: String, _ body: String) throws -> Int {
            let file = try folder.write(body, to: "body")
            let outcome = try Child.run(
                "/usr/bin/curl",
                [
                    "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Content-Type: application/json", "-H",
                    "Authorization: Bearer \(token)", "--data-binary", "@\(file)", sandbox.ready.gateway + path,
                ])
            return Int(outcome.stdout) ?? 0
        }
        let large = String(repeating: "x", count: 1_000_000)
        for number in 0..<200 { #expect(try post("/user", #"{"username": "\#(number)\#(large)"}"#) == 400) }
        #expect(try post("/user", #"{"username": "a", "password": "\#(large)"}"#) == 400)
        #expect(try post("/user", #"{"username": "a", "subjectDN": "\#(large)"}"#) == 400)
        #expect(try post("/device?count=1000", #"{"label": "\#(large)", "templates": [1]}"#) == 500)
        #expect(try post("/template", #"{"label": "\#(large)", "attrs": []}"#) == 500)
        let attribute = #"{"label": "a", "type": "dynamic", "value_type": "float", "static_value": "\#(large)"}"#
        #expect(try post("/template", #"{"label": "a", "attrs": [\#(attribute)]}"#) == 500)
        // As PostgreSQL counts: the number that the platform adds belongs to the label.
        let longest = String(repeating: "x", count: 128)
        #expect(try post("/device", #"{"label": "\#(longest)", "templates": [1]}"#) == 200)
        #expect(try post("/device", #"{"label": "\#(longest)x", "templates": [1]}"#) == 500)
        #expect(try post("/device?count=2", #"{"label": "\#(longest)", "templates": [1]}"#) == 500)
        if Sanitizer.isAbsent { #expect(try kilobytes() < 200_000) }
    }

    @Test func aTemporaryFolderHasNoKeyOfAnAuthority() throws {
        let sandbox = try RunningSandbox.start(["--https"])
        let names = try FileManager.default.contentsOfDirectory(atPath: sandbox.ready.dir + "/authority")
        #expect(names.contains("broker.key") && names.contains("https.key") && names.contains("ca.crt"))
        #expect(!names.contains("ca.key") && !names.contains("https-ca.key"))
    }

    @Test func anActuationIsCheckedAsItIsSent() throws {
        let sandbox = try RunningSandbox.start(["--device", "f60c28"])
        let token = try sandbox.logIn()
        func actuate(_ body: String) throws -> Int {
            try sandbox.request("PUT", "/device/f60c28/actuate", json: body, token: token).status
        }
        #expect(try actuate(#"{"attrs":{"reset":true},"attrs":{"evil":1}}"#) == 403)
        #expect(try actuate(#"{"attrs":{"evil":1},"attrs":{"reset":true}}"#) == 200)
        #expect(try actuate(#"{"attrs":{"reset":true}}"#) == 200)
        #expect(try actuate(#"{"attrs":1}"#) == 500)
        #expect(try actuate(#"{"attrs":{"reset":true}"#) == 500)
    }
}
