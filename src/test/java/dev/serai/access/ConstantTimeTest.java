package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That how long a refusal takes tells nothing about a key: by the way it is compared, because timing is noise in a test. */
class ConstantTimeTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/serai/access");
    private static final int BYTES = 32;

    /** Other ways to compare bytes, and ways out of a digest to text that could be compared. */
    private static final Pattern COMPARISON =
            Pattern.compile("isEqual\\(|Arrays\\.(?:equals|compare|mismatch)\\(|\\binFile\\(\\)");

    @Test
    void digestsAreComparedInOneMethodAndNothingElseReadsTheirBytes() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            List<String> comparing = files.filter(file -> contains(file, COMPARISON))
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
            // NewApiKey writes the line of a file, and compares nothing.
            assertThat(comparing).containsExactly("Digest.java", "NewApiKey.java");
        }
        assertThat(Files.readString(SOURCES.resolve("NewApiKey.java"))).doesNotContain("equals(", "isEqual(");
        String digest = Files.readString(SOURCES.resolve("Digest.java"));
        assertThat(digest)
                .contains("private final byte[] bytes;")
                .contains(
                        "        return other instanceof Digest digest && MessageDigest.isEqual(bytes, digest.bytes);")
                .containsOnlyOnce("isEqual(")
                .doesNotContain("Arrays.equals", "Arrays.compare", "Arrays.mismatch");
    }

    /** A look-up compares only what has the same hash code: so that must not tell some positions from others. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, BYTES / 2, BYTES - 1})
    void aGuessGoesTheSameWayWhereverItDiffers(int position) {
        byte[] bytes = HexFormat.of().parseHex(Digest.of("key").inFile().substring("sha256:".length()));
        Digest key = digest(bytes);
        assertThat(digest(bytes)).isEqualTo(key).hasSameHashCodeAs(key);
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            byte[] other = bytes.clone();
            other[position] ^= (byte) (1 << bit);
            assertThat(digest(other)).isNotEqualTo(key).doesNotHaveSameHashCodeAs(key);
        }
    }

    private static Digest digest(byte[] bytes) {
        return Digest.parse("sha256:" + HexFormat.of().formatHex(bytes));
    }

    private static boolean contains(Path file, Pattern pattern) {
        try {
            return pattern.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
