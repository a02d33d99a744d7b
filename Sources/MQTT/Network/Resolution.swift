import Glibc

/// A host name on its way to addresses, without blocking: getaddrinfo(3) is called on a thread of its own, which hands the answer over
/// through a pipe.
final class Resolution {
    /// What the thread works on and what it answers; it shares nothing else.
    private final class Job {
        let host: String
        let output: Int32

        init(host: String, output: Int32) {
            self.host = host
            self.output = output
        }
    }

    private struct Answer {
        var code: Int32 = 0
        var list: UnsafeMutablePointer<addrinfo>?
    }

    let host: String
    let port: UInt16
    /// Becomes readable when there is an answer.
    let descriptor: Int32

    /// Addresses that need no question: of a literal, or of localhost from the hosts file.
    static func immediate(host: String, port: UInt16) throws(MQTTError) -> [Address]? {
        if Address.isNumeric(host) { return [Address(host: host, port: port)] }
        guard host == "localhost" else { return nil }
        return try Resolution.addresses(of: Resolution.ask(host), host: host, port: port)
    }

    /// The addresses, waited for.
    ///
    /// - Parameter timeout: how long, in seconds.
    static func wait(host: String, port: UInt16, timeout: Double) throws(MQTTError) -> [Address] {
        if let addresses = try immediate(host: host, port: port) { return addresses }
        let resolution = try Resolution(host: host, port: port)
        var entry = pollfd(fd: resolution.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, Int32(clamping: Int64((timeout * 1000).rounded(.up))))
        guard let addresses = try resolution.addresses() else {
            throw MQTTError(
                .timeout, "no answer within \(timeout) s to the question for the address of \(host)")
        }
        return addresses
    }

    init(host: String, port: UInt16) throws(MQTTError) {
        self.host = host
        self.port = port
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            descriptor = -1
            throw MQTTError(.library, "cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        descriptor = ends[0]
        let job = Unmanaged.passRetained(Job(host: host, output: ends[1]))
        var thread = pthread_t()
        guard pthread_create(&thread, nil, Resolution.work, job.toOpaque()) == 0 else {
            close(ends[1])
            job.release()
            throw MQTTError(.library, "cannot start a thread to find the address of \(host)")
        }
        pthread_detach(thread)
    }

    deinit {
        guard descriptor >= 0 else { return }
        // An answer that nobody waited for; the thread frees one that comes after this.
        if let list = read()?.list { freeaddrinfo(list) }
        close(descriptor)
    }

    /// The addresses in the order of RFC 6724, or nil while there is no answer yet.
    func addresses() throws(MQTTError) -> [Address]? {
        guard let answer = read() else { return nil }
        return try Resolution.addresses(of: answer, host: host, port: port)
    }

    private func read() -> Answer? {
        var answer = Answer()
        let size = MemoryLayout<Answer>.size
        return Glibc.read(descriptor, &answer, size) == size ? answer : nil
    }

    private static let work: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { data in
        guard let data else { return nil }
        let job = Unmanaged<Job>.fromOpaque(data).takeRetainedValue()
        var answer = Resolution.ask(job.host)
        let size = MemoryLayout<Answer>.size
        if write(job.output, &answer, size) != size, let list = answer.list { freeaddrinfo(list) }
        close(job.output)
        return nil
    }

    private static func ask(_ host: String) -> Answer {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var answer = Answer()
        answer.code = getaddrinfo(host, nil, &hints, &answer.list)
        return answer
    }

    private static func addresses(of answer: Answer, host: String, port: UInt16) throws(MQTTError) -> [Address] {
        defer { if let list = answer.list { freeaddrinfo(list) } }
        guard answer.code == 0 else {
            let reason = String(cString: gai_strerror(answer.code))
            throw MQTTError(
                .nameResolution,
                "cannot find the address of \(host): \(reason.prefix(1).lowercased() + reason.dropFirst())")
        }
        return Resolution.addresses(answer.list, port: port)
    }

    private static func addresses(_ list: UnsafeMutablePointer<addrinfo>?, port: UInt16) -> [Address] {
        var addresses: [Address] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let info = entry.pointee
            if getnameinfo(
                info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            {
                let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                let address = Address(host: host, port: port)
                if !addresses.contains(address) { addresses.append(address) }
            }
            next = info.ai_next
        }
        return addresses
    }
}
