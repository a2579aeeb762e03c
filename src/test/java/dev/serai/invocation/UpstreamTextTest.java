package dev.serai.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UpstreamTextTest {
    @Test
    void takesOutASecretAsItIsUrlEncodedAndWithoutItsScheme() {
        List<String> secrets = UpstreamText.secrets("Bearer a/b c+d", null);

        assertThat(UpstreamText.redacted("saw a/b c+d, and a%2Fb+c%2Bd, and Bearer a/b c+d", secrets))
                .isEqualTo("saw [redacted], and [redacted], and [redacted]");
    }

    @Test
    void anExcerptIsOneShortLineAndEndsBeforeThePartOfASecretThatItWouldCut() {
        String secret = "s".repeat(40);
        String text = "a\nb\u202e" + "x".repeat(8_192 - 4 - 20) + secret;

        String excerpt = UpstreamText.excerpt(text, UpstreamText.secrets(secret));

        assertThat(excerpt).hasSize(UpstreamText.MAX_CHARS).startsWith("a b x").endsWith("x...");
        assertThat(UpstreamText.excerpt("x".repeat(8_000) + "\n".repeat(172) + secret, List.of(secret)))
                .doesNotContain("s");
    }
}
