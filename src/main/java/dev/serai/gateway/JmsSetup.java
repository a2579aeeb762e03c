package dev.serai.gateway;

import dev.serai.delivery.DeadLetterChannel;
import dev.serai.entry.DeadLetterEntry;
import dev.serai.jms.JmsEntry;
import dev.serai.jms.JmsOptions;
import dev.serai.loop.Workers;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** The entry for JMS as the settings ask for it. */
final class JmsSetup {
    private JmsSetup() {}

    static JmsEntry bind(
            CamelContext context,
            JmsOptions options,
            Settings settings,
            Function<String, @Nullable String> environment,
            Workers workers)
            throws StartException {
        String password = environment.apply(options.passwordVariable());
        if (options.user() != null && (password == null || password.isEmpty())) {
            throw new StartException(
                    "serai.jms.user = '" + options.user() + "': expected the password in the environment variable "
                            + options.passwordVariable() + ", which serai.jms.password-env names",
                    null);
        }
        try {
            JmsEntry entry = new JmsEntry(
                    context,
                    options,
                    options.user() == null ? null : password,
                    settings.number(Setting.MAX_ARGUMENTS),
                    workers);
            DeadLetterChannel letters = entry.deadLetters();
            context.getRegistry().bind(DeadLetterEntry.BOUND + letters.name(), letters);
            return entry;
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }
}
