import CMosquitto

/// Topic filters with their wildcards; MQTT 3.1.1, section 4.7.
public enum TopicFilter {
    /// Whether a topic is among those that the filter stands for.
    public static func matches(_ topic: String, _ filter: String) -> Bool {
        var result = false
        return mosquitto_topic_matches_sub(filter, topic, &result) == 0 && result
    }

    /// Whether the filter may be subscribed to.
    public static func isValid(_ filter: String) -> Bool { mosquitto_sub_topic_check(filter) == 0 }
}
