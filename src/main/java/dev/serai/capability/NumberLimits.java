package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Refuses numbers whose plain form is long: a few characters such as 1e999999999 would take gigabytes to compare. */
final class NumberLimits {
    /** Beyond what a double can hold, in either direction. */
    private static final int MAX_DIGITS = 400;

    private NumberLimits() {}

    /** Whether every number below the node can be worked with. The node must not be deeper than the JSON reader allows. */
    static boolean holdFor(JsonNode node) {
        if (node.isContainerNode()) {
            for (JsonNode child : node) {
                if (!holdFor(child)) {
                    return false;
                }
            }
            return true;
        }
        if (node.isBigDecimal()) {
            BigDecimal number = node.decimalValue();
            return Math.abs((long) number.scale()) <= MAX_DIGITS && number.precision() <= MAX_DIGITS;
        }
        return !node.isBigInteger() || node.bigIntegerValue().bitLength() <= MAX_DIGITS * 4;
    }
}
