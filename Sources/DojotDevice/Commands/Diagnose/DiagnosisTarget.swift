import CommandLineKit
import Diagnosis
import Dojot
import Enrollment
import MQTT

/// What a diagnosis is to look at: what the flags say, over what the device's files say.
struct DiagnosisTarget {
    let subject: Subject
    /// Whom it is about, and the broker.
    let title: (whom: String, broker: String?)
    let profile: Profile?
    /// The command that comes next where nothing is wrong and there is no certificate yet.
    let next: String?

    init(_ command: Diagnose) throws {
        let typedGateway = command.subject.flatMap { $0.contains("://") ? $0 : nil }
        let name = try command.subject.flatMap { typedGateway == nil ? try DeviceName($0) : nil }
        let store = command.store.store(for: name)
        let files = try name.flatMap { try DeviceFiles(of: $0, in: store) }
        let profile = files?.profile
        let gateway = try Self.gateway(typedGateway, command, profile, hasDevice: name != nil)
        let kind = command.broker.kind ?? profile?.broker.kind
        // Files without a profile may still bear the tenant in their name.
        let tenant = profile?.tenant ?? name?.tenant ?? files.flatMap { try? DeviceName($0.name) }?.tenant
        let topics = DiagnosisTopics(
            command.broker.topic, tenant: tenant, device: profile?.device ?? name?.device, on: kind)

        var subject = Subject(timeout: command.timeout)
        subject.tenant = tenant ?? topics.owner?.tenant
        subject.device = profile?.device ?? name?.device ?? topics.owner?.device
        subject.brokerKind = kind ?? topics.owner?.kind
        (subject.attrsTopic, subject.configTopic) = (topics.attrs, topics.config)
        subject.publishes = !command.skipsPublishing
        Self.record(command, name: files?.name ?? name?.description, profile, gateway)
        let trust = gateway.map { _ in command.https.trust() }
        let context = CommandContext.current
        if let name {
            subject.retrieval = context.retrieval(of: files?.name ?? "\(name)", isNew: files != nil)
            subject.association = files.map { context.retrieval(of: $0.name) }
            if files != nil && profile != nil { subject.renewal = context.renewal }
            if files == nil && command.tls.certificateFile == nil {
                subject.missing = ("\(name)", store.directory)
            }
        }
        if gateway != nil || name != nil { subject.platformCheck = context.diagnosis(withLogin: true) }
        // Before there is a device: its id comes first.
        subject.deviceList = context.deviceList
        subject.files = Self.files(files, command.tls)
        subject.revocationListFile = command.revocationListFile ?? files?.revocationList
        subject.broker = try Self.broker(command, profile, files, subject)
        subject.isVersionChosen = command.broker.version != nil
        if let gateway, let trust {
            var platform = Subject.Platform(
                gateway: gateway, trust: trust, authorityName: files?.authorityName ?? "IOTmidCA")
            platform.generation = profile?.platform
            platform.logIn = try command.login.prepare(for: gateway, LoginHint(name, profile))
            platform.tenant = command.login.way.tenant ?? tenant
            subject.platform = platform
        }
        guard subject.platform != nil || subject.broker != nil || subject.files != nil || subject.missing != nil else {
            throw UsageError(
                "there is nothing to look at", hint: "name the device, a gateway's URL, or a broker with --host")
        }
        let whom = subject.device ?? subject.missing?.device ?? subject.broker?.peer ?? gateway.map { "\($0)" }
        let peer = subject.broker?.peer
        title = (whom ?? "files", whom == peer ? nil : peer)
        next =
            subject.files == nil && subject.broker == nil
            ? subject.retrieval ?? subject.deviceList : nil
        self.profile = profile
        self.subject = subject
    }

    /// The gateway that was named, else the profile's, else that of the environment where a device or nothing else was named.
    private static func gateway(
        _ typed: String?, _ command: Diagnose, _ profile: Profile?, hasDevice: Bool
    ) throws -> Gateway? {
        if let typed { return try Gateway(typed) }
        let isTyped = command.login.$gateway.source == .commandLine
        if let text = command.login.gateway, isTyped { return try Gateway(text) }
        if let profile { return try Gateway(profile.gateway) }
        guard let text = command.login.gateway, hasDevice || !command.broker.asksForBroker else { return nil }
        return try Gateway(text)
    }

