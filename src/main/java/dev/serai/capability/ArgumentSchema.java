package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema for arguments; draft-07 and 2020-12, compiled on first use, never fetching a {@code $ref}. Thread-safe.
 */
public final class ArgumentSchema {
    /** Keywords that refuse no object. */
    private static final Set<String> HARMLESS =
            Set.of("$schema", "$id", "$comment", "title", "description", "examples", "default", "deprecated");
    /** Above this many values in the arguments only the first finding is looked for, so that findings stay few. */
    private static final int MANY_VALUES = 2_000;

    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ENGLISH)
            .regularExpressionFactory(BoundedPattern::new)
            .build();
    private static final Map<VersionFlag, JsonSchemaFactory> FACTORIES = factories();

    private final JsonNode schema;
    private final boolean acceptsAnyObject;
    private volatile @Nullable JsonSchema compiled;

    public ArgumentSchema(JsonNode schema) {
        this.schema = schema;
        this.acceptsAnyObject = acceptsAnyObject(schema);
    }

    /** The schema as declared. */
    public JsonNode json() {
        return schema;
    }

    /**
     * Checks arguments.
     *
     * @throws CapabilityException {@link ErrorCode#INVALID_ARGUMENTS} naming up to ten findings, each with its JSON
     *     pointer and what was expected
     */
    public void validate(JsonNode arguments) {
        if (!arguments.isObject()) {
            throw refused("expected a JSON object as arguments, got "
                    + arguments.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        if (acceptsAnyObject) {
            return;
        }
        Set<ValidationMessage> messages;
        try {
            if (!NumberLimits.holdFor(arguments)) {
                throw refused("a number has too many digits or too large an exponent; expected at most 400 digits");
            }
            boolean many = hasMoreThan(MANY_VALUES, arguments);
            messages = compiled()
                    .validate(arguments, context -> context.getExecutionConfig().setFailFast(many));
        } catch (BoundedPattern.TooCostly e) {
            throw refused("a text takes too long to match against the pattern of the schema");
        } catch (StackOverflowError e) {
            throw refused("the arguments or the schema nest too deeply");
        } catch (JsonSchemaException e) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS,
                    "the schema of this capability cannot be used; see the gateway's check",
                    e);
        }
        if (!messages.isEmpty()) {
            throw refused(SchemaFindings.describe(messages));
        }
    }

    /** Whether it can be compiled whole; takes as long as that. */
    boolean isUsable() {
        try {
            compiled().initializeValidators();
            return true;
        } catch (JsonSchemaException | StackOverflowError e) {
            return false;
        }
    }

    private static CapabilityException refused(String detail) {
        return new CapabilityException(ErrorCode.INVALID_ARGUMENTS, detail);
    }

    private JsonSchema compiled() {
        JsonSchema known = compiled;
        if (known == null) {
            VersionFlag dialect = dialect(schema);
            JsonSchemaFactory factory = FACTORIES.get(dialect == null ? VersionFlag.V202012 : dialect);
            if (factory == null) {
                throw new IllegalStateException("no factory for " + dialect);
            }
            known = factory.getSchema(withoutDialect(schema), CONFIG);
            compiled = known;
        }
        return known;
    }

    /** The dialect is chosen here: the library would fetch one that it does not know. */
    private static JsonNode withoutDialect(JsonNode schema) {
        return schema instanceof ObjectNode object && object.has("$schema")
                ? object.deepCopy().without("$schema")
                : schema;
    }

    /** The dialect that {@code $schema} names, 2020-12 without one; {@code null} for an unknown one. */
    static @Nullable VersionFlag dialect(JsonNode schema) {
        JsonNode named = schema.path("$schema");
        if (!named.isTextual()) {
            return VersionFlag.V202012;
        }
        String uri = named.asText().replaceFirst("^https?:", "").replaceFirst("#$", "");
        for (VersionFlag flag : VersionFlag.values()) {
            if (flag.getId().replaceFirst("^https?:", "").replaceFirst("#$", "").equals(uri)) {
                return flag;
            }
        }
        return null;
    }

    private static boolean acceptsAnyObject(JsonNode schema) {
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            boolean harmless =
                    switch (field.getKey()) {
                        case "type" -> field.getValue().asText().equals("object");
                        case "properties", "required" -> field.getValue().isEmpty();
                        case "additionalProperties" -> field.getValue().asBoolean(false);
                        default -> HARMLESS.contains(field.getKey());
                    };
            if (!harmless) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasMoreThan(int limit, JsonNode node) {
        int[] left = {limit};
        return exceeds(left, node, 0);
    }

    private static boolean exceeds(int[] left, JsonNode node, int depth) {
        if (--left[0] < 0 || depth > 200) {
            return true;
        }
        for (JsonNode child : node) {
            if (exceeds(left, child, depth + 1)) {
                return true;
            }
        }
        return false;
    }

    private static Map<VersionFlag, JsonSchemaFactory> factories() {
        Map<VersionFlag, JsonSchemaFactory> factories = new EnumMap<>(VersionFlag.class);
        for (VersionFlag flag : VersionFlag.values()) {
            factories.put(flag, JsonSchemaFactory.getInstance(flag, builder -> builder.enableSchemaCache(false)
                    .schemaLoaders(loaders -> loaders.add(iri -> {
                        throw new JsonSchemaException("a schema is never fetched");
                    }))));
        }
        return factories;
    }
}
