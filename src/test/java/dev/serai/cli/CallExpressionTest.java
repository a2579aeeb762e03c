package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallExpressionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(call \"demo.add\" {:a 1 :b :c})         | {\"a\":1,\"b\":\"c\"}",
                "(call :demo.add {:a 1})                    | {\"a\":1}",
                "(call \"demo.add\")                        | {}",
                "(call \"demo.add\" {\"a b\" [1 true nil]}) | {\"a b\":[1,true,null]}",
                "(call \"demo.add\" {:state :open})         | {\"state\":\"open\"}",
                "(call \"demo.add\" {:in {:deep [{:x 1}]}}) | {\"in\":{\"deep\":[{\"x\":1}]}}",
                "(call \"demo.add\" {:absent nil})          | {}",
                "(call \"demo.add\" {:big 123456789012345678901234567890}) | {\"big\":123456789012345678901234567890}"
            })
    void aFormBecomesAnIdAndJsonArguments(String form, String arguments) {
        CallExpression call = CallExpression.parse(form);

        assertThat(call.id()).isEqualTo("demo.add");
        assertThat(CliFixture.json(call.arguments().toString())).isEqualTo(CliFixture.json(arguments));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(run \"demo.add\" {})",
                "(call)",
                "(call 7 {})",
                "(call \"\" {})",
                "(call \"demo.add\" [1 2])",
                "(call \"demo.add\" {} {})",
                "(call \"demo.add\" {:a 1)",
                "(call \"demo.add\" {:a 1 :a 2})",
                "(call \"demo.add\" {}) (call \"demo.add\" {})",
                "(call \"demo.add\" #(+ 1 2))",
                "()",
                "("
            })
    void everythingElseIsAUsageErrorThatSaysWhy(String form) {
        assertThatThrownBy(() -> CallExpression.parse(form))
                .isInstanceOfSatisfying(
                        CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("call form");
    }

    @Test
    void aFormNestedTenThousandDeepIsRefused() {
        String form = "(call \"demo.add\" {:a " + "[".repeat(10_000) + "]".repeat(10_000) + "})";

        assertThatThrownBy(() -> CallExpression.parse(form)).hasMessageContaining("nested deeper than 500");
    }
}
