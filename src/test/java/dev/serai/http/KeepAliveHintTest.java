package dev.serai.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For how long a connection is kept by what its server says. */
class KeepAliveHintTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout=5|3",
                "timeout=3|1",
                "timeout=2|1",
                "timeout=1|1",
                "timeout=0|0",
                "max=7, timeout=61|59",
                "max=7;TIMEOUT = \"15\"|13",
                "timeout=60, timeout=4|2",
                "timeout=999999999|999999997",
            })
    void itIsTwoSecondsLessThanTheServerAndAtLeastOne(String hint, long seconds) {
        assertThat(KeepAliveHint.seconds(List.of(hint))).isEqualTo(seconds);
    }

    @Test
    void ofSeveralLinesTheShortestTimeCounts() {
        assertThat(KeepAliveHint.seconds(List.of("max=100", "timeout=60", "timeout=4")))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"timeout", "timeout=", "timeout=-5", "max=5", "notimeout=5", "", "timeout=99999999999999999999"})
    void whatSaysNoTimeIsNoHint(String hint) {
        assertThat(KeepAliveHint.seconds(List.of(hint))).isGreaterThan(Integer.MAX_VALUE);
    }

    /** Vert.x would read no number that has a 9. */
    @ParameterizedTest
    @CsvSource({"3, 3", "9, 8", "58, 58", "59, 58", "90, 88", "1937, 1888"})
    void aTimeIsWrittenWithoutNines(long seconds, String written) {
        assertThat(KeepAliveHint.readable(seconds)).isEqualTo(written);
    }
}
