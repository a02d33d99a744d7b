import BrokerAccess
import CMosquittoBroker
import Glibc

/// What is kept between mosquitto's calls, all of which come from its one thread.
private final class Plugin {
    var rules = AccessRules()

    /// Carries out an order; gives its mark.
    func carryOut(_ order: UnsafeRawBufferPointer) -> [UInt8] {
        let lines = order.split(separator: UInt8(ascii: "\n"))
        for line in lines.dropFirst() {
            guard let line = AccessLine(line), let name = rules.apply(line) else { continue }
            mosquitto_kick_client_by_username(name, false)
        }
        return lines.first.map { Array($0) } ?? []
    }
}

/// mosquitto(8) asks a plugin first which interface it has (mosquitto_plugin.h).
@_cdecl("mosquitto_plugin_version")
public func pluginVersion(_ count: Int32, _ versions: UnsafePointer<Int32>?) -> Int32 {
    let known = UnsafeBufferPointer(start: versions, count: versions == nil ? 0 : Int(count))
    return known.contains(5) ? 5 : -1
}

/// Reads the file and asks to be called.
@_cdecl("mosquitto_plugin_init")
public func pluginStart(
    _ identifier: OpaquePointer?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ options: UnsafeMutableRawPointer?, _ count: Int32
) -> Int32 {
    let pairs = UnsafeBufferPointer(
        start: options?.assumingMemoryBound(to: mosquitto_opt.self), count: options == nil ? 0 : Int(count))
    let option = pairs.first { $0.key.map { String(cString: $0) } == AccessControl.fileOption }
    guard let path = option?.value.map({ String(cString: $0) }), let bytes = readFile(path) else {
        return Int32(MOSQ_ERR_INVAL.rawValue)
    }
    let plugin = Plugin()
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
        guard let line = AccessLine(line) else { return Int32(MOSQ_ERR_INVAL.rawValue) }
        _ = plugin.rules.apply(line)
    }
    let context = Unmanaged.passRetained(plugin).toOpaque()
    slot?.pointee = context
    let wanted: [(mosquitto_plugin_event, MOSQ_FUNC_generic_callback, String?)] = [
        (MOSQ_EVT_ACL_CHECK, checkAccess, nil), (MOSQ_EVT_BASIC_AUTH, checkLogin, nil),
        (MOSQ_EVT_CONTROL, takeOrder, AccessControl.topic),
    ]
    for (event, callback, topic) in wanted {
        let code = mosquitto_callback_register(identifier, Int32(event.rawValue), callback, topic, context)
        if code != MOSQ_ERR_SUCCESS.rawValue { return code }
    }
    return Int32(MOSQ_ERR_SUCCESS.rawValue)
}

/// Lets go of what was kept.
@_cdecl("mosquitto_plugin_cleanup")
public func pluginEnd(_ context: UnsafeMutableRawPointer?, _ options: UnsafeMutableRawPointer?, _ count: Int32) -> Int32
{
    if let context { Unmanaged<Plugin>.fromOpaque(context).release() }
    return Int32(MOSQ_ERR_SUCCESS.rawValue)
}

private func plugin(_ context: UnsafeMutableRawPointer?) -> Plugin? {
    context.map { Unmanaged<Plugin>.fromOpaque($0).takeUnretainedValue() }
}

