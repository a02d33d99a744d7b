import CLinux
import Glibc

/// libmosquitto's pair of sockets for each client, which wakes a thread of its own where it has one: two more descriptors for each
/// connection, and every packet writes a byte into them that nobody here reads.
///
/// A hard limit of 20,000 open files would so end at 6,600 devices. libmosquitto makes the pair in mosquitto_new (2.0.11, 2.0.21
/// and 2.1.2: mosquitto_reinitialise) and does without it where it cannot have one: on a thread that asks for it here, it cannot. The
/// option MOSQ_OPT_DISABLE_SOCKETPAIR of 2.1 has no effect: it can only be set on a client, whose pair is made already.
enum SocketPairs {
    /// Runs `body`, during which this thread gets no pair of sockets.
    static func withhold<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        pthread_setspecific(key, UnsafeRawPointer(bitPattern: 1))
        defer { pthread_setspecific(key, nil) }
        return try body()
    }

    fileprivate static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    fileprivate static var areWithheld: Bool { pthread_getspecific(key) != nil }
}

/// Takes the place of the C library's socketpair(2) for all libraries of the program: a program's own functions come first.
@_cdecl("socketpair")
public func socketPairUnlessWithheld(
    _ domain: Int32, _ type: Int32, _ proto: Int32, _ pair: UnsafeMutablePointer<Int32>?
) -> Int32 {
    if SocketPairs.areWithheld {
        errno = EMFILE
        return -1
    }
    return linux_socketpair(domain, type, proto, pair)
}
