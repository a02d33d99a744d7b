/// What the device manager and the history answer, in the shapes that the releases have.
enum DeviceAnswer {
    /// An id that some releases write as a number and some as text.
    struct Number: Decodable {
        let value: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Int.self) {
                self.value = value
            } else if let value = Int(try container.decode(String.self)) {
                self.value = value
            } else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number")
            }
        }
    }

    struct Attribute: Decodable {
        let label: String
        let type: String
        let valueType: String?
        let staticValue: JSONValue?

        private enum CodingKeys: String, CodingKey {
            case label, type
            case valueType = "value_type"
            case staticValue = "static_value"
        }

        var attribute: Device.Attribute {
            Device.Attribute(
                label: ServerText.cleaned(label), kind: ServerText.cleaned(type),
                valueType: ServerText.cleaned(valueType ?? ""), staticValue: staticValue)
        }
    }

    /// `GET /device/ID`, and each of a list.
    struct Item: Decodable {
        let id: String
        let label: String
        let created: String?
        let disabled: Bool?
        let templates: [Number]?
        /// By template.
        let attrs: [String: [Attribute]]?

        var device: Device {
            let templates = (templates ?? []).map(\.value)
            let listed = templates.flatMap { attrs?["\($0)"] ?? [] }
            return Device(
                id: ServerText.cleaned(id), label: ServerText.cleaned(label),
                created: created.map { ServerText.cleaned($0) },
                templates: templates, attributes: listed.map(\.attribute), disabled: disabled)
        }
    }

    /// `GET /device?page_num=`.
    struct Page: Decodable {
        struct Pagination: Decodable {
            let hasNext: Bool
            let nextPage: Int?

            private enum CodingKeys: String, CodingKey {
                case hasNext = "has_next"
                case nextPage = "next_page"
            }
        }

        let pagination: Pagination
        let devices: [Item]
    }

    /// `POST /template`.
    struct MadeTemplate: Decodable {
        struct Brief: Decodable {
            let id: Number
        }

        let template: Brief
    }

    /// `POST /device`.
    struct MadeDevices: Decodable {
        struct Brief: Decodable {
            let id: String
        }

        let devices: [Brief]
    }

    /// One of a history's samples.
    struct Value: Decodable {
        let attr: String
        let ts: String
        let value: JSONValue
    }

    /// `GET /history/device/ID/history`: a list for one attribute, an object of lists for several.
    struct History: Decodable {
        let lists: [String: [Value]]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let lists = try? container.decode([String: [Value]].self) {
                self.lists = lists
            } else {
                lists = Dictionary(grouping: try container.decode([Value].self), by: \.attr)
            }
        }

        /// The samples by attribute, each as the platform ordered them.
        var samples: [String: [Sample]] {
            lists.mapValues { list in
                list.map { Sample(attribute: $0.attr, time: ServerText.cleaned($0.ts), value: $0.value) }
            }
        }
    }
}