private func checkAccess(
    _ event: Int32, _ data: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    let refusal = Int32(MOSQ_ERR_ACL_DENIED.rawValue)
    guard let check = data?.assumingMemoryBound(to: mosquitto_evt_acl_check.self).pointee,
        let topic = bytes(check.topic), let plugin = plugin(context)
    else { return refusal }
    let access: AccessRules.Access
    switch check.access {
    case MOSQ_ACL_UNSUBSCRIBE: return Int32(MOSQ_ERR_SUCCESS.rawValue)
    case MOSQ_ACL_WRITE: access = .publish
    case MOSQ_ACL_SUBSCRIBE: access = .subscribe
    case MOSQ_ACL_READ: access = .hear
    default: return refusal
    }
    let name = bytes(mosquitto_client_username(check.client))
    if plugin.rules.allows(access, topic, of: name, hasCertificate: PeerCertificate.exists(for: check.client)) {
        return Int32(MOSQ_ERR_SUCCESS.rawValue)
    }
    // Mosca and VerneMQ close the connection of whoever publishes where they may not (handleAuthorizePublish in lib/client.js of mosca
    // v2.8.3; publish_not_authorized_3_1_1 in vmq_mqtt_fsm.erl of vernemq 1.10.0), and so does mosquitto at any error but "denied".
    return access == .publish ? Int32(MOSQ_ERR_AUTH.rawValue) : refusal
}

/// Identifies a client by its certificate, where it has one, and gives it that as its user name. Without one, the sandbox itself logs in
/// with its password. dojot's VerneMQ accepts any user name and password there, and none (`auth_on_register` of
/// connector/mqtt/vernemq/broker/src/dojot_acl_plugin, dojot/dojot v0.5.0 to v0.8.0); Mosca does not look at them
/// (`authenticate` in index.js, iotagent-mosca v0.4.3).
private func checkLogin(
    _ event: Int32, _ data: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    let refusal = Int32(MOSQ_ERR_AUTH.rawValue)
    guard let login = data?.assumingMemoryBound(to: mosquitto_evt_basic_auth.self).pointee, let plugin = plugin(context)
    else { return refusal }
    let identifier = bytes(mosquitto_client_id(login.client)) ?? []
    // Neither Mosca nor dojot's VerneMQ speaks MQTT 5. At any error but this refusal mosquitto closes without a CONNACK. Mosca would leave
    // the connection open and say nothing (mqtt-packet v3.5.0 fails, and nobody listens until CONNECT); VerneMQ 1.10.0 answers
    // CONNACK 0x84 (allowed_protocol_versions is 3,4), for which mosquitto has no way.
    guard mosquitto_client_protocol_version(login.client) < 5 else { return Int32(MOSQ_ERR_NOT_SUPPORTED.rawValue) }
    guard let certificate = PeerCertificate(of: login.client) else {
        if let name = bytes(login.username), let password = bytes(login.password),
            plugin.rules.isControl(name: name, password: password)
        {
            return Int32(MOSQ_ERR_SUCCESS.rawValue)
        }
        if let name = bytes(login.username), plugin.rules.isControl(name: name) { return refusal }
        // Over TLS without a certificate nobody comes this far (`require_certificate`).
        return plugin.rules.admitsUnsecured(clientIdentifier: identifier)
            ? Int32(MOSQ_ERR_SUCCESS.rawValue) : refusal
    }
    let found: [UInt8]? =
        switch plugin.rules.identification {
        case .commonName: certificate.commonName
        case .fingerprint: certificate.fingerprint
        }
    guard let name = found, plugin.rules.admits(name: name, clientIdentifier: identifier) else { return refusal }
    return mosquitto_set_username(login.client, name.map { CChar(bitPattern: $0) } + [0])
}

private func takeOrder(
    _ event: Int32, _ data: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let order = data?.assumingMemoryBound(to: mosquitto_evt_control.self).pointee, let plugin = plugin(context)
    else { return Int32(MOSQ_ERR_INVAL.rawValue) }
    var mark = plugin.carryOut(UnsafeRawBufferPointer(start: order.payload, count: Int(order.payloadlen)))
    return mosquitto_broker_publish_copy(
        mosquitto_client_id(order.client), AccessControl.answerTopic, Int32(mark.count), &mark, 0, false, nil)
}

/// The bytes of a C string, without its end; nil where there is none.
private func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8]? {
    text.map { text in
        UnsafeRawBufferPointer(start: text, count: strlen(text)).map { $0 }
    }
}
