package dev.serai.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.web.LoginKeys;
import org.jspecify.annotations.Nullable;

/**
 * Where one argument goes, in the words of OpenAPI's Parameter Object (3.1.1, section 4.8.12).
 *
 * @param name as the server knows it
 * @param argument whose value it is
 * @param json whether the value goes out as JSON text instead of in a style
 * @param reserved whether reserved characters of a query stay as they are
 */
record Parameter(String name, In in, String argument, Style style, boolean explode, boolean json, boolean reserved) {
    enum In {
        PATH,
        QUERY,
        HEADER,
        COOKIE
    }

    enum Style {
        SIMPLE("simple"),
        LABEL("label"),
        MATRIX("matrix"),
        FORM("form"),
        SPACE("spaceDelimited"),
        PIPE("pipeDelimited"),
        DEEP("deepObject");

        private final String written;

        Style(String written) {
            this.written = written;
        }

        static @Nullable Style of(String text) {
            for (Style style : values()) {
                if (style.written.equals(text)) {
                    return style;
                }
            }
            return null;
        }

        boolean fits(In in) {
            return switch (this) {
                case SIMPLE -> in == In.PATH || in == In.HEADER;
                case LABEL, MATRIX -> in == In.PATH;
                case FORM -> in == In.QUERY || in == In.COOKIE;
                case SPACE, PIPE, DEEP -> in == In.QUERY;
            };
        }
    }

    /** One that goes in the usual way of its place. */
    static Parameter plain(String name, In in) {
        Style style = usual(in);
        return new Parameter(name, in, name, style, style == Style.FORM, false, false);
    }

    private static Style usual(In in) {
        return in == In.PATH || in == In.HEADER ? Style.SIMPLE : Style.FORM;
    }

    /**
     * One as a declaration has it.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    static Parameter of(JsonNode tree) {
        String name = tree.path("name").asText("");
        if (!tree.isObject() || name.isEmpty()) {
            throw new IllegalArgumentException("expected objects with name and in, such as {name: page, in: query}");
        }
        In in = place(tree.path("in").asText(""), name);
        Style style = tree.has("style") ? Style.of(tree.path("style").asText()) : usual(in);
        if (style == null || !style.fits(in)) {
            throw new IllegalArgumentException("the parameter " + name + " has a style that "
                    + tree.path("in").asText() + " does not have");
        }
        if (in == In.HEADER && !LoginKeys.isHeader(name)) {
            throw new IllegalArgumentException(
                    "the parameter " + name + " is no header that goes out: expected letters, digits and -");
        }
        boolean explode = tree.path("explode").asBoolean(style == Style.FORM || style == Style.DEEP);
        String argument = tree.path("argument").asText("");
        return new Parameter(
                name,
                in,
                argument.isEmpty() ? name : argument,
                style,
                explode,
                tree.path("json").asBoolean(),
                tree.path("allowReserved").asBoolean());
    }

    private static In place(String text, String name) {
        for (In in : In.values()) {
            if (in.name().equalsIgnoreCase(text)) {
                return in;
            }
        }
        throw new IllegalArgumentException("the parameter " + name + " needs in: path, query, header or cookie");
    }
}
