package dev.serai.capability;

/**
 * A place in a declaration file.
 *
 * @param file the file as the user named it
 * @param line 1-based
 */
public record SourceLocation(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
