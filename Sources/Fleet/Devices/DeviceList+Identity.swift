public import Enrollment

extension DeviceList {
    /// The identity of the first device that has one, which stands for all in what they have in common: broker, CA and gateway.
    ///
    /// - Throws: `EnrollmentError` with what is wrong with the first device's, where there is none.
    public func firstIdentity(in store: CredentialStore) throws(EnrollmentError) -> Identity {
        let found = names.lazy.compactMap { try? store.load($0) }.first
        if let found { return found }
        return try store.load(names[0])
    }
}