    private static func files(_ found: DeviceFiles?, _ tls: TLSOptions) -> Subject.Files? {
        let isNamed = (tls.certificateFile ?? tls.keyFile ?? tls.authorityFile) != nil
        guard found != nil || isNamed else { return nil }
        var files = Subject.Files(isIdentity: found != nil && !isNamed)
        files.key = tls.keyFile ?? found?.path("key")
        files.accessFix = { AccessFix.command(for: $0) }
        files.certificate = tls.certificateFile ?? found?.path("crt")
        files.request = tls.keyFile == nil ? found?.request : nil
        files.authority = tls.authorityFile ?? (tls.authorityFolder == nil ? found?.authority : nil)
        if let problem = found?.permissionProblem, files.isIdentity {
            files.openFolder = (problem.path, problem.reason, problem.cure)
        }
        if let found, let reason = found.brokenProfile {
            files.brokenProfile = (found.path("json"), reason)
        } else if let found, found.profile == nil {
            files.withoutProfile = (found.directory, found.name)
        }
        return files
    }

    private static func broker(
        _ command: Diagnose, _ profile: Profile?, _ files: DeviceFiles?, _ subject: Subject
    ) throws -> MQTTClient.Options? {
        let (broker, tls) = (command.broker, command.tls)
        guard profile != nil || broker.asksForBroker || (tls.asksForTLS && broker.host != nil) else { return nil }
        var options = MQTTClient.Options(host: profile?.broker.host ?? "localhost", port: 0)
        if let profile { options.port = UInt16(clamping: profile.broker.port) }
        if let files {
            if let tenant = subject.tenant, let device = subject.device {
                options.clientIdentifier = Self.identifier(tenant, device, on: subject.brokerKind)
                options.username = subject.brokerKind.flatMap {
                    Topic.username(tenant: tenant, device: device, kind: $0)
                }
            }
            options.tls = TLSConfiguration(
                authorityFile: files.authority, certificateFile: files.path("crt"), keyFile: files.path("key"))
            options.tls?.revocationList = try? RevocationListFile(beside: files.authority).flatMap {
                try TLSConfiguration.RevocationList($0)
            }
        }
        if let host = broker.host { options.host = host.name }
        if let port = broker.port { options.port = port }
        if options.port == 0 { options.port = tls.asksForTLS || files != nil ? 8883 : 1883 }
        if let identifier = broker.identifier { options.clientIdentifier = identifier }
        if let username = broker.username { options.username = username }
        options.password = broker.password
        if let version = broker.version { options.version = version.version }
        // As with publish and subscribe: the port of MQTT over TLS without a CA means the system's.
        if tls.asksForTLS || options.tls != nil || options.port == 8883 {
            options.tls = try tls.apply(to: options.tls)
            tls.warn(isQuiet: false)
        }
        if options.password != nil {
            Console.warning("the password on the command line can be seen by other users of this machine")
        }
        return options
    }

    /// Mosca wants the device's own client identifier. VerneMQ takes any, so that a device that is connected stays so.
    private static func identifier(_ tenant: String, _ device: String, on kind: BrokerKind?) -> String {
        let own = Topic.clientID(tenant: tenant, device: device)
        return kind == .vernemq ? "\(own)-diagnose" : own
    }

    /// Records what the commands in the findings need: the device, its platform, and the options that were given.
    private static func record(_ command: Diagnose, name: String?, _ profile: Profile?, _ gateway: Gateway?) {
        CommandContext.set(device: name, directory: command.store.directory)
        if let profile { CommandContext.set(profile) }
        if let gateway { CommandContext.set(gateway: "\(gateway)", authorityName: profile?.ca ?? "IOTmidCA") }
        CommandContext.set(
            diagnosisOptions: command.broker.typedOptions + command.tls.diagnosisOptions
                + command.login.typedGateway(beside: command.subject))
    }
}

/// The topics to ask the broker about, and whose they are.
struct DiagnosisTopics {
    let attrs: String?
    let config: String?
    let owner: (tenant: String, device: String, kind: BrokerKind)?

    init(_ typed: String?, tenant: String?, device: String?, on kind: BrokerKind?) {
        guard let typed else {
            owner = nil
            guard let tenant, let device, let kind else {
                (attrs, config) = (nil, nil)
                return
            }
            attrs = Topic.attrs(tenant: tenant, device: device, kind: kind)
            config = Topic.config(tenant: tenant, device: device, kind: kind)
            return
        }
        guard let owner = PlatformRule(kind: .attrs).owner(of: typed) else {
            (attrs, config, owner) = (typed, typed, nil)
            return
        }
        let kind: BrokerKind = owner.isMosca ? .mosca : .vernemq
        attrs = typed
        config = Topic.config(tenant: owner.tenant, device: owner.device, kind: kind)
        self.owner = (owner.tenant, owner.device, kind)
    }
}
