package dev.serai.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.session.SessionKey;
import dev.serai.session.Slot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreKeyTest {
    private static final byte[] ONE = new byte[32];
    private static final byte[] TWO = "01234567890123456789012345678901".getBytes(StandardCharsets.UTF_8);
    private static final StoreKey KEY = new StoreKey(ONE);
    private static final StoreKey OTHER = new StoreKey(TWO);
    private static final byte[] TEXT = "a secret".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private static Slot slot(String credential, long generation, String scope, int index) {
        return new Slot(new SessionKey("p", "https://example.org/", credential, generation, scope), index);
    }

    private static StoreKeys read(Map<String, String> environment, @Nullable Path file) {
        StoreSettings settings = new StoreSettings(
                StoreMode.FILE, Path.of("x"), "KEY", file, "redis://x", Duration.ofSeconds(1), Duration.ofSeconds(1));
        return StoreKeys.read(settings, environment::get);
    }

    @Test
    void whatIsSealedOpensWithTheSameKeyForTheSamePurposeOnly() throws GeneralSecurityException {
        byte[] sealed = KEY.seal(TEXT, "place");
        assertThat(KEY.open(sealed, "place")).isEqualTo(TEXT);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
        assertThat(KEY.seal(TEXT, "place")).isNotEqualTo(sealed);
        assertThatThrownBy(() -> KEY.open(sealed, "another")).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> OTHER.open(sealed, "place")).isInstanceOf(GeneralSecurityException.class);
        assertThat(StoreKey.idOf(sealed)).isEqualTo(KEY.id()).isNotEqualTo(OTHER.id());
    }

    @Test
    void aChangedByteIsNoticed() {
        byte[] sealed = KEY.seal(TEXT, "place");
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> KEY.open(changed, "place")).isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void aPlaceIsThatOfTheKeyInEveryProcess() {
        String place = KEY.place(slot("c1", 7, "shared", 0));
        assertThat(place)
                .hasSize(32)
                .isEqualTo(new StoreKey(ONE).place(slot("c1", 99, "shared", 0)))
                .isNotEqualTo(KEY.place(slot("c2", 7, "shared", 0)))
                .isNotEqualTo(KEY.place(slot("c1", 7, "conversation:x", 0)))
                .isNotEqualTo(KEY.place(slot("c1", 7, "shared", 1)))
                .isNotEqualTo(OTHER.place(slot("c1", 7, "shared", 0)));
    }

    @Test
    void keysComeFromTheVariableOrTheFileInBothForms() throws Exception {
        String text =
                Base64.getEncoder().encodeToString(ONE) + ", " + HexFormat.of().formatHex(TWO) + "\n";
        assertThat(read(Map.of("KEY", text), null).all())
                .extracting(StoreKey::id)
                .containsExactly(KEY.id(), OTHER.id());
        Path file = Files.writeString(folder.resolve("key"), text);
        assertThat(read(Map.of(), file).first().id()).isEqualTo(KEY.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "c2hvcnQ=", "no/key?", "00112233"})
    void whatIsNoKeyIsRefusedWithTheWayToMakeOneAndWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> read(Map.of("KEY", text), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("environment variable KEY")
                .hasMessageContaining("openssl rand -base64 32")
                .hasNoCause()
                .message()
                .satisfies(message ->
                        assertThat(text.isBlank() || !message.contains(text)).isTrue());
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> read(Map.of(), missing))
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("openssl rand -base64 32");
    }
}
