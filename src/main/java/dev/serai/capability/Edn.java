package dev.serai.capability;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import us.bpsm.edn.Keyword;
import us.bpsm.edn.Symbol;

/** EDN data with the line of every element. */
sealed interface Edn {
    int line();

    /** How a group is bracketed. */
    enum Kind {
        LIST("(", ')'),
        VECTOR("[", ']'),
        MAP("{", '}'),
        SET("#{", '}');

        private final String open;
        private final char close;

        Kind(String open, char close) {
            this.open = open;
            this.close = close;
        }

        String open() {
            return open;
        }

        char close() {
            return close;
        }
    }

    /**
     * One value that is no group.
     *
     * @param value a {@link Keyword}, {@link Symbol}, String, Boolean, Number or Character; {@code null} for nil
     * @param written as it stands in the file
     */
    record Atom(@Nullable Object value, String written, int line) implements Edn {
        /** Keyword, string or symbol as plain text; {@code null} for any other value. */
        @Nullable
        String name() {
            if (value instanceof Keyword) {
                return written.substring(1);
            }
            return value instanceof Symbol || value instanceof String ? String.valueOf(value) : null;
        }

        boolean isKeyword() {
            return value instanceof Keyword;
        }

        boolean isSymbol() {
            return value instanceof Symbol;
        }

        boolean isString() {
            return value instanceof String;
        }
    }

    /**
     * A list, vector, map or set; a map holds keys and values in turn.
     *
     * @param optional the items marked optional: by a trailing {@code ?}, or a comment {@code ;; optional} behind them
     */
    record Group(Kind kind, List<Edn> items, BitSet optional, int line) implements Edn {
        /** The name of a list's first element; {@code null} where it is none. */
        @Nullable
        String head() {
            return !items.isEmpty() && items.get(0) instanceof Atom atom ? atom.name() : null;
        }

        boolean is(Kind other) {
            return kind == other;
        }

        boolean isOptional(int index) {
            return optional.get(index);
        }
    }

    /** What an unquoted word means besides a symbol. */
    Set<String> WORDS = Set.of("nil", "true", "false");
}
