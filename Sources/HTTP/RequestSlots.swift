import Glibc

/// Places for requests under way: who finds none free waits for one, see sem_wait(3).
final class RequestSlots: @unchecked Sendable {  // the semaphore is made for threads, and nothing else is here
    private let semaphore: UnsafeMutablePointer<sem_t>

    init(_ count: Int) {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, UInt32(max(1, count)))
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Runs `body` once there is a place for it.
    func use<Value>(_ body: () -> Value) -> Value {
        while sem_wait(semaphore) != 0 {}
        defer { sem_post(semaphore) }
        return body()
    }
}
