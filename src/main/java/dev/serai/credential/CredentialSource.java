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

/** Reads the value that a reference points to. What it says on failure holds no part of the value. */
final class CredentialSource {
    /** Bytes; a credential file is never larger. */
    private static final int MAX_FILE_SIZE = 64 * 1024;

    private final Function<String, @Nullable String> environment;

    CredentialSource(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    /** The credential, absent if only an unset variable is named; {@code upstream_unauthorized} if it is unusable. */
    Credential read(CredentialRef ref, long generation) {
        Path file = ref.file();
        String variable = ref.envVar();
        if (file != null && (variable == null || Files.exists(file))) {
            return usable(ref, generation, readFile(file), fileLabel(file));
        }
        String value = variable == null ? null : environment.apply(variable);
        if (value == null || value.isBlank()) {
            return Credential.absent(ref, generation);
        }
        return usable(ref, generation, value.strip(), "The environment variable " + variable);
    }

    /** Whether the variable has a value that is not blank. */
    boolean isSet(@Nullable String variable) {
        String value = variable == null ? null : environment.apply(variable);
        return value != null && !value.isBlank();
    }

    private static Credential usable(CredentialRef ref, long generation, String value, String label) {
        try {
            return Credential.of(ref, generation, value);
        } catch (IllegalArgumentException e) {
            throw unusable(label + " " + e.getMessage());
        }
    }

    private static String readFile(Path file) {
        String label = fileLabel(file);
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

    private static String fileLabel(Path file) {
        return "The credential file " + file.getFileName();
    }

    private static CapabilityException unusable(String detail) {
        return new CapabilityException(ErrorCode.UPSTREAM_UNAUTHORIZED, detail);
    }
}
