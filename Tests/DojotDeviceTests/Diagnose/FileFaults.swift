import Foundation
import TestSupport

/// What can be wrong with a device's files, its dates and its names.
enum FileFaults {
    static let all = files + chain + dates + names

    private static let files = [
        DiagnosisFault("nothing of the device", "files.none", 66, says: "retrieve-cert \"$DOJOT_GATEWAY\" 77aa01") {
            _ in
            ["77aa01"]
        },
        DiagnosisFault("a folder that others may write to", "files.open", 77, says: "everybody", "chmod go-w certs") {
            bench in
            try bench.identity()
            chmod(bench.folder.path("certs"), 0o777)
            return ["f60c28"]
        },
        DiagnosisFault("a key that is gone", "files.missing", 66, says: "f60c28.key is missing", "-w") { bench in
            try bench.identity()
            try FileManager.default.removeItem(atPath: bench.file("key"))
            return ["f60c28"]
        },
        DiagnosisFault("a link to nothing", "files.missing", 66, says: "a link to a missing file") { bench in
            try bench.identity()
            try FileManager.default.removeItem(atPath: bench.folder.path("certs/.identities"))
            return ["f60c28"]
        },
        DiagnosisFault("a key that this user may not read", "files.unreadable", 66, says: "permission denied") {
            bench in
            try bench.identity()
            chmod(bench.file("key"), 0)
            // Root reads everything, unless that is taken from it (capabilities(7)).
            if geteuid() == 0 {
                let program = Programs.installed("setpriv") ?? "setpriv"
                bench.launcher = [program, "--bounding-set=-dac_override,-dac_read_search"]
            }
            return ["f60c28"]
        },
        DiagnosisFault("a certificate that a loss of power left empty", "files.empty", 65, says: "loss of power") {
            bench in
            try bench.identity()
            try bench.spoil("crt") { _ in "" }
            return ["f60c28"]
        },
        DiagnosisFault("a key of which the file system kept zeros", "files.empty", 65) { bench in
            try bench.identity()
            try bench.spoil("key") { String(repeating: "\0", count: $0.utf8.count) }
            return ["f60c28"]
        },
        DiagnosisFault("a certificate cut off in the middle", "files.pem", 65, says: "before its END line") { bench in
            try bench.identity()
            try bench.spoil("crt") { String($0.prefix($0.count / 2)) }
            return ["f60c28"]
        },
        DiagnosisFault("a certificate in the key's place", "files.pem", 65, says: "BEGIN PRIVATE KEY") { bench in
            try bench.identity()
            let certificate = try bench.folder.read("certs/\(IdentityTemplate.name).crt")
            try bench.spoil("key") { _ in certificate }
            return ["f60c28"]
        },
        DiagnosisFault("a profile that is no JSON", "files.profile", 65, says: "no profile") { bench in
            try bench.identity()
            try bench.spoil("json") { String($0.dropLast(20)) }
            return ["f60c28"]
        },
        DiagnosisFault("files of the Certificate Retriever", "files.no-profile", 66, says: "retrieve-cert") { bench in
            try bench.identity()
            try FileManager.default.removeItem(atPath: bench.file("json"))
            return ["f60c28"]
        },
        DiagnosisFault("a key with a passphrase", "files.encrypted", 65, says: "openssl pkey") { bench in
            let locked = bench.folder.path("locked.key")
            let openssl = Programs.installed("openssl") ?? "openssl"
            _ = try Child.run(
                openssl,
                ["pkey", "-in", bench.path("device.key"), "-aes128", "-passout", "pass:secret", "-out", locked])
            return try bench.mosquitto(client: nil) + ["--cert", bench.path("device.crt"), "--key", locked]
        },
        DiagnosisFault("the key of another device", "files.mismatch", 65, says: "does not belong") { bench in
            try bench.mosquitto(client: nil) + ["--cert", bench.path("device.crt"), "--key", bench.path("other.key")]
        },
    ]

    private static let chain = [
        DiagnosisFault("the CA before the certificate in one file", "chain.order", 65, says: "CN = admin:f60c28 first")
        {
            bench in
            let both = try ["ca.crt", "device.crt"].map { try String(contentsOfFile: bench.path($0), encoding: .utf8) }
            let file = try bench.folder.write(both.joined(), to: "both.crt")
            return try bench.mosquitto(client: nil) + ["--cert", file, "--key", bench.path("device.key")]
        },
        DiagnosisFault(
            "an identity signed by another CA", "chain.unknown", 65, says: "not signed by any CA in certs/IOTmidCA.crt"
        ) {
            bench in
            try bench.identity()
            let other = try String(contentsOfFile: bench.path("otherca.crt"), encoding: .utf8)
            try bench.folder.write(other, to: "certs/IOTmidCA.crt")
            return ["f60c28"]
        },
        DiagnosisFault("an identity that signed itself", "chain.self-signed", 65, says: "by its own key") { bench in
            try bench.identity()
            for part in ["crt", "key"] {
                let own = try String(contentsOfFile: bench.path("selfsigned.\(part)"), encoding: .utf8)
                try bench.spoil(part) { _ in own }
            }
            return ["f60c28"]
        },
        DiagnosisFault("a self-signed certificate that the broker refuses", "chain.self-signed", 65) { bench in
            try bench.mosquitto(client: "selfsigned")
        },
        DiagnosisFault("a device's certificate for the CA's", "chain.no-authority", 65, says: "CN = admin:77aa01") {
            bench in
            try bench.mosquitto(authority: "other")
        },
    ]

    private static let dates = [
        DiagnosisFault("a certificate that has expired", "dates.expired", 65, says: "ago") { bench in
            try bench.mosquitto(client: "expired")
        },
        DiagnosisFault("a certificate that is not valid yet", "dates.early", 65, says: "date -u") { bench in
            try bench.mosquitto(client: "early")
        },
        DiagnosisFault("a clock ten years back", "clock.wrong", 65, says: "d behind the gateway's", "date -u -s 20") {
            bench in
            _ = try bench.platform()
            try bench.fakeTime("-10y")
            return ["f60c28"]
        },
        DiagnosisFault("a clock a day ahead", "clock.wrong", 65, says: "24 h ahead of the gateway's") { bench in
            _ = try bench.platform()
            try bench.fakeTime("+1d")
            return ["f60c28"]
        },
    ]

    private static let names = [
        DiagnosisFault(
            "the certificate of another device", "name.cn", 65, says: "for admin:77aa01, not for admin:f60c28"
        ) { bench in
            try bench.mosquitto(client: "other") + ["-t", "/admin/f60c28/attrs", "-i", "admin:f60c28"]
        },
        DiagnosisFault("a client identifier that is not the device's", "name.clientid", 65, says: "-i admin:f60c28") {
            bench in
            _ = try bench.platform()
            return ["f60c28", "-i", "admin:other"]
        },
        DiagnosisFault("a client identifier that Mosca never takes", "name.pattern", 65) { bench in
            try bench.mosquitto(client: nil) + ["-t", "/admin/f6-0c28/attrs", "-i", "admin:f6-0c28"]
        },
        DiagnosisFault("VerneMQ without the user name", "name.user", 65, says: "-u admin:f60c28") { bench in
            try bench.mosquitto() + ["-t", "admin:f60c28/attrs"]
        },
    ]
}

extension DiagnosisBench {
    /// Has the program see another time than the machine's; how long it waits stays the same.
    func fakeTime(_ offset: String) throws {
        guard let program = Programs.installed("faketime") else { throw SupportError("faketime is not installed") }
        launcher = [program, "-f", offset]
        environment["DONT_FAKE_MONOTONIC"] = "1"
    }
}
