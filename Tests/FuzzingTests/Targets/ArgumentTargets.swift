import CommandLineKit
import Dojot
import MQTT
import PKI

@testable import DojotDevice

extension FuzzTarget {
    /// Single values of the command line: the first byte chooses which.
    static let arguments = FuzzTarget("arguments", longest: 512) { bytes in
        let (number, rest) = bytes.choice
        let text = rest.text
        switch number % 12 {
        case 0:
            guard let period = try? Period(argument: text) else { return }
            try require(period.seconds > 0 && period.seconds <= 3_153_600_000, "a period is \(period.seconds) s")
            _ = period.description
        case 1: if let margin = try? LifeMargin(argument: text) { _ = (margin.seconds, margin.description) }
        case 2: if let url = try? BrokerURL(argument: text) { try require(!url.topic.isEmpty, "a URL has no topic") }
        case 3: _ = try? ProxyURL(argument: text)
        case 4:
            guard let port = try? BrokerAddress(argument: text).port else { return }
            try require((1...65_535).contains(port), "a port is \(port)")
        case 5: _ = try? SessionExpiry(argument: text)
        case 6: _ = try? AttributeDeclaration(argument: text)
        case 7:
            guard let gateway = try? Gateway(text) else { return }
            try requireHarmless(gateway.description, "a gateway")
            try require(try Gateway(gateway.description) == gateway, "a gateway is another when it is written")
        case 8:
            guard let name = try? DeviceName(text) else { return }
            try requirePlainName(name.device)
            if let tenant = name.tenant { try requirePlainName(tenant) }
            try require(try DeviceName(name.description) == name, "a device is another when it is written")
        case 9: if let name = try? PlatformName.check(text, as: "CA name") { try requirePlainName(name) }
        case 10:
            if let number = SerialNumber(hexadecimal: text) {
                try require(SerialNumber(decimal: number.decimal) == number, "a serial number is another in decimal")
            }
            if let number = SerialNumber(decimal: text) {
                try require(SerialNumber(hexadecimal: number.hexadecimal) == number, "one is another in hexadecimal")
            }
        default:
            if case .ip(let address)? = GeneralName.address(text) {
                try require(GeneralName.address(address) == .ip(address), "an address is another when it is written")
            }
        }
    }

    /// `-D` properties, a word a line.
    static let properties = FuzzTarget("properties", longest: 512) { bytes in
        var words = bytes.words[...]
        while !words.isEmpty {
            let before = words.count
            guard let argument = try? PropertyArgument.take(from: &words) else { return }
            try require(words.count < before, "a property takes no words")
            for target in [PropertyTarget.connect, .publish, .subscribe, .unsubscribe, .disconnect, .will] {
                _ = try? Property.check([argument.property], for: target)
            }
        }
    }
}
