package dev.serai.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** Text files that go with a chat, in front of the last message of its user. */
final class Files {
    private static final int MOST = 100;
    private static final int LONGEST_NAME = 255;

    private Files() {}

    /** @throws dev.serai.invocation.CapabilityException {@code invalid_arguments} where they are no text files */
    static void put(JsonNode files, ArrayNode messages) {
        Question.check(files.isArray() && files.size() <= MOST, "files", "expected a list of at most " + MOST);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < files.size(); i++) {
            JsonNode name = files.get(i).path("name");
            JsonNode content = files.get(i).path("content");
            Question.check(
                    name.isTextual()
                            && !name.asText().isBlank()
                            && name.asText().length() <= LONGEST_NAME,
                    "files/" + i + "/name",
                    "expected a name of at most " + LONGEST_NAME + " characters");
            Question.check(content.isTextual(), "files/" + i + "/content", "expected a text");
            // As JSON, so that no name can end the line.
            text.append("<file name=").append(name).append(">\n");
            text.append(content.asText()).append("\n</file>\n\n");
        }
        if (text.isEmpty()) {
            return;
        }
        for (int i = messages.size() - 1; i >= 0; i--) {
            JsonNode message = messages.get(i);
            if (message.path("role").asText().equals("user")
                    && message.path("content").isTextual()) {
                ObjectNode with = message.deepCopy();
                with.set(
                        "content",
                        TextNode.valueOf(
                                text.append(message.path("content").asText()).toString()));
                messages.set(i, with);
                return;
            }
        }
        Question.check(false, "files", "expected a prompt beside them, or a message of the role user with a text");
    }
}
