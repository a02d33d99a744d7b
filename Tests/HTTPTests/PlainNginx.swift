import Foundation
import TestSupport

/// A real nginx on a free port of loopback that speaks plain HTTP, as dojot's gateway does on port 8000.
final class PlainNginx {
    let port: UInt16
    private let child: Child
    private let folder: TemporaryFolder

    init() throws {
        guard let nginx = Programs.installed("nginx") else { throw SupportError("nginx is not installed") }
        folder = try TemporaryFolder()
        port = try FreePort.next()
        let dir = folder.path
        try folder.write(
            """
            daemon off;
            master_process off;
            pid \(dir)/pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                client_body_temp_path \(dir)/body;
                proxy_temp_path \(dir)/proxy;
                fastcgi_temp_path \(dir)/fastcgi;
                uwsgi_temp_path \(dir)/uwsgi;
                scgi_temp_path \(dir)/scgi;
                server {
                    listen 127.0.0.1:\(port);
                    location = /empty { return 204; }
                    location = /upstream { proxy_pass http://127.0.0.1:1; }
                }
            }
            """, to: "nginx.conf")
        child = try Child.start(nginx, ["-p", dir, "-e", "stderr", "-c", dir + "/nginx.conf"])
        for _ in 0..<100 {
            if (try? Child.run("/usr/bin/curl", ["-s", "http://127.0.0.1:\(port)/empty"]))?.status == 0 { return }
            usleep(50_000)
        }
        child.signal(SIGTERM)
        throw SupportError("nginx did not start: \(child.wait(timeout: 5).stderr)")
    }

    deinit { stop() }

    /// Ends it; a test that ends with this has it until then.
    func stop() {
        child.signal(SIGTERM)
        _ = child.wait(timeout: 5)
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}
