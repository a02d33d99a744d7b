import Glibc
import MQTT

/// Which files stand at the paths of a certificate and its key, so that others in their place are noticed.
struct FileStamp: Equatable {
    private let parts: [[Int]]

    init(_ configuration: TLSConfiguration) {
        parts = [configuration.certificateFile, configuration.keyFile].map { path in
            var status = stat()
            guard let path, stat(path, &status) == 0 else { return [] }
            return [Int(status.st_ino), Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)]
        }
    }
}
