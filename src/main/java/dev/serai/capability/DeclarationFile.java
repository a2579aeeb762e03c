package dev.serai.capability;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one file declares.
 *
 * @param capabilities those without errors, in file order; ids are unique
 * @param failed where the others stand, by id
 * @param problems in line order
 * @param broken whether there is an error among the problems
 * @param hash of the file's bytes; 0 where it could not be read
 */
record DeclarationFile(
        List<Capability> capabilities,
        Map<String, SourceLocation> failed,
        List<Problem> problems,
        boolean broken,
        int hash) {
    /** The largest file that is read, in bytes. */
    static final int LARGEST = 64 << 20;

    static boolean isDeclarations(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".rtfs");
    }

    /** Reads a file; {@code known} itself where the bytes are the same as then. */
    static DeclarationFile read(Path file, StringPool strings, int maxMetadata, @Nullable DeclarationFile known) {
        Problems problems = new Problems(file.toString());
        try {
            byte[] bytes = bytes(file);
            int hash = Arrays.hashCode(bytes);
            return known != null && known.hash() == hash && hash != 0
                    ? known
                    : parse(file, text(bytes), hash, strings, maxMetadata, problems);
        } catch (Unreadable e) {
            problems.error(e.line(), e.message());
        } catch (CharacterCodingException e) {
            problems.error(1, "the file is not UTF-8 text");
        } catch (IOException e) {
            problems.error(1, "the file cannot be read: " + e.getClass().getSimpleName());
        }
        return new DeclarationFile(List.of(), Map.of(), problems.sorted(), true, 0);
    }

    private static byte[] bytes(Path file) throws IOException, Unreadable {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new Unreadable(1, "the file is larger than 64 MiB: split it");
            }
            return bytes;
        }
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static DeclarationFile parse(
            Path file, String text, int hash, StringPool strings, int maxMetadata, Problems problems) {
        boolean rtfs = file.toString().toLowerCase(Locale.ROOT).endsWith(".rtfs");
        DeclarationReader reader = rtfs ? new RtfsReader() : new YamlReader();
        CapabilityCompiler compiler = new CapabilityCompiler(problems, strings, maxMetadata);
        List<Capability> capabilities = new ArrayList<>();
        Map<String, SourceLocation> declared = new HashMap<>();
        Map<String, SourceLocation> failed = new HashMap<>();
        for (Declaration declaration : reader.read(text, strings, problems)) {
            SourceLocation here = new SourceLocation(file.toString(), declaration.line());
            SourceLocation earlier = declared.putIfAbsent(declaration.id(), here);
            if (earlier != null) {
                problems.error(declaration.line(), duplicate(declaration.id(), earlier));
                continue;
            }
            Capability capability = compiler.compile(declaration);
            if (capability != null) {
                capabilities.add(capability);
            } else {
                failed.put(declaration.id(), here);
            }
        }
        return new DeclarationFile(List.copyOf(capabilities), failed, problems.sorted(), problems.errors() > 0, hash);
    }

    static String duplicate(String id, SourceLocation earlier) {
        return "the id " + id + " is already declared at " + earlier + ": that one counts";
    }
}
