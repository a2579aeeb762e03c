package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** What is to be called, from either way of writing it. */
record Target(String id, JsonNode arguments) {
    static Target of(String idOrForm, @Nullable String arguments, InputStream in) {
        if (!CallExpression.looksLike(idOrForm)) {
            return new Target(idOrForm, CallInput.arguments(arguments, in));
        }
        if (arguments != null) {
            throw CliException.usage("a call form holds its own arguments: nothing may follow it");
        }
        CallExpression form = CallExpression.parse(idOrForm);
        return new Target(form.id(), form.arguments());
    }
}
