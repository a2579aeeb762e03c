package dev.serai.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialRefTest {
    @Test
    void bearerIsTheDefault() {
        assertThat(CredentialRef.from(Map.of("x_auth_env_var", "X_TOKEN", "y_auth_env_var", "Y_TOKEN"), "x", ""))
                .isEqualTo(new CredentialRef("X_TOKEN", null, AuthScheme.BEARER, null));
    }

    @Test
    void everyKeyHasItsEffect() {
        assertThat(CredentialRef.from(
                        Map.of(
                                "x_auth_env_var", "X_TOKEN",
                                "x_auth_file", "/run/secrets/x",
                                "x_auth_scheme", "Header",
                                "x_auth_name", "X-Api-Key"),
                        "x",
                        ""))
                .isEqualTo(new CredentialRef("X_TOKEN", Path.of("/run/secrets/x"), AuthScheme.HEADER, "X-Api-Key"));
    }

    @Test
    void withoutAVariableOrFileNoneIsNamed() {
        assertThat(CredentialRef.from(Map.of("x_server_url", "https://example.org"), "x", "")
                        .isNone())
                .isTrue();
    }

    @Test
    void anUnknownSchemeNamesThoseThatExist() {
        assertThatThrownBy(() -> CredentialRef.from(Map.of("x_auth_scheme", "digest"), "x", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("x_auth_scheme must be one of bearer, basic, header, query, was 'digest'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"header", "query"})
    void aHeaderOrParameterNeedsItsName(String scheme) {
        assertThatThrownBy(() -> CredentialRef.from(Map.of("x_auth_scheme", scheme), "x", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x_auth_name is missing");
    }

    @Test
    void aNameWithoutEffectIsAnError() {
        assertThatThrownBy(() -> CredentialRef.from(Map.of("x_auth_name", "X-Api-Key"), "x", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x_auth_name needs the scheme header or query");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Transfer-Encoding",
                "CONNECTION",
                "Proxy-Authorization",
                "X Key",
                "X:Key",
                "X\r\nKey",
                "Schlüssel"
            })
    void aHeaderThatSteersTheConnectionOrIsNoTokenIsRefused(String name) {
        assertThatThrownBy(() -> CredentialRef.from(Map.of("x_auth_scheme", "header", "x_auth_name", name), "x", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x_auth_name must be a header name");
    }

    @Test
    void aTokenInPlaceOfTheVariablesNameIsNotRepeated() {
        assertThatThrownBy(() -> CredentialRef.from(Map.of("x_auth_env_var", "s3cret-token!"), "x", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x_auth_env_var must be the name")
                .hasMessageNotContaining("s3cret");
    }
}
