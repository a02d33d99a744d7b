import Dojot
import Enrollment

/// What is known of a login before it is made, from a device's profile or its name; options override it.
struct LoginHint {
    var tenant: String?
    var method: PlatformLogin.Method?
    var clientID: String?

    /// Nothing.
    init() {}

    /// What the profile of a device contains.
    init(_ profile: Profile) {
        (tenant, method, clientID) = (profile.tenant, profile.login?.method, profile.login?.clientID)
    }

    /// What the profile of a device contains, else its name.
    init(_ device: DeviceName?, _ profile: Profile?) {
        self = profile.map { LoginHint($0) } ?? LoginHint()
        tenant = tenant ?? device?.tenant
    }
}
