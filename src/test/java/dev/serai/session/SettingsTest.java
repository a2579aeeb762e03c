package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void settingsOutOfRangeAreNamedWithTheirBoundAndValue() {
        assertThatThrownBy(() -> new SessionSettings(Duration.ZERO, MINUTE, 1, 0, false))
                .hasMessage("session_idle must be more than 0 and at most 365 days, was PT0S");
        assertThatThrownBy(() -> new SessionSettings(MINUTE, Duration.ofDays(366), 1, 0, false))
                .hasMessageContaining("session_max_age must be");
        assertThatThrownBy(() -> new SessionSettings(MINUTE, MINUTE, 0, 0, false))
                .hasMessage("session_pool_size must be 1 to 1000, was 0");
        assertThatThrownBy(() -> new SessionSettings(MINUTE, MINUTE, 1_001, 0, false))
                .hasMessage("session_pool_size must be 1 to 1000, was 1001");
        assertThatThrownBy(() -> new SessionSettings(MINUTE, MINUTE, 1, -1, false))
                .hasMessage("session_concurrency must not be negative, was -1");
    }

    @Test
    void limitsOutOfRangeAreNamedWithTheirBoundAndValue() {
        assertThatThrownBy(() -> new PoolLimits(0, MINUTE, MINUTE, MINUTE, MINUTE, MINUTE, 1, 1, 1, MINUTE))
                .hasMessage("maxSessions must be at least 1, was 0");
        assertThatThrownBy(() -> new PoolLimits(1, MINUTE, Duration.ZERO, MINUTE, MINUTE, MINUTE, 1, 1, 1, MINUTE))
                .hasMessage("closeTimeout must be more than 0, was PT0S");
        assertThatThrownBy(() -> new PoolLimits(1, MINUTE, MINUTE, MINUTE, MINUTE.negated(), MINUTE, 1, 1, 1, MINUTE))
                .hasMessage("failureBackoff must not be negative, was PT-1M");
    }
}
