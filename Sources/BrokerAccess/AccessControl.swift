/// Where the plugin takes its orders, and how one looks.
public enum AccessControl {
    /// What orders are published to: the first line is a mark, the others are ``AccessLine``s.
    public static let topic = "$CONTROL/dojot-sandbox/v1"
    /// Where the mark of an order comes back once it is carried out.
    public static let answerTopic = "$CONTROL/dojot-sandbox/v1/response"
    /// The plugin's option in mosquitto.conf(5) that names its file.
    public static let fileOption = "access_file"
}
