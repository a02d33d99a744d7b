import Payload

extension Timeline {
    /// The seconds as comma-separated values (RFC 4180) with a line of names; times in milliseconds. What an operation took is
    /// empty in a second in which none succeeded.
    public var csv: [UInt8] {
        var text = Array("second,target,connected".utf8)
        for cohort in Cohort.allCases { text += ",\(cohort.rawValue)".utf8 }
        text += ",cpu,due,late,left_out,received,disconnected,lost,returned".utf8
        for operation in Operation.allCases {
            for figure in ["succeeded", "failed", "p50_ms", "p95_ms", "p99_ms", "max_ms"] {
                text += ",\(operation.rawValue)_\(figure)".utf8
            }
        }
        text += "\r\n".utf8
        var next = Operation.allCases.map { _ in 0 }
        for second in seconds {
            append(second, to: &text)
            for operation in Operation.allCases {
                let place = next[operation.index]
                let figures = self[operation]
                if place < figures.count, figures[place].second == second.second {
                    append(figures[place], to: &text)
                    next[operation.index] += 1
                } else {
                    text += ",0,0,,,,".utf8
                }
            }
            text += "\r\n".utf8
        }
        return text
    }

    private func append(_ second: Second, to text: inout [UInt8]) {
        JSONText.append(Int64(second.second), to: &text)
        append(second.targetConnections, to: &text)
        append(UInt32(clamping: second.allConnected), to: &text)
        for index in 0..<4 { append(second.connected[index], to: &text) }
        text.append(UInt8(ascii: ","))
        JSONText.append(Int64((second.cpu * 10).rounded()), decimals: 1, to: &text)
        for count in [
            second.due, second.late, second.leftOut, second.received, second.disconnected, second.lost, second.returned,
        ] { append(count, to: &text) }
    }

    private func append(_ figures: OperationSecond, to text: inout [UInt8]) {
        append(figures.succeeded, to: &text)
        append(figures.failed, to: &text)
        for microseconds in [figures.p50, figures.p95, figures.p99, figures.longest] {
            text.append(UInt8(ascii: ","))
            if figures.succeeded > 0 { JSONText.append(Int64(microseconds), decimals: 3, to: &text) }
        }
    }

    private func append(_ count: UInt32, to text: inout [UInt8]) {
        text.append(UInt8(ascii: ","))
        JSONText.append(Int64(count), to: &text)
    }
}
