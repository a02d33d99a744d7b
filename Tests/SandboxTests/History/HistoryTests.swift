import Foundation
import TestSupport
import Testing

/// `/history` up to 0.8 (dojot/history, v0.4.0 and v0.8.0).
@Suite struct HistoryTests {
    private let device = #"{"description":"No data for the given device could be found","title":"Device not found"}"#
    private let attribute =
        #"{"description":"No data for the given attribute could be found","title":"Attr not found"}"#

    @Test func aSilentDeviceIsKnownOnlySinceItsCollectionComesWithIt() throws {
        for (release, answers) in [("0.4", [device, device]), ("0.8", [attribute, device])] {
            let sandbox = try RunningSandbox.start(["--release", release])
            let token = try sandbox.logIn()
            for (id, body) in zip(["f60c28", "abcdef"], answers) {
                let answer = try sandbox.request("GET", "/history/device/\(id)/history?attr=n", token: token)
                #expect(answer.status == 404 && answer.body == body, "\(release) \(id): \(answer)")
            }
        }
    }

    @Test func queriesAreAnsweredAsByTheService() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let token = try sandbox.logIn()
        let path = "/history/device/f60c28/history"
        let all = try sandbox.request("GET", path, token: token)
        #expect(all.status == 200 && all.body.contains(#""temperature":[]"#), "\(all)")
        #expect(try sandbox.request("GET", path + "?attr=a,b", token: token).body == #"{"a":[],"b":[]}"#)
        let bad = try sandbox.request("GET", path + "?attr=n&lastN=x", token: token)
        #expect(bad.status == 400)
        #expect(
            bad.body
                == #"{"description":"The \"lastN\" parameter is invalid. Must be integer.","title":"Invalid parameter"}"#
        )
        #expect(try sandbox.request("GET", path + "?attr=n&dateFrom=x", token: token).status == 500)
    }

    @Test func anActuationIsInTheHistory() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let body = #"{"attrs": {"interval": 5}}"#
        #expect(try sandbox.request("PUT", "/device/f60c28/actuate", json: body, token: token).status == 200)
        let answer = try sandbox.request("GET", "/history/device/f60c28/history?attr=interval", token: token)
        #expect(answer.status == 200 && answer.body.contains(#""value":5"#), "\(answer)")
    }
}
