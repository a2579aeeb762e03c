package dev.serai.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For how long a connection is kept by what its server says. */
class KeepAliveHintTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout=5|3",
                "timeout=1|-1",
                "max=7, timeout=61|59",
                "max=7;TIMEOUT = \"15\"|13",
                "timeout=999999999|999999997",
            })
    void itIsTwoSecondsLessThanTheServer(String hint, long seconds) {
        assertThat(KeepAliveHint.seconds(hint)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({"timeout", "timeout=", "timeout=-5", "max=5", "notimeout=5", "''"})
    void whatSaysNoTimeIsNoHint(String hint) {
        assertThat(KeepAliveHint.seconds(hint)).isEqualTo(Long.MAX_VALUE);
    }

    /** Vert.x would read no number that has a 9. */
    @ParameterizedTest
    @CsvSource({"3, 3", "9, 8", "58, 58", "59, 58", "90, 88", "1937, 1888"})
    void aTimeIsWrittenWithoutNines(long seconds, String written) {
        assertThat(KeepAliveHint.readable(seconds)).isEqualTo(written);
    }
}
