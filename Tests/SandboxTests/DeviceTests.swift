import Foundation
import TestSupport
import Testing

@Suite struct DeviceTests {
    @Test func templatesAreMadeShownAndRemoved() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let body = #"""
            {"label": "lamp", "attrs": [{"label": "lumen", "type": "dynamic", "value_type": "float"},
             {"label": "maker", "type": "static", "value_type": "string", "static_value": "acme"},
             {"label": "off", "type": "actuator", "value_type": "bool"}]}
            """#
        let made = try sandbox.request("POST", "/template", json: body, token: token)
        #expect(made.status == 200)
        #expect(made.body.contains(#""result":"ok""#) && made.body.contains(#""static_value":"acme""#))
        #expect(try sandbox.request("GET", "/template/2", token: token).body.contains(#""label":"lamp""#))
        #expect(try sandbox.request("GET", "/template", token: token).body.contains(#""total":1"#))
        #expect(try sandbox.request("DELETE", "/template/1", token: token).status == 400)
        #expect(try sandbox.request("DELETE", "/template/2", token: token).status == 200)
        #expect(try sandbox.request("GET", "/template/2", token: token).status == 404)
    }

    @Test func devicesAreMadeByTheDozenAndListedInPages() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let made = try sandbox.request(
            "POST", "/device?count=12", json: #"{"label": "lamp", "templates": [1]}"#, token: token)
        #expect(made.body.contains(#""message":"devices created""#))
        #expect(made.body.contains(#""label":"lamp_00""#) && made.body.contains(#""label":"lamp_11""#))
        let ids = try decode(
            [String].self, sandbox.request("GET", "/device?idsOnly=true&page_size=1000000", token: token).body)
        #expect(ids.count == 13 && Set(ids).count == 13 && ids[0] == "f60c28")
        struct Page: Decodable {
            struct Pagination: Decodable {
                let page, total: Int
                let hasNext: Bool
                let nextPage: Int?
                enum CodingKeys: String, CodingKey {
                    case page, total
                    case hasNext = "has_next"
                    case nextPage = "next_page"
                }
            }
            struct Device: Decodable { let id: String }
            let pagination: Pagination
            let devices: [Device]
        }
        var seen: [String] = []
        var next: Int? = 1
        while let page = next {
            let path = "/device?page_size=5&page_num=\(page)"
            let answer = try decode(Page.self, sandbox.request("GET", path, token: token).body)
            #expect(answer.pagination.total == 3 && answer.pagination.page == page)
            #expect(answer.pagination.hasNext == (answer.pagination.nextPage != nil))
            seen += answer.devices.map(\.id)
            next = answer.pagination.nextPage
        }
        #expect(seen == ids)
        for id in ids.suffix(2) {
            #expect(try sandbox.request("GET", "/user/\(id)", token: token).status == 200)
            #expect(try sandbox.request("GET", "/user/admin:\(id)", token: token).status == 200)
        }
        let tooMany = try sandbox.request("POST", "/device?count=10001", json: #"{"label": "x"}"#, token: token)
        #expect(tooMany.status == 400)
        #expect(try sandbox.request("GET", "/device/nobody", token: token).status == 404)
        #expect(try sandbox.request("DELETE", "/device/nobody", token: token).status == 404)
    }
}
