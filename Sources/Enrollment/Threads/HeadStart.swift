/// Work that is begun early, on a thread of its own, so that it is done when it is needed.
///
/// Whoever needs it does it again, or waits for it, by itself: nobody hears of its end.
public enum HeadStart {
    /// Begins the work; where the system gives no thread, it is left to whoever needs it.
    public static func give(_ work: @escaping @Sendable () -> Void) {
        guard let thread = try? BackgroundThread(work) else { return }
        thread.detach()
    }
}
