package dev.serai.credential;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads secrets from variables and files. What it says on failure holds no part of them. */
public final class Secrets {
    /** Bytes; a credential file is never larger. */
    private static final int MAX_FILE_SIZE = 64 * 1024;

    private final Function<String, @Nullable String> environment;

    /** @param environment gives a variable's value, or {@code null} */
    public Secrets(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    /**
     * The text in the file, if it exists or there is no variable, else in the variable, without white space around it;
     * {@code null} if only an unset variable is named.
     *
     * @throws CapabilityException {@code upstream_unauthorized} if the file is unusable
     */
    public @Nullable String read(@Nullable String variable, @Nullable Path file) {
        if (isFile(variable, file) && file != null) {
            return readFile(file);
        }
        String value = variable == null ? null : environment.apply(variable);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Where {@link #read} reads, for a message. */
    public static String label(@Nullable String variable, @Nullable Path file) {
        return isFile(variable, file) && file != null
                ? "The credential file " + file.getFileName()
                : "The environment variable " + variable;
    }

    private static boolean isFile(@Nullable String variable, @Nullable Path file) {
        return file != null && (variable == null || Files.exists(file));
    }

    /** Whether the variable has a value that is not blank. */
    boolean isSet(@Nullable String variable) {
        String value = variable == null ? null : environment.apply(variable);
        return value != null && !value.isBlank();
    }

    private static String readFile(Path file) {
        String label = label(null, file);
        if (!Files.isRegularFile(file)) {
            throw unusable(label + " does not exist or is not a regular file");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_SIZE + 1);
        } catch (IOException e) {
            throw unusable(label + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        if (bytes.length > MAX_FILE_SIZE) {
            throw unusable(label + " is larger than " + MAX_FILE_SIZE + " bytes");
        }
        String text = decode(bytes, label).strip();
        if (text.isEmpty()) {
            throw unusable(label + " is empty");
        }
        return text;
    }

    private static String decode(byte[] bytes, String label) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw unusable(label + " is not UTF-8 text");
        }
    }

    static CapabilityException unusable(String detail) {
        return new CapabilityException(ErrorCode.UPSTREAM_UNAUTHORIZED, detail);
    }
}
