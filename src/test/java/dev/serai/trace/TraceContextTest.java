package dev.serai.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String VALID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void whatIsValidGoesOutAsItCame() {
        TraceContext read = Objects.requireNonNull(TraceContext.parse(VALID, "congo=t61rcWkgMzE,rojo=00f067"));

        assertThat(read.parent()).isEqualTo(VALID);
        assertThat(read.state()).isEqualTo("congo=t61rcWkgMzE,rojo=00f067");
    }

    @Test
    void aLaterVersionIsReadAsFarAsItIsKnown() {
        TraceContext read = Objects.requireNonNull(
                TraceContext.parse("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later", null));

        assertThat(read.parent()).isEqualTo(VALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\n-01",
                "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
                "zz-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void whatIsMalformedCountsAsAbsent(String parent) {
        assertThat(TraceContext.parse(parent, null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "no-equals", "a=b\r\nX-Injected: 1", "a=\u00e9"})
    void aStateThatDoesNotFitIsLeftOut(String state) {
        assertThat(Objects.requireNonNull(TraceContext.parse(VALID, state)).state())
                .isNull();
    }

    @Test
    void aStateThatIsTooLongIsLeftOut() {
        assertThat(Objects.requireNonNull(TraceContext.parse(VALID, "a=" + "b".repeat(511)))
                        .state())
                .isNull();
    }
}
