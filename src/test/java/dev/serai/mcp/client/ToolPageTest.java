package dev.serai.mcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.invocation.CapabilityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an import takes for a list of tools. */
class ToolPageTest {
    @Test
    void anEmptyListIsOne() {
        assertThat(ToolPage.read("{\"result\":{\"tools\":[]}}").tools()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"result\":{}}", "{\"result\":{\"tools\":null}}", "{\"result\":{\"tools\":{}}}", "{}", "[]"})
    void aResultWithoutAListIsNoEmptyOne(String answer) {
        assertThatThrownBy(() -> ToolPage.read(answer)).isInstanceOf(CapabilityException.class);
    }
}
