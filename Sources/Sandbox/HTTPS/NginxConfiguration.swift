import Glibc

/// The file that nginx is started with (https://nginx.org/en/docs/), in a folder of its own beside that of the certificates:
/// ```
/// nginx.conf  nginx.pid  body/  proxy/ …
/// ```
/// All paths in it are within the folder that it is started in: they need no quoting, whatever the folder's name.
struct NginxConfiguration: Sendable {
    static let name = "nginx.conf"
    private static let processFile = "nginx.pid"

    var folder: String
    var address: String
    var port: UInt16
    /// Where the gateway itself listens.
    var gateway: String
    /// The folder of https.crt and https.key, from this one.
    var certificates: String

    /// Whether the nginx of a process id has the file: it writes that down once it listens.
    func isServed(by process: pid_t) -> Bool {
        let bytes = (try? AtomicFile.read(folder + "/" + Self.processFile)).flatMap { $0 } ?? []
        return process > 0 && bytes.starts(with: "\(process)\n".utf8)
    }

    /// Writes it.
    func write() throws(SandboxError) {
        try AtomicFile.makeFolder(folder)
        unlink(folder + "/" + Self.processFile)
        try AtomicFile.write(Array(text.utf8), to: folder + "/" + Self.name)
    }

    private var text: String {
        // One process, so that none is left where the sandbox is killed. As root it stays root, as the sandbox does.
        let user = getuid() == 0 ? "user root;\n" : ""
        let unused = ["fastcgi", "uwsgi", "scgi"].map { "    \($0)_temp_path \($0);\n" }.joined()
        return """
            # Written by dojot-sandbox at each start.
            daemon off;
            master_process off;
            pid \(Self.processFile);
            error_log stderr error;
            \(user)events { worker_connections 4096; }
            http {
                access_log off;
                server_tokens off;
                client_body_temp_path body;
                proxy_temp_path proxy;
            \(unused)    server {
                    listen \(address):\(port) ssl;
                    ssl_certificate \(certificates)/https.crt;
                    ssl_certificate_key \(certificates)/https.key;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    # As the gateway itself, which would hang up on nginx in the middle of a body that it refuses.
                    client_max_body_size \(HTTPServer.largestBody);
                    location / {
                        proxy_pass http://\(gateway);
                        proxy_http_version 1.1;
                        # An answer without an end would be read ahead onto the disk.
                        proxy_max_temp_file_size 0;
                        proxy_set_header Host $http_host;
                    }
                    # What comes through here comes from loopback, whoever sent it.
                    location /_sandbox {
                        default_type application/json;
                        return 403 '{"message":"Forbidden"}';
                    }
                }
            }

            """
    }
}
