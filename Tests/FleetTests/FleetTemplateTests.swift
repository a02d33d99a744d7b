import Dojot
import Fleet
import Testing

@Suite("Templates of a fleet")
struct FleetTemplateTests {
    @Test func areRead() throws {
        let template = try FleetTemplate(
            json: Array(
                #"""
                {"label": "probe", "attrs": [{"label": "level", "type": "dynamic", "value_type": "float"},
                 {"label": "model", "type": "static", "value_type": "string", "static_value": "A7"}]}
                """#.utf8))
        #expect(template.label == "probe")
        #expect(template.attributes.map(\.label) == ["level", "model"])
        #expect(template.attributes[1].staticValue == .string("A7"))
    }

    @Test(arguments: ["", "[]", "{}", #"{"attrs": []}"#, #"{"attrs": [{"label": "x"}]}"#])
    func areRefused(json: String) {
        let error = #expect(throws: FleetError.self) { _ = try FleetTemplate(json: Array(json.utf8)) }
        #expect(error?.code == .invalidTemplate)
    }
}
