package dev.serai.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationKindTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  |   | subscription { a }",
                "true  |   | subscription Name($to: Int = 3) @live { a(to: $to) }",
                "true  |   | fragment F on T { a { b } } subscription { ...F }",
                "true  | B | query A { a } subscription B { b }",
                "false | A | query A { a } subscription B { b }",
                "false | C | query A { a } subscription B { b }",
                "false |   | { subscription }",
                "false |   | query subscription { a }",
                "false |   | query ($subscription: Int) { a }",
                "false |   | # subscription",
                "false |   | query { a(text: \"subscription { a }\") }",
                "false |   | mutation { subscription { a } }",
            })
    void aSubscriptionIsToldFromWhatOnlyUsesTheWord(boolean expected, @Nullable String name, String query) {
        assertThat(OperationKind.isSubscription(query, name)).as(query).isEqualTo(expected);
    }
}
