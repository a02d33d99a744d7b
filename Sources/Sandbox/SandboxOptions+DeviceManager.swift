/// What of device-manager is different in a release (dojot/device-manager).
extension SandboxOptions.Release {
    /// Whether a new device may bring its own id: DeviceHandler.validate_device_id is there from v0.8.0 on.
    var honorsDeviceIDs: Bool { self == .v08 || self == .v10 }

    /// Whether devices have the field `disabled`: 1.0.0-rc.3 wants it, and `templates`, in each request that creates or changes a device
    /// (SerializationModels.DeviceSchema).
    var knowsDisabledDevices: Bool { self == .v10 }

    /// Whether no two devices, and no two templates, may have the same label (migrations/versions/944f3122f51e_.py, 1.0.0-rc.3).
    var hasUniqueLabels: Bool { self == .v10 }
}
