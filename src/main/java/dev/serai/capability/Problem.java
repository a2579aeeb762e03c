package dev.serai.capability;

/**
 * Something wrong in a declaration.
 *
 * @param severity whether the declaration is unusable
 * @param source where
 * @param message what is wrong, what was expected and what to do
 */
public record Problem(Severity severity, SourceLocation source, String message) {
    /** How bad a problem is. */
    public enum Severity {
        /** The declaration is not loaded. */
        ERROR,
        /** The declaration is loaded; the user should know. */
        WARNING
    }

    /** {@code file:line: message}. */
    @Override
    public String toString() {
        return source + ": " + (severity == Severity.WARNING ? "warning: " : "") + message;
    }
}
